"""One evening with everything going wrong in the middle: a paper jam, a power
cut (SIGKILL) while the feeder runs, and a network outage. At the end truth,
station and committee agree to the vote, and the journal verifies.
"""

import json
import sys
import time

import harness
from harness import expect

BALLOTS = 90
SEED = 7


def pile_with_jam(evening, contest):
    """The feeder jams: the page says so, nothing is lost, the rest goes through."""
    pile = evening.pile(contest)
    evening.load_hopper(pile)
    evening.script("after 7 jam")
    state = evening.scan(contest)
    expect("the jam is named", state["notice"]["code"] == "scanner_jam" and state["lifecycle"] == "paused")
    expect("the page says whether the sheet was counted", "CHƯA" in state["notice"]["fate_vi"])
    expect("exactly the sheets before the jam are counted", state["batches"][-1]["sheets"] == 7)
    evening.script()
    state = evening.scan()
    expect("pressing Quét again brings in the rest", state["batches"][-1]["sheets"] == len(pile))
    evening.decide_as_team()
    evening.command("batch/finish")


def pile_with_power_cut(evening, contest):
    """The plug is pulled with paper moving; the operator voids the pile and scans it again."""
    pile = evening.pile(contest)
    evening.load_hopper(pile)
    evening.script("ms-per-sheet 60")
    evening.command("scan", contest=contest)
    harness.wait_for("six sheets", lambda: evening.state()["batches"][-1]["sheets"] >= 6)
    before = evening.state()["batches"][-1]["sheets"]
    evening.station.kill()
    evening.script()
    evening.start_station()
    state = evening.state()
    expect("the open pile is found open", state["open_batch"] == state["batches"][-1]["batch"])
    expect("no acknowledged sheet is lost", state["batches"][-1]["sheets"] >= before)
    expect("the page says what happened", state["notice"]["code"] == "feed_unfinished" and state["lifecycle"] == "paused")
    evening.void_and_scan_again(contest, "Mất điện khi đang quét, quét lại cả chồng")


def pile_with_outage(evening, contest):
    """The committee is away for a whole pile; everything arrives when it is back."""
    evening.pin_committee_port()
    evening.committee.kill()
    pile = evening.pile(contest)
    evening.load_hopper(pile)
    state = evening.scan(contest)
    expect("scanning goes on without the committee", state["batches"][-1]["sheets"] == len(pile))
    evening.decide_as_team()
    evening.command("batch/finish")
    push = evening.state()["push"]
    expect("the records wait in the outbox", push["last"] > push["acknowledged"])
    evening.start_committee()
    evening.committee_has_all()


def evening_runs(evening):
    evening.print_forms()
    evening.mark_ballots(BALLOTS, SEED)
    evening.configure()
    evening.start_committee().start_station()
    try:
        evening.command("scan", contest=evening.contests[0])
        raise harness.Failure("scanning was allowed before counting began")
    except harness.Refused as refused:
        expect("no scan before counting", refused.body["code"] == "not_allowed_now")
    evening.command("lifecycle", event="open_voting")
    evening.command("lifecycle", event="start_counting")
    first, second, third = evening.contests
    pile_with_jam(evening, first)
    pile_with_power_cut(evening, second)
    pile_with_outage(evening, third)
    evening.command("lifecycle", event="close")
    evening.command("lifecycle", event="seal")
    evening.committee_has_all()


def check_account(evening):
    totals = evening.totals()
    print(harness.table(evening, totals), flush=True)
    wrong = harness.differences(totals)
    expect("truth, station and committee agree: " + "; ".join(wrong), not wrong)
    try:
        evening.command("scan", contest=evening.contests[0])
        raise harness.Failure("a sealed station scanned")
    except harness.Refused as refused:
        expect("a sealed station takes nothing", refused.body["code"] == "not_allowed_now")
    begin = time.monotonic()
    evening.stop()
    expect("both daemons stop within five seconds", time.monotonic() - begin < 10)
    report = json.loads(evening.run(evening.bin / "kiemphieu", "journal", "verify", "--json", evening.data))
    expect("the journal verifies", report["sound"])
    again = json.loads(evening.run(evening.bin / "kiemphieu", "journal", "replay", "--json", evening.data))
    expect("every stored picture reads again as the journal says", again["same"] and again["sheets"] >= BALLOTS)
    rows = json.loads(evening.run(evening.bin / "kiemphieu", "journal", "totals", "--json", evening.data))
    by_contest = {row["contest"]: row for row in rows}
    same = all(by_contest[c][key] == row[key] for c, row in totals["station"].items() for key in harness.COMPARED)
    expect("the totals recomputed from the journal are the station's", same)


def check_secrecy(evening):
    """Neither log nor file times say anything of a single sheet."""
    pictures = [path for path in (evening.data / "images").rglob("*") if path.is_file()]
    log = evening.station.log.read_text(errors="replace")
    expect("every sheet has its picture", len(pictures) >= BALLOTS)
    expect("no picture is named in the log", not [path for path in pictures if path.stem in log])
    named = [candidate["id"] for contest in evening.election["contests"] for candidate in contest["candidates"]]
    expect("no candidate is named in the log", not [name for name in named if f"={name} " in log or f'"{name}"' in log])
    times = {path.stat().st_mtime for path in (evening.data / "images").rglob("*")}
    expect("files and folders of pictures tell no time", times == {0}, times)


def whole_chain(evening):
    evening_runs(evening)
    check_account(evening)
    check_secrecy(evening)


if __name__ == "__main__":
    sys.exit(harness.run_evening("kiemphieu-chain-", sys.argv[1], whole_chain))
