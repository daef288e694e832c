"""A contest that was counted by hand, from paper to committee: forged tally sheets
are scanned through libsane, two people confirm each over HTTP without seeing the
other's figures, and the committee's totals are what was written. On the way: what
may not be confirmed, what would count twice, a power cut, and a correction.
"""

import json
import sys

import harness
from harness import expect

FIXED = ["collected", "valid", "invalid"]


def refused(evening, path, code, status, **body):
    """The command is refused with this code; returns the answer."""
    try:
        evening.command(path, **body)
    except harness.Refused as no:
        expect(f"{path} refused with {status} {code}", (no.status, no.body["code"]) == (status, code))
        expect("in two languages", no.body["message_vi"] and no.body["message_en"])
        return no.body
    raise harness.Failure(f"{path} was taken: {body}")


def forge(evening, name, seed, *extra):
    out = evening.folder / name
    evening.run(evening.bin / "kiemphieu-forge", "tally-sheets", "--election", harness.ELECTION, "--station",
                harness.STATION, "--forms", evening.forms, "--physics", "office", "--seed", seed, "--out", out, *extra)
    return {entry["contest"]: {**entry, "path": out / entry["file"]}
            for entry in json.loads((out / "truth.json").read_text())}


def feed(evening, *sheets):
    """Puts these sheets into the feeder and lets it run; the new sheets, in order."""
    before = len(evening.state()["tally_sheets"])
    evening.empty_hopper()
    for place, sheet in enumerate(sheets):
        (evening.hopper / f"{before:03}-{place}{sheet['path'].suffix}").write_bytes(sheet["path"].read_bytes())
    evening.command("scan", form="tally_sheet")
    state = evening.resting()
    new = state["tally_sheets"][:len(state["tally_sheets"]) - before]
    expect(f"{len(sheets)} tally sheets came out of the feeder", len(new) == len(sheets))
    return new[::-1]


def sheet_now(evening, number):
    return next(entry for entry in evening.state()["tally_sheets"] if entry["sheet"] == number)


def typed(sheet, figures):
    """What a careful person types: the uncertain figures, and what was read wrong."""
    return {figure["id"]: figures[figure["id"]] for figure in sheet["figures"]
            if figure["must_type"] or figure["value"] != figures[figure["id"]]}


def enter(evening, sheet, member, figures):
    now = sheet_now(evening, sheet["sheet"])
    evening.command("tally/enter", sheet=now["sheet"], round=now["round"], member=member, figures=typed(now, figures))
    return sheet_now(evening, sheet["sheet"])


def wanted(figures):
    seats = sum(1 for key in figures if key.startswith("class-"))
    return {**{key: figures[key] for key in FIXED},
            "classes": {str(k): figures[f"class-{k}"] for k in range(1, seats + 1)},
            "candidates": [{"id": key.removeprefix("candidate-"), "votes": votes}
                           for key, votes in figures.items() if key.startswith("candidate-")]}


def totals_are(evening, contest, figures, where):
    def equal(url):
        row = next(row for row in harness.get_json(url) if row["contest"] == contest)
        return row["stations_reporting"] == 1 and all(row[key] == value for key, value in wanted(figures).items())

    expect(f"{where}: the station's totals of {contest} are the truth", equal(evening.address("/api/v1/totals")))
    evening.committee_has_all()
    # The pusher learns of the newest record a moment after the station's answer.
    harness.wait_for(f"{where}: the committee's totals of {contest} to be the truth",
                     lambda: equal(evening.board("/api/v1/totals")), 30)
    print(f"ok: {where}: the committee's totals of {contest} are the truth", flush=True)


def read_as_written(evening, sheet, truth):
    """Nothing is read wrong silently, and nothing of a person is in the state."""
    wrong = [figure["id"] for figure in sheet["figures"]
             if not figure["must_type"] and figure["value"] != truth["figures"][figure["id"]]]
    expect("no figure that needs no typing is wrong: " + " ".join(wrong), not wrong)
    expect("every figure has its place in the picture", all(f["at_px"][2] > 100 for f in sheet["figures"]))
    expect("and the form's words", sheet["figures"][3]["label_vi"] == "Số phiếu thu vào")


def two_people(evening, sheet, truth):
    """The first's figures stay with the station; differing means both again."""
    number, figures = sheet["sheet"], truth["figures"]
    doubtful = [figure["id"] for figure in sheet["figures"] if figure["must_type"]]
    expect("the forged sheet leaves something for people", doubtful)
    good = {"sheet": number, "round": 1, "member": 3, "figures": typed(sheet, figures)}
    left_out = {key: value for key, value in good["figures"].items() if key != doubtful[0]}
    refused(evening, "tally/enter", "figure_not_typed", 422, **{**good, "figures": left_out})
    impossible = {**good["figures"], "collected": figures["valid"] + figures["invalid"] + 1}
    answer = refused(evening, "tally/enter", "figures_impossible", 422, **{**good, "figures": impossible})
    expect("the rule that is broken is named", "F101" in answer["rules"] and "thu vào" in answer["message_vi"])
    answer = refused(evening, "tally/enter", "figures_impossible", 422, **{**good, "figures": {**good["figures"], "voters": 9999}})
    expect("a figure beyond the station's voters too", answer["rules"] == ["F109"])
    answer = refused(evening, "tally/enter", "figures_impossible", 422,
                     **{**good, "figures": {**good["figures"], "issued": figures["collected"] - 1}})
    expect("more collected than issued too", answer["rules"] == ["F108"])
    expect("nothing of this was taken", sheet_now(evening, number)["entered_by"] == [])

    evening.command("tally/enter", **good)
    row = next(r for r in harness.get_json(evening.address("/api/v1/totals")) if r["contest"] == truth["contest"])
    expect("one person's confirmation counts for nothing", row["collected"] == 0 and row["stations_reporting"] == 0)
    expect("the state shows who, not what", sheet_now(evening, number)["entered_by"] == [3] and
           [f["value"] for f in sheet_now(evening, number)["figures"]] == [f["value"] for f in sheet["figures"]])
    refused(evening, "tally/enter", "same_person", 409, **good)

    slip = {**figures, "issued": figures["issued"] + 1}
    second = enter(evening, sheet, 7, slip)
    expect("two people differ: both enter again", second["round"] == 2 and second["entered_by"] == [])
    expect("and what differed must be typed", [f["id"] for f in second["figures"] if f["differed"]] == ["issued"])
    refused(evening, "tally/enter", "record_order", 409, **good)  # an entry of the round that is over
    evening.station.kill()  # a power cut between the two
    evening.start_station()
    enter(evening, sheet, 3, figures)
    done = enter(evening, sheet, 7, figures)
    expect("the third look agrees and the sheet counts", done["status"] == "settled")
    totals_are(evening, truth["contest"], figures, "after two confirmations")


def nothing_twice(evening, truth, sheets):
    """The same sheet, ballots beside a tally sheet, a tally sheet beside ballots."""
    contest = truth["contest"]
    again, = feed(evening, truth)
    expect("the same sheet fed twice goes back", again["status"] == "returned" and
           again["refusal"]["code"] == "tally_sheet_confirmed")
    totals_are(evening, contest, truth["figures"], "after the same sheet again")
    answer = refused(evening, "scan", "counted_by_hand", 409, contest=contest)
    expect("which says why", "hai lần" in answer["message_vi"])
    machine = evening.contests[2]
    pile = evening.pile(machine)[:3]
    evening.load_hopper(pile)
    evening.scan(machine)
    back, = feed(evening, sheets[machine])
    expect("a tally sheet of a contest whose ballots were scanned goes back",
           back["status"] == "returned" and back["refusal"]["code"] == "ballots_already_scanned")
    ballot, = feed(evening, {"path": pile[0]})
    expect("a ballot among tally sheets goes back", ballot["refusal"]["code"] == "not_a_tally_sheet")
    evening.command("batch/void", batch=evening.state()["open_batch"], reason_vi="Chỉ để thử")


def wrong_paper(evening, contest):
    """A sheet whose own figures cannot be is never confirmed, only discarded; a new one counts."""
    bad = forge(evening, "wrong", 5, "--contest", contest, "--slip", "wrong-sum")[contest]
    sheet, = feed(evening, bad)
    expect("it waits for people", sheet["status"] == "waiting")
    refused(evening, "tally/enter", "figures_impossible", 422, sheet=sheet["sheet"], round=1, member=1,
            figures=bad["figures"])
    refused(evening, "lifecycle", "not_allowed_now", 409, event="close")
    evening.command("tally/discard", sheet=sheet["sheet"], member=1, reason_vi="Bảng ghi sai, lập bảng mới")
    expect("it is discarded", sheet_now(evening, sheet["sheet"])["status"] == "discarded")


def correction(evening, truth):
    """Corrections only as a new sheet, confirmed like the first."""
    contest = truth["contest"]
    evening.command("tally/correct", contest=contest, reason_vi="Cộng sai ở bảng trước")
    new = forge(evening, "correction", 77, "--contest", contest)[contest]
    sheet, = feed(evening, new)
    totals_are(evening, contest, truth["figures"], "while a correction waits")
    enter(evening, sheet, 1, new["figures"])
    enter(evening, sheet, 2, new["figures"])
    totals_are(evening, contest, new["figures"], "after a correction")
    old = next(entry for entry in evening.state()["tally_sheets"] if entry["status"] == "replaced")
    expect("the sheet before is kept as replaced", old["contest"] == contest)
    return new


def evening_runs(evening):
    evening.print_forms()
    evening.mark_ballots(12, 7)
    evening.configure()
    evening.start_committee()
    evening.pin_committee_port()
    evening.start_station()
    sheets = forge(evening, "sheets", 11)
    first, second, third = evening.contests
    refused(evening, "scan", "not_allowed_now", 409, form="tally_sheet")
    evening.command("lifecycle", event="start_counting")
    # One stack with the sheets of two contests.
    one, two = feed(evening, sheets[first], sheets[second])
    for sheet, contest in ((one, first), (two, second)):
        expect(f"the sheet of {contest} waits for two people", sheet["status"] == "waiting" and sheet["contest"] == contest)
        read_as_written(evening, sheet, sheets[contest])
    waiting, = feed(evening, sheets[second])
    expect("a second sheet of a contest that waits goes back", waiting["refusal"]["code"] == "tally_sheet_waits")
    two_people(evening, one, sheets[first])
    enter(evening, two, 5, sheets[second]["figures"])
    expect("a second sheet is settled by two others", enter(evening, two, 6, sheets[second]["figures"])["status"] == "settled")
    totals_are(evening, second, sheets[second]["figures"], "second contest")
    nothing_twice(evening, sheets[first], sheets)
    wrong_paper(evening, third)
    third_sheet, = feed(evening, sheets[third])
    enter(evening, third_sheet, 1, sheets[third]["figures"])
    enter(evening, third_sheet, 2, sheets[third]["figures"])
    totals_are(evening, third, sheets[third]["figures"], "third contest")
    new = correction(evening, sheets[first])
    evening.command("lifecycle", event="close")
    evening.command("lifecycle", event="seal")
    totals_are(evening, first, new["figures"], "sealed")
    evening.stop()
    report = json.loads(evening.run(evening.bin / "kiemphieu", "journal", "verify", "--json", evening.data))
    expect("the journal verifies", report["sound"])
    rows = json.loads(evening.run(evening.bin / "kiemphieu", "journal", "totals", "--json", evening.data))
    expect("the totals recomputed from the journal are the truth",
           all({key: row[key] for key in wanted(figures)} == wanted(figures) for row, figures in
               zip(rows, (new["figures"], sheets[second]["figures"], sheets[third]["figures"]))))


if __name__ == "__main__":
    sys.exit(harness.run_evening("kiemphieu-hand-", sys.argv[1], evening_runs))
