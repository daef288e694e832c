"""The station's PC dies in the middle of a pile; a spare PC goes on from the stick.

The stick is pulled out and put back in between. The old PC wakes up afterwards:
the committee and whoever sits at it are told, and it counts nothing.
"""

import sys
import time

import harness
from harness import expect

BALLOTS = 90
SEED = 11


def mirror_is(evening, **wanted):
    def probe():
        mirror = evening.state()["mirror"]
        return mirror if all(mirror[key] == value for key, value in wanted.items()) else None
    return harness.wait_for(f"the mirror to be {wanted}", probe)


def prepare(evening):
    evening.print_forms()
    evening.mark_ballots(BALLOTS, SEED)
    evening.configure()
    stick = evening.folder / "stick"
    stick.mkdir()
    evening.station_extra = f'[mirror]\nfolder = "{stick}"\n'
    # The spare PC: its own data folder and key, which the committee knows as a spare's.
    evening.old_data, evening.spare_data = evening.data, evening.folder / "spare"
    spare_key = evening.run(evening.bin / "kiemphieu", "key", evening.spare_data).strip()
    with open(evening.folder / "committee.toml", "a") as settings:
        settings.write(f'[[spares]]\npublic_key = "{spare_key}"\n')
    evening.start_committee().start_station()
    config = evening.folder / "station.toml"
    code = evening.run(evening.bin / "kiemphieu", "mirror", "prepare", "--config", config, stick).strip()
    (evening.folder / "code").write_text(code + "\n")
    expect("a stick prepared while the station runs is found by itself", mirror_is(evening, present=True, behind=0))
    return stick


def first_pile(evening, stick):
    """The stick is in a pocket while a whole pile is scanned."""
    contest = evening.contests[0]
    evening.load_hopper(evening.pile(contest))
    stick.rename(evening.folder / "pocket")
    state = evening.scan(contest)
    expect("scanning goes on without the stick", state["batches"][-1]["sheets"] == len(evening.pile(contest)))
    mirror_is(evening, present=False)
    expect("the page says that the stick is missing", evening.state()["mirror"]["error"]["code"] == "mirror_missing")
    (evening.folder / "pocket").rename(stick)
    mirror_is(evening, present=True, behind=0)
    evening.decide_as_team()
    evening.command("batch/finish")


def dies_in_the_middle(evening):
    contest = evening.contests[1]
    evening.load_hopper(evening.pile(contest))
    evening.script("ms-per-sheet 80")
    evening.command("scan", contest=contest)
    harness.wait_for("nine sheets", lambda: evening.state()["batches"][-1]["sheets"] >= 9)
    evening.station.kill()
    evening.script()


def spare_goes_on(evening, stick):
    begin = time.monotonic()
    evening.data = evening.spare_data
    evening.start_station("--take-over", stick, "--code-file", evening.folder / "code")
    state = evening.state()
    taken = time.monotonic() - begin
    counted = state["batches"][-1]["sheets"]
    expect(f"the spare PC goes on within a minute ({taken:.1f} s) with {counted} sheets of the open pile", taken < 60 and counted >= 8)
    expect("it says that the feeder was running", state["notice"]["code"] == "feed_unfinished")
    # What was never mirrored lies on top of the output tray; the team voids nothing when it knows the
    # count, but here it takes the simplest way that is always right.
    evening.command("batch/void", batch=state["open_batch"], reason_vi="Máy hỏng, quét lại chồng này trên máy dự phòng")
    evening.empty_hopper()
    for contest in evening.contests[1:]:
        evening.whole_pile(contest)
    evening.committee_has_all()
    mirror_is(evening, present=True, behind=0)


def old_machine_wakes_up(evening, stick, by):
    """Without the stick it is the committee that tells, without the network it is the stick."""
    spare, evening.data = evening.station, evening.old_data
    if by == "the committee":
        stick.rename(evening.folder / "pocket")
    else:
        fields, evening.committee.fields = evening.committee.fields, {"receive": "127.0.0.1:9"}  # nobody there
    evening.start_station()
    old = evening.station
    harness.wait_for(f"the old PC to be told by {by}",
                     lambda: (evening.state()["notice"] or {}).get("code") == "station_superseded")
    try:
        evening.command("scan", contest=evening.contests[0])
        raise harness.Failure("the old PC scanned")
    except harness.Refused as refused:
        expect(f"told by {by}, the old PC counts nothing", refused.body["code"] == "station_superseded")
    evening.station = old
    old.stop()
    if by == "the committee":
        (evening.folder / "pocket").rename(stick)
        stations = harness.get_json(evening.board("/api/v1/stations"))
        row = next(station for station in stations if station["id"] == harness.STATION)
        expect("the committee shows the alarm", row["state"] == "conflict" and row["machine"] == 2)
    else:
        evening.committee.fields = fields
    evening.station, evening.data = spare, evening.spare_data


def take_over(evening):
    stick = prepare(evening)
    evening.command("lifecycle", event="start_counting")
    first_pile(evening, stick)
    dies_in_the_middle(evening)
    # Nobody has told the old PC anything: both ways are tried with a copy of its folder as it died.
    evening.run("cp", "-a", evening.old_data, evening.folder / "old-copy")
    spare_goes_on(evening, stick)
    old_machine_wakes_up(evening, stick, "the committee")
    evening.old_data = evening.folder / "old-copy"
    old_machine_wakes_up(evening, stick, "the stick")
    evening.command("lifecycle", event="close")
    evening.command("lifecycle", event="seal")
    report = evening.ends_well()
    expect("it names the machine that took over", len(report["taken_over_by"]) == 1)


if __name__ == "__main__":
    sys.exit(harness.run_evening("kiemphieu-takeover-", sys.argv[1], take_over))
