"""SIGKILL in every state of the day that docs/lifecycle.md lists, with the simulated
scanner and the committee running. After each the station is started again, and the
journal, the state, the page's words and the committee's records are looked at.

    kill_states.py BUILD [--kills N] [--seed S]     N kills in each situation
"""

import argparse
import http.client
import json
import random
import sys
import threading
import time

import account
import harness
from harness import hold as expect

BALLOTS = 48
TABLE = harness.ROOT / "docs/lifecycle.md"


def states_of_the_table():
    """The first column of the table of states."""
    rows = TABLE.read_text().split("| state |", 1)[1].split("\n\n", 1)[0].splitlines()[2:]
    return [row.split("|")[1].strip() for row in rows]


class Night:
    """One evening that is killed again and again."""

    def __init__(self, evening, kills, seed):
        self.evening, self.kills, self.random = evening, kills, random.Random(seed)
        self.points, self.states, self.sheets, self.stacks = {}, set(), {}, 0

    # --- before the kill ---------------------------------------------------

    def look(self):
        """What the page says now; every sheet on it is acknowledged."""
        state = self.evening.state()
        for batch in state["batches"]:
            self.sheets[batch["batch"]] = max(self.sheets.get(batch["batch"], 0), batch["sheets"])
        return state

    def load(self, papers):
        self.evening.empty_hopper()
        self.stacks += 1
        for number, paper in enumerate(papers):
            name = f"{self.stacks:03}-{number:03}{paper.suffix}"
            (self.evening.hopper / f".{name}").write_bytes(paper.read_bytes())
            (self.evening.hopper / f".{name}").rename(self.evening.hopper / name)

    def moved(self):
        fed = self.evening.hopper / ".kiemphieusim" / "fed"
        return len(fed.read_text().splitlines()) if fed.exists() else 0

    # --- the kill ------------------------------------------------------------

    def kill(self, situation, allowed, after_ms=0):
        """`allowed`: the states that it may come up in. Returns what the page says then."""
        killed_in = self.look()["lifecycle"]
        time.sleep(self.random.uniform(0, after_ms) / 1000)
        self.evening.station.kill()
        return self.again(situation, killed_in, allowed)

    def kill_while(self, situation, allowed, path, **body):
        """Kills while a command is on its way. Returns the page and whether the command was answered."""
        killed_in = self.look()["lifecycle"]
        answer = []

        def press():
            try:
                answer.append(self.evening.command(path, **body))
            except (OSError, http.client.HTTPException, json.JSONDecodeError):
                pass  # nobody there any more; an answer cut short is none

        pressed = threading.Thread(target=press)
        pressed.start()
        time.sleep(self.random.uniform(0, 12) / 1000)
        self.evening.station.kill()
        pressed.join()
        return self.again(situation, killed_in, allowed), bool(answer)

    def again(self, situation, killed_in, allowed):
        self.points[situation] = self.points.get(situation, 0) + 1
        self.states.add(killed_in)
        self.evening.start_station()
        state = self.evening.state()
        expect(f"{situation}: the state is one of {allowed}", state["lifecycle"] in allowed, state["lifecycle"])
        report = json.loads(self.evening.run(self.evening.bin / "kiemphieu", "journal", "verify", "--json", self.evening.data))
        expect(f"{situation}: the journal is sound", report["sound"], report)
        now = account.Account(self.evening.data)
        self.evening.committee_has_all()  # more than that, once the scanner's counter has been looked at
        for batch, sheets in self.sheets.items():
            expect(f"{situation}: batch {batch} has the {sheets} sheets that the page had shown", now.in_batch(batch) >= sheets,
                   now.in_batch(batch))
        wrong = now.wrong() + now.differs_from(harness.get_json(self.evening.address("/api/v1/totals")))
        expect(f"{situation}: nothing counts twice or otherwise", not wrong, wrong)
        self.committee_is(situation, now)
        self.resume_is(situation, state, now)
        return state

    def committee_is(self, situation, now):
        database = account.open_to_read(next((self.evening.folder / "committee").glob("*.db")))
        rows = [bytes(row[0]) for row in database.execute("SELECT envelope FROM records ORDER BY sequence")]
        database.close()
        expect(f"{situation}: the committee has what the journal says, byte for byte", rows[:len(now.envelopes)] == now.envelopes,
               f"{len(rows)} records there, {len(now.envelopes)} here")

    def resume_is(self, situation, state, now):
        """The card says how to go on exactly when a pile lies open that was fed."""
        resume, batch = state["resume"], state["open_batch"]
        expect(f"{situation}: how to go on is said", (resume is not None) == (batch is not None), state)
        if resume is None:
            return
        sheets = now.in_batch(batch)
        expect(f"{situation}: of this pile, with its sheets", (resume["batch"], resume["sheets"]) == (batch, sheets), resume)
        last = resume["last"]["position"] if resume["last"] else 0
        expect(f"{situation}: with the last counted sheet", last == sheets, resume)
        expect(f"{situation}: and with steps", len(resume["steps"]) >= 1, resume)

    def many(self, one):
        for _ in range(self.kills):
            one()

    def changed(self, situation, event, before, after, **extra):
        """Killed while the state is being changed; what was answered stands. The state it is in."""
        state, answered = self.kill_while(situation, {before, after}, "lifecycle", event=event, **extra)
        expect(f"{situation}: what was answered stands", not answered or state["lifecycle"] == after)
        return state["lifecycle"]

    def there(self, situation, event, before, after):
        """Once, and ends in the second."""
        if self.changed(situation, event, before, after) == before:
            self.evening.command("lifecycle", event=event)

    def there_and_back(self, situation, there, back):
        """To and fro; ends in the first."""
        (event, before, after, extra), (return_event, return_extra) = there, back
        for _ in range(self.kills):
            if self.changed(situation, event, before, after, **extra) == after:
                self.evening.command("lifecycle", event=return_event, **return_extra)


# --- the situations of the states -------------------------------------------


def idle(night):
    night.many(lambda: night.kill("idle", {"idle"}, 60))
    night.there("idle, while the doors are being opened", "open_voting", "idle", "voting")


def voting(night):
    night.many(lambda: night.kill("voting", {"voting"}, 60))
    night.there("voting, while counting begins", "start_counting", "voting", "counting")


def counting(night):
    night.many(lambda: night.kill("counting, at rest", {"counting"}, 60))
    first, second, _ = night.evening.contests
    paper_runs(night, first)
    decisions(night)
    finishing(night)
    complete(night, second)


def paper_runs(night, contest):
    """Kills with paper moving; each time people put back what the page says."""
    pile, batch = night.evening.pile(contest), None
    for _ in range(night.kills):
        state = night.look()
        recorded = next((b["sheets"] for b in state["batches"] if b["batch"] == batch), 0) if batch else 0
        if batch and recorded > len(pile) - 8:
            night.evening.command("batch/void", batch=batch, reason_vi="Quét lại từ đầu")
            batch, recorded = None, 0
        night.evening.script(f"ms-per-sheet {night.random.choice((0, 20, 60, 120))}")
        night.load(pile[recorded:])
        moved = night.moved()
        night.evening.command("scan", **({} if batch else {"contest": contest}))
        batch = night.look()["open_batch"]
        wanted = recorded + night.random.randint(1, 4)
        harness.wait_for("some sheets", lambda: night.sheets.get(batch, 0) >= wanted or night.look() is None)
        state = night.kill("counting, paper running", {"paused"}, 90)
        expect("it says what happened", state["notice"]["code"] == "feed_unfinished", state["notice"])
        state = harness.wait_for("the look at the counter", lambda: (
            lambda now: now if now["resume"]["uncounted"] is not None else None)(night.look()))
        now = night.sheets[batch]
        expect("the page knows the sheets that came out and do not count",
               state["resume"]["uncounted"] == night.moved() - moved - (now - recorded), state["resume"])
    night.evening.script()
    night.load(pile[night.sheets[batch]:])
    state = night.evening.scan()
    expect("the whole pile is in", state["batches"][-1]["sheets"] == len(pile), state["batches"])


def decisions(night):
    """The pile is open and through: a decision may be taken again, the newest counts."""
    state = night.look()
    undecided = state["waiting"] + state["handed_back"]
    expect("there is something to decide", undecided)
    for number in range(night.kills):
        sheet = undecided[number % len(undecided)]
        before = account.Account(night.evening.data).count("team_decision")
        decision = night.evening.decision_for(state, sheet)
        _, answered = night.kill_while("counting, while a decision is being posted", {"counting"}, "decision", **decision)
        more = account.Account(night.evening.data).count("team_decision") - before
        expect("a decision that was answered stands, and no other", more == 1 if answered else more in (0, 1), more)
    night.evening.decide_as_team()


def finishing(night):
    state, answered = night.kill_while("counting, while a pile is being finished", {"counting"}, "batch/finish")
    expect("what was answered stands", not answered or state["open_batch"] is None)
    if state["open_batch"] is not None:
        night.evening.command("batch/finish")


def complete(night, contest):
    night.load(night.evening.pile(contest))
    night.evening.scan(contest)
    night.evening.decide_as_team()
    night.evening.command("batch/finish")


def paused(night):
    night.there_and_back("paused by the team, to and fro", ("pause", "counting", "paused", {}), ("resume", {}))
    night.evening.command("lifecycle", event="pause")
    night.many(lambda: night.kill("paused by the team", {"paused"}, 60))
    jammed(night, night.evening.contests[2])


def jammed(night, contest):
    pile = night.evening.pile(contest)
    after = night.random.randint(2, len(pile) - 4)
    night.load(pile)
    night.evening.script(f"after {night.moved() + after} jam")
    before = night.evening.scan(contest)
    expect("the jam is named", before["notice"]["code"] == "scanner_jam" and before["lifecycle"] == "paused", before["notice"])
    night.evening.script()

    def one():
        state = night.kill("paused by a jam", {"paused"}, 60)
        expect("it says the same as before how to go on", state["resume"] == before["resume"], (state["resume"], before["resume"]))

    night.many(one)
    state = night.evening.scan()
    expect("the rest goes through", state["batches"][-1]["sheets"] == len(pile), state["batches"])
    night.evening.decide_as_team()
    night.evening.command("batch/finish")


def closing(night):
    night.there_and_back("counting, while it is being closed", ("close", "counting", "closing", {}), ("reopen", {}))
    night.evening.command("lifecycle", event="close")
    night.many(lambda: night.kill("closing", {"closing"}, 60))


WHY = {"reason_vi": "Còn một chồng dưới bàn", "name": "Nguyễn Ánh"}


def sealed(night):
    night.there_and_back("closing, while it is being sealed", ("seal", "closing", "sealed", {}), ("unseal", WHY))
    night.evening.command("lifecycle", event="seal")
    night.many(lambda: night.kill("sealed", {"sealed"}, 60))
    night.there_and_back("sealed, while it is being reopened", ("unseal", "sealed", "closing", WHY), ("seal", {}))
    night.evening.command("lifecycle", event="unseal", **WHY)
    night.many(lambda: night.kill("reopened after sealing", {"closing"}, 60))
    night.evening.command("lifecycle", event="reopen")
    night.many(lambda: night.kill("counting again after sealing", {"counting"}, 60))
    night.evening.command("lifecycle", event="close")
    night.evening.command("lifecycle", event="seal")


SITUATIONS = {"idle": idle, "voting": voting, "counting": counting, "paused": paused, "closing": closing, "sealed": sealed}


def run(evening, options):
    states = states_of_the_table()
    expect("every state of docs/lifecycle.md has its situations here", list(SITUATIONS) == states, states)
    evening.print_forms()
    evening.mark_ballots(BALLOTS, options.seed)
    evening.configure()
    evening.start_committee().start_station()
    night = Night(evening, options.kills, options.seed)
    for state, situation in SITUATIONS.items():
        situation(night)
        print(f"ok: {state}", flush=True)
    expect("it was killed in every state", night.states == set(states), night.states)
    evening.committee_has_all()
    wrong = harness.differences(evening.totals())
    expect("truth, station and committee agree", not wrong, wrong)
    for name, points in night.points.items():
        print(f"    {points:4} {name}")
    print(f"states: {sum(night.points.values())} points, 0 wrong (seed {options.seed})")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("--kills", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    told = parser.parse_args()
    sys.exit(harness.run_evening("kiemphieu-kills-", told.build, lambda evening: run(evening, told)))
