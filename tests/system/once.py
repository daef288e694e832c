"""Right exactly once, over the real daemon and the simulated feeder: a jam whose sheet
passed unseen, SIGKILL with paper moving, the same pile with its header once more, a
sheet lost without a sound, and the number that people counted.
"""

import subprocess
import sys

import harness
from harness import expect

BALLOTS = 36
SEED = 11


def refused(evening, path, **body):
    try:
        evening.command(path, **body)
    except harness.Refused as answer:
        return answer.body
    raise harness.Failure(f"{path} {body} was not refused")


def steps(state):
    return [step["code"] for step in state["resume"]["steps"]]


def header_pictures(evening, contest):
    """The first header sheets of the contest, as the scanner would see them."""
    out = evening.folder / "headers"
    out.mkdir(exist_ok=True)
    subprocess.run(["pdftoppm", "-r", "200", "-png", "-l", "2", evening.forms / f"batch-header-{contest}.pdf",
                    out / contest], check=True)
    return sorted(out.glob(f"{contest}-*.png"))


def load(evening, papers):
    """A new stack: names in feeding order, whatever the pictures are called."""
    evening.empty_hopper()
    load.stacks += 1
    for number, paper in enumerate(papers):
        (evening.hopper / f"{load.stacks:02}-{number:03}{paper.suffix}").write_bytes(paper.read_bytes())


load.stacks = 0


def moved(evening):
    """Sheets that left the hopper, ever: what the scripts of the feeder count in."""
    fed = evening.hopper / ".kiemphieusim" / "fed"
    return len(fed.read_text().splitlines()) if fed.exists() else 0


def jam_with_a_lost_sheet(evening, contest, pile, header):
    load(evening, [header, *pile])
    evening.script("after 5 jam lost")
    state = evening.scan(contest)
    expect("the jam is named", state["notice"]["code"] == "scanner_jam")
    expect("the counter tells that one sheet passed unseen", state["resume"]["uncounted"] == 1)
    expect("the steps are in order", steps(state) == ["clear_machine", "put_back", "compare", "scan"])
    expect("the last counted sheet has its picture", state["resume"]["last"]["image"] == "/api/v1/sheets/1/5/image")
    expect("and its place", state["resume"]["last"]["place"]["from_top"] == 1)
    evening.script()
    load(evening, pile[4:])  # the unseen sheet is put back on top
    state = evening.scan()
    batch = state["batches"][-1]
    expect("all papers are in", batch["papers"] == len(pile))
    expect("the header's number is recorded", batch["sheets"] == len(pile) + 1)
    expect("the page asks for the count by hand after such a stop", batch["hand_count"] == "after_stop")
    body = refused(evening, "batch/finish", papers=len(pile) + 1)
    expect("another number is refused", body["code"] == "pile_count_differs")
    expect("with both numbers in words",
           f"Máy đếm {len(pile)} phiếu" in body["message_vi"] and f"Tổ đếm tay {len(pile) + 1} phiếu" in body["message_vi"])
    expect("the page keeps saying it", evening.state()["notice"]["code"] == "pile_count_differs")
    refused(evening, "batch/finish", paper=len(pile))
    state = evening.command("batch/finish", papers=len(pile))
    expect("the right number finishes the pile", state["open_batch"] is None and state["notice"] is None)
    evening.decide_as_team_plainly()


def the_same_pile_again(evening, contest, pile, header):
    load(evening, [header, *pile])
    state = evening.scan(contest)
    expect("the header stops the pile before any ballot counts", state["notice"]["code"] == "pile_fed_before")
    expect("nothing of it is recorded", state["batches"][-1]["sheets"] == 0)
    expect("the sheets that came out go aside", state["resume"]["uncounted"] >= 1 and steps(state)[0] == "put_aside")
    load(evening, pile)
    state = evening.scan()
    expect("without its header the papers stop it", state["notice"]["code"] == "pile_fed_before")
    expect("after four", state["batches"][-1]["sheets"] == 4 and state["batches"][-1]["valid"] == 0)
    evening.command("batch/void", batch=state["open_batch"], reason_vi="Chồng này đã quét rồi")


def killed_with_paper_moving(evening, contest, pile):
    load(evening, pile)
    before = moved(evening)
    evening.script("ms-per-sheet 120")
    evening.command("scan", contest=contest)
    harness.wait_for("four sheets", lambda: evening.state()["batches"][-1]["sheets"] >= 4)
    evening.station.kill()
    evening.script()
    evening.start_station()
    state = harness.wait_for("the look at the counter", lambda: evening.known())
    recorded = state["batches"][-1]["sheets"]
    expect(f"of {moved(evening) - before} sheets that moved {recorded} are recorded, and the page knows the rest",
           state["resume"]["uncounted"] == moved(evening) - before - recorded)
    expect("the paper inside goes first", steps(state)[0] == "clear_machine")
    load(evening, pile[recorded:])
    state = evening.scan()
    expect("the whole pile is in, each paper once", state["batches"][-1]["papers"] == len(pile))
    evening.command("batch/finish", papers=len(pile))
    evening.decide_as_team_plainly()


def lost_without_a_sound(evening, contest, pile):
    load(evening, pile)
    evening.script(f"after {moved(evening) + len(pile) - 1} no-docs lost")
    state = evening.scan(contest)
    expect("the counter misses the last sheet", state["notice"]["code"] == "scanner_count_mismatch")
    body = refused(evening, "batch/finish")
    expect("finishing is refused with the counter's figures", body["code"] == "pile_count_differs" and
           f"Máy quét đã kéo {len(pile)} tờ, máy chỉ biết {len(pile) - 1} tờ" in body["message_vi"])
    refused(evening, "batch/finish", papers=len(pile))
    evening.command("batch/void", batch=state["open_batch"], reason_vi="Mất một tờ, quét lại")
    evening.station.stop()
    conf = evening.sane / "kiemphieusim.conf"
    conf.write_text(conf.read_text() + "without sheet-counter\n")
    evening.start_station()
    load(evening, pile)
    evening.script(f"after {moved(evening) + len(pile) - 1} no-docs lost")
    state = evening.scan(contest)
    expect("without a counter nobody hears it", state["notice"] is None)
    expect("but the page asks for the count by hand", state["batches"][-1]["hand_count"] == "no_counter")
    body = refused(evening, "batch/finish", papers=len(pile))
    expect("which finds it", body["code"] == "pile_count_differs")
    evening.command("batch/void", batch=state["open_batch"], reason_vi="Mất một tờ, quét lại")
    evening.script()
    load(evening, pile)
    evening.scan(contest)
    evening.command("batch/finish", papers=len(pile))
    evening.decide_as_team_plainly()


class Evening:
    """What this test adds to the workspace."""

    def __init__(self, workspace):
        self.workspace = workspace

    def __getattr__(self, name):
        return getattr(self.workspace, name)

    def known(self):
        state = self.state()
        return state if state["resume"] and state["resume"]["uncounted"] is not None else None

    def decide_as_team_plainly(self):
        """The papers' truth does not matter here: what waits is invalid."""
        for sheet in self.state()["waiting"]:
            self.command("decision", batch=sheet["batch"], position=sheet["position"], validity="invalid",
                         present=11, in_favour=11, against=0)


def once(workspace):
    evening = Evening(workspace)
    evening.print_forms()
    evening.mark_ballots(BALLOTS, SEED)
    evening.configure()
    evening.start_committee().start_station()
    evening.command("lifecycle", event="start_counting")
    first, second, third = evening.contests
    header = header_pictures(evening, first)[0]
    pile = evening.pile(first)
    jam_with_a_lost_sheet(evening, first, pile, header)
    the_same_pile_again(evening, first, pile, header)
    killed_with_paper_moving(evening, second, evening.pile(second))
    lost_without_a_sound(evening, third, evening.pile(third))
    evening.stop()
    evening.run(evening.bin / "kiemphieu", "journal", "verify", evening.data)
    print("ok: the journal verifies")


if __name__ == "__main__":
    sys.exit(harness.run_evening("kiemphieu-once-", sys.argv[1], once))
