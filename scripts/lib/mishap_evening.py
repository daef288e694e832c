"""One long evening of a whole station: thousands of sheets in many piles through the real programs, with everything going
wrong at random from a seed. The script plays the scanner's operator, who does what the page says and nothing else, the
team, whose decisions are the truth, and the world that pulls plugs. Who wants the rules: docs/once.md.
"""

import json
import os
import pathlib
import random
import time
import urllib.request

import harness
from feeder_tray import Paper
from mishaps import DataDisk, Stick, may_mount

# A fault of the scanner: how often it strikes among its like, and what the script of the simulator says.
SCANNER_FAULTS = {"jam": 6, "jam mid-page": 3, "jam lost": 4, "double-feed": 5, "double-feed lost": 2, "cover-open": 3, "io-error": 2,
                  "crash": 2, "disconnect": 2, "short-page": 3, "no-docs": 3, "no-docs lost": 4}
# Of the world and of people.
TROUBLES = {"station killed": 8, "disk full": 6, "stick pulled": 6, "committee away": 5}
PEOPLE = {"voided by the team": 0.03, "counted wrong by hand": 0.12, "fed again": 0.06}
MACHINE_CHANGES_AFTER = 0.3  # of the evening; the next time that the station is killed
POLL_S = 0.04


class Operator:
    """Feeds piles until each is counted once."""

    def __init__(self, evening, options, rng):
        self.evening, self.options, self.rng = evening, options, rng
        self.counts = {}              # what happened
        self.guess, self.known = {}, {}  # (batch, position) → paper: by the order, and by looking at the picture
        self.piles = {}               # batch → its papers
        self.paper = Paper(evening.hopper)
        self.pending = []  # [sheets moved, what, argument]
        self.taken_over = False
        self.worst_rss_mb = 0.0

    def note(self, what):
        self.counts[what] = self.counts.get(what, 0) + 1
        if self.options.verbose:
            print(f"   {what}", flush=True)

    # --- what goes wrong -------------------------------------------------------

    def plan(self, papers):
        """Mischief for the next stack."""
        moved = self.paper.moved()
        lines = []
        while self.rng.random() < self.options.faults * papers / 100 / (1 + 2 * len(lines)):
            fault = self.rng.choices(list(SCANNER_FAULTS), SCANNER_FAULTS.values())[0]
            lines.append(f"after {moved + self.rng.randrange(papers)} {fault}")
            self.note("scanner: " + fault)
        self.evening.script(*lines)
        self.pending = [one for one in self.pending if one[1] in ("stick back", "committee back")]
        late = self.options.take_over and not self.taken_over and moved > self.options.sheets * MACHINE_CHANGES_AFTER
        if late or self.rng.random() < self.options.faults * papers / 200:
            what = "station killed" if late else self.rng.choices(list(TROUBLES), TROUBLES.values())[0]
            self.pending.append((moved + self.rng.randrange(papers), what))

    def tick(self):
        """What is due by now; True: the station was killed."""
        moved = self.paper.moved()
        due = [one for one in self.pending if one[0] <= moved]
        self.pending = [one for one in self.pending if one[0] > moved]
        return any([self.happen(what, moved) for _, what in due])

    def happen(self, what, moved):
        evening, later = self.evening, moved + self.rng.randrange(5, 80)
        if what == "station killed":
            self.note(what)
            evening.station.kill()
            return True
        if what == "disk full" and not evening.disk.full and evening.disk.fill(self.rng.choice((0, 0, 100_000, 300_000, 900_000))):
            self.note(what)
        if what == "stick pulled" and evening.stick.is_in:
            self.note(what)
            evening.stick.pull()
            self.pending.append((later, "stick back"))
        if what == "stick back":
            evening.stick.put_in()
        if what == "committee away" and evening.committee.process.poll() is None:
            self.note(what)
            evening.committee.kill()
            self.pending.append((later, "committee back"))
        if what == "committee back" and evening.committee.process.poll() is not None:
            evening.committee.start()
        return False

    def all_well(self):
        """The end of the evening: everything is where it belongs."""
        self.evening.disk.clean_up()
        self.evening.stick.put_in()
        if self.evening.committee.process.poll() is not None:
            self.evening.committee.start()
        self.pending = []
        self.evening.script()

    # --- one pile ----------------------------------------------------------------

    def pile(self, contest, papers):
        """Until it is counted and finished."""
        self.lay_anew(papers)
        while True:
            state = self.feed(contest)
            if state is None or not self.looks_complete(state, papers):
                self.void("Không rõ, quét lại cả chồng")
                self.lay_anew(papers)
            elif self.rng.random() < PEOPLE["voided by the team"]:
                self.note("voided by the team")
                self.void("Tổ cho quét lại")
                self.lay_anew(papers)
            elif self.finish(state, len(papers)):
                break
            else:
                self.void("Số đếm tay không khớp, quét lại")
                self.lay_anew(papers)
        if self.rng.random() < PEOPLE["fed again"]:
            self.feed_again(contest, papers)

    def lay_anew(self, papers):
        self.paper.come_out()
        self.paper.tray = []
        self.paper.put_in(papers)
        self.plan(len(papers))

    def looks_complete(self, state, papers):
        return state["open_batch"] is not None and not self.paper.waiting and len(self.paper.tray) == len(papers)

    def feed(self, contest):
        """Scans until the pile is through; None: the operator is lost, or the page says so."""
        for _ in range(200):
            if not self.paper.in_feeder():
                return self.evening.state()
            state = self.run_feeder(contest)
            if not self.follow(state):
                return None
        raise harness.Failure("two hundred runs of the feeder and the pile is not through")

    def run_feeder(self, contest):
        """One press of Scan; the state at rest."""
        state = self.evening.state()
        before = {batch["batch"]: batch["sheets"] for batch in state["batches"]}
        try:
            self.evening.command("scan", **({} if state["open_batch"] is not None else {"contest": contest}))
        except harness.Refused as refused:
            return self.refused(refused)
        killed = False
        while not killed:
            killed = self.tick()
            state = None if killed else self.evening.state()
            if state and not state["scanning"]:
                break
            time.sleep(POLL_S)
        if killed:
            state = self.start_again()
        out = self.paper.come_out()
        batch = state["batches"][-1] if state["batches"] else None
        if batch and batch["batch"] == state["open_batch"]:
            self.piles.setdefault(batch["batch"], self.paper.tray + self.paper.in_feeder())
            for index in range(batch["sheets"] - before.get(batch["batch"], 0)):
                self.guess[batch["batch"], before.get(batch["batch"], 0) + index + 1] = out[min(index, len(out) - 1)]
        if state["notice"] and not killed:
            self.note("stopped with " + state["notice"]["code"])
        return state

    def refused(self, refused):
        code = refused.body["code"]
        self.note("scan refused with " + code)
        if code == "disk_full":
            self.evening.disk.clean_up()
        elif code not in ("scanner_busy", "scanner_disconnected", "scanner_missing", "storage_io"):
            raise refused
        time.sleep(0.2)
        return self.evening.state()

    def start_again(self):
        """After a power cut: the same machine, or once the spare one."""
        self.evening.disk.clean_up()  # a station does not start on a full disk; the technician saw to it
        self.evening.script()
        ready = self.evening.stick.is_in and self.paper.moved() > self.options.sheets * MACHINE_CHANGES_AFTER
        if ready and self.options.take_over and not self.taken_over:
            self.taken_over = True
            self.note("machine changed by --take-over")
            self.guess, self.known = {}, {}
            self.evening.data = self.evening.spare_data
            self.evening.start_station("--take-over", self.evening.stick.place, "--code-file", self.evening.folder / "code")
        else:
            self.evening.start_station()
        if self.rng.random() < 0.5:  # half the operators wait for the page to know the number
            end = time.monotonic() + 25
            while time.monotonic() < end:
                state = self.evening.state()
                if not state["resume"] or state["resume"]["uncounted"] is not None:
                    break
                time.sleep(0.2)
        return self.evening.state()

    def follow(self, state):
        """Does the steps of the page, in order. False: void the pile."""
        resume, notice = state["resume"], state["notice"]
        if notice and notice["code"] == "disk_full":
            self.evening.disk.clean_up()
        if resume is None:  # nothing was fed, or the journal has no room for the feed's end: look at the last picture
            last = state["last_sheets"][0] if state["open_batch"] is not None and state["last_sheets"] else None
            return self.keep_up_to(last and (last["batch"], last["position"]))
        last = resume["last"] and (resume["last"]["batch"], resume["last"]["position"])
        for step in (step["code"] for step in resume["steps"]):
            self.note("step " + step)
            if step == "put_back":
                if resume["uncounted"] > len(self.paper.tray):
                    return False
                self.paper.put_back(resume["uncounted"])
            elif step == "find_last" and not self.keep_up_to(last):
                return False
            elif step == "put_all_back":
                self.paper.put_back(len(self.paper.tray))
            elif step == "compare" and self.paper.tray[-1:] != [self.paper_of(*last)]:
                self.note("the sheet on top is not the page's")
                return False
            elif step == "count_by_hand" and len(self.paper.tray) != resume["papers"]:
                return False
            elif step in ("put_aside", "next_pile"):
                return False
        return True

    def paper_of(self, batch, position):
        """Which paper the page shows there: by eye. None: none of the pile."""
        place = batch, position
        if place not in self.known:
            seen = self.evening.folder / "seen.jpg"
            with urllib.request.urlopen(self.evening.address(f"/api/v1/sheets/{batch}/{position}/image?plain=1"), timeout=30) as answer:
                seen.write_bytes(answer.read())
            guess = [self.guess[place]] if place in self.guess else []
            found = self.evening.run(self.evening.bin / "which_picture", seen, *guess, *self.piles.get(batch, [])).strip()
            self.known[place] = pathlib.Path(found) if found else None
        return self.known[place]

    def keep_up_to(self, last):
        """Puts back what came out after the last counted sheet, which the operator knows by its picture."""
        paper = self.paper_of(*last) if last else None
        if last and paper not in self.paper.tray:
            return False
        kept = self.paper.tray.index(paper) + 1 if paper else 0
        self.paper.put_back(len(self.paper.tray) - kept)
        return True

    # --- the end of a pile -----------------------------------------------------

    def void(self, reason):
        self.note("pile voided")
        self.evening.disk.clean_up()
        batch = self.evening.state()["open_batch"]
        if batch is not None:
            self.evening.command("batch/void", batch=batch, reason_vi=reason)

    def finish(self, state, papers):
        """False: the number counted by hand is not the machine's."""
        self.evening.disk.clean_up()
        self.decide()
        if self.rng.random() < PEOPLE["counted wrong by hand"]:
            self.note("counted wrong by hand")
            wrong = papers + self.rng.choice((-2, -1, 1))
            try:
                self.evening.command("batch/finish", papers=wrong)
                raise harness.Failure(f"batch {state['open_batch']} was finished with {wrong} instead of {papers}")
            except harness.Refused as refused:
                if refused.body["code"] != "pile_count_differs":
                    raise
        try:
            self.evening.command("batch/finish", papers=papers)
        except harness.Refused as refused:
            if refused.body["code"] != "pile_count_differs":
                raise
            self.note("the count by hand found a difference")
            return False
        return True

    def decide(self):
        """The whole team looks at each paper that waits or was handed back."""
        while True:
            state = self.evening.state()
            undecided = state["waiting"] + state["handed_back"]
            if not undecided:
                return
            for sheet in undecided:
                self.note("decided by the team")
                self.evening.command("decision", **self.decision(state, sheet))

    def decision(self, state, sheet):
        members, paper = state["team_members"], self.paper_of(sheet["batch"], sheet["position"])
        decision = {"batch": sheet["batch"], "position": sheet["position"], "present": members, "in_favour": members, "against": 0}
        same = sheet["same_as"]
        if same:
            known = self.paper_of(same["batch"], same["position"])
            self.note("a paper known again" if known == paper else "two papers taken for one, by the machine only")
            if known == paper:
                return {**decision, "not_a_ballot": True}
        truth = self.evening.papers[f"{paper.parent.name}/{paper.name}"]
        decision["validity"] = truth["validity"]
        if truth["validity"] == "valid":
            decision["elected"] = [c for c, mark in truth["candidates"].items() if mark == "kept"]
        return decision

    def feed_again(self, contest, papers):
        """A pile that counts already comes once more: the feeder stops, and nothing of it counts."""
        if len(papers) < 8:
            return
        self.note("fed again")
        self.all_well()
        self.lay_anew(papers)
        self.evening.script()
        self.pending = []
        state = self.run_feeder(contest)
        if not state["notice"] or state["notice"]["code"] != "pile_fed_before":
            raise harness.Failure(f"a pile fed again was not stopped: {state['notice']}")
        self.void("Chồng này đã quét rồi")

    def station_rss_mb(self):
        text = pathlib.Path(f"/proc/{self.evening.station.process.pid}/smaps_rollup").read_text()
        return sum(int(line.split()[1]) for line in text.splitlines() if line.startswith("Private_")) / 1024


# --- the evening -------------------------------------------------------------------


def prepare(evening, options):
    if options.ballots:
        evening.ballots, evening.forms = options.ballots, options.ballots.parent / "forms"
        evening.truth = json.loads((evening.ballots / "truth.json").read_text())
        evening.papers = {sheet["file"]: sheet for sheet in evening.truth["sheets"]}
    else:
        evening.print_forms()
        evening.mark_ballots(options.sheets, options.seed)
    evening.disk = DataDisk(evening, options.sheets)
    evening.stick = Stick(evening, options.sheets)
    evening.data, evening.spare_data = evening.disk.place / "data", evening.disk.place / "spare"
    evening.data.mkdir(mode=0o700)
    evening.configure()
    key = evening.run(evening.bin / "kiemphieu", "key", evening.spare_data).strip()
    with open(evening.folder / "committee.toml", "a") as settings:
        settings.write(f'[[spares]]\npublic_key = "{key}"\n')
    # No room is taken ahead: the disk-full spells are to be met.
    evening.station_extra = f'[mirror]\nfolder = "{evening.stick.place}"\n[room]\nsheets = 0\n'
    evening.start_committee().start_station()
    evening.pin_committee_port()
    code = evening.run(evening.bin / "kiemphieu", "mirror", "prepare", "--config", evening.folder / "station.toml", evening.stick.place)
    (evening.folder / "code").write_text(code.strip() + "\n")
    evening.command("lifecycle", event="start_counting")


def cut_truth(evening, papers):
    """To the ballots that were fed, and their totals counted anew from the papers."""
    wanted = {f"{paper.parent.name}/{paper.name}" for paper in papers}
    for total in evening.truth["totals"]:
        recount(total, [sheet for sheet in evening.truth["sheets"]
                        if sheet["file"] in wanted and sheet["file"].startswith(total["contest"] + "/")])


def recount(total, sheets):
    valid = [sheet for sheet in sheets if sheet["validity"] == "valid"]
    kept = [[c for c, mark in sheet["candidates"].items() if mark == "kept"] for sheet in valid]
    total.update(collected=len(sheets), valid=len(valid), invalid=len(sheets) - len(valid))
    total["classes"] = {k: sum(len(names) == int(k) for names in kept) for k in total["classes"]}
    for candidate in total["candidates"]:
        candidate["votes"] = sum(candidate["id"] in names for names in kept)


def piles_of(evening, options, rng):
    """Stacks of all contests in a random order, each paper once."""
    piles = []
    for contest in evening.contests:
        left = evening.pile(contest)[: options.sheets // len(evening.contests)]
        while left:
            size = rng.randint(options.pile // 2, options.pile * 3 // 2)
            piles.append((contest, left[:size]))
            left = left[size:]
    rng.shuffle(piles)
    return piles


def run(evening, options):
    """Returns the report; Failure when the account does not hold."""
    rng = random.Random(options.seed)
    prepare(evening, options)
    operator = Operator(evening, options, rng)
    begin, fed = time.monotonic(), []
    memory_at_start, piles = operator.station_rss_mb(), piles_of(evening, options, rng)
    try:
        for number, (contest, papers) in enumerate(piles):
            if options.minutes and time.monotonic() - begin > options.minutes * 60:
                print(f"{options.minutes} minutes are over: no new pile", flush=True)
                break
            operator.pile(contest, papers)
            fed += papers
            operator.worst_rss_mb = max(operator.worst_rss_mb, operator.station_rss_mb())
            print(f"{len(fed):6} of {options.sheets} sheets, pile {number + 1} of {len(piles)}, {time.monotonic() - begin:.0f} s, "
                  f"{operator.station_rss_mb():.0f} MB", flush=True)
        operator.all_well()
        memory_at_end = operator.station_rss_mb()
        cut_truth(evening, fed)
        close(evening)
        return report(operator, options, len(fed), time.monotonic() - begin, (memory_at_start, operator.worst_rss_mb, memory_at_end))
    finally:
        evening.stop()
        evening.stick.end()
        evening.disk.end()


def close(evening):
    evening.command("lifecycle", event="close")
    evening.command("lifecycle", event="seal")
    evening.committee_has_all()
    totals = evening.totals()
    for row in totals["truth"].values():
        row["classes"] = {str(k): v for k, v in row["classes"].items()}
    wrong = harness.differences(totals)
    if wrong:
        raise harness.Failure("\n".join(wrong))
    print(harness.table(evening, totals), flush=True)
    evening.stop()
    verified = json.loads(evening.run(evening.bin / "kiemphieu", "journal", "verify", "--json", evening.data))
    if not verified["sound"]:
        raise harness.Failure(f"the journal does not verify: {verified}")


def report(operator, options, fed, seconds, memory):
    lines = ["# The long evening", "",
             f"`scripts/long-evening --sheets {options.sheets} --seed {options.seed}`"
             f"{'' if may_mount() else ' without root: the disk never filled up'}.", "",
             f"- {fed} ballots of {len(operator.evening.contests)} contests{'' if fed == options.sheets else ', as many as the time allowed,'} "
             f"in piles of about {options.pile}; "
             f"{operator.paper.moved()} sheets went through the scanner; {seconds / 60:.0f} minutes on {os.cpu_count()} processors.",
             f"- Memory of the daemon: {memory[0]:.0f} MB at the start, {memory[1]:.0f} MB at most, {memory[2]:.0f} MB at the end.",
             "- Result: truth, station and committee agree to the vote, every sheet counted exactly once; `journal verify` is sound.", "",
             "| what happened | times |", "| --- | ---: |"]
    return "\n".join(lines + [f"| {what} | {count} |" for what, count in sorted(operator.counts.items())]) + "\n"
