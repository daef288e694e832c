"""A station without any network: a small pile is counted and sealed, its records leave on a stick
and as QR codes on paper, and come to two committees, each one way first and then the other. Both
hold byte for byte what the outbox holds, and what came second was known before.
"""

import json
import shutil
import sqlite3
import subprocess
import sys

import harness
from harness import expect, hold

BALLOTS = 12


def tool(evening, *arguments):
    """The tool's exit code and its standard output."""
    done = subprocess.run([str(part) for part in (evening.bin / "kiemphieu", *arguments)], capture_output=True, text=True)
    return done.returncode, done.stdout


def rows(path, sql):
    with sqlite3.connect(path) as database:
        return database.execute(sql).fetchall()


def outbox(evening):
    return [bytes(row[0]) for row in rows(evening.data / "journal.db", "SELECT envelope FROM outbox_records ORDER BY sequence")]


def at_committee(evening):
    return [bytes(row[0]) for row in rows(evening.folder / "committee" / "committee.db",
                                          "SELECT envelope FROM records ORDER BY sequence")]


def count_and_seal(evening):
    evening.command("lifecycle", event="start_counting")
    for contest in evening.contests:
        evening.whole_pile(contest)
        evening.empty_hopper()
    evening.command("lifecycle", event="close")
    running = evening.folder / "running.kpb"
    code, said = tool(evening, "bundle", "write", evening.data, "--out", running, "--json")
    expect("a bundle is written while the station runs", code == 0 and json.loads(said)["first"] == 1, said)
    evening.command("lifecycle", event="seal")


def photograph(evening, pdf):
    """The printed pages as pictures of about what a telephone takes."""
    stem = evening.folder / pdf.stem
    evening.run("pdftoppm", "-r", 150, "-jpeg", pdf, stem)
    return sorted(evening.folder.glob(f"{pdf.stem}-*.jpg"))


def read_by_others(texts, pages):
    """Another program, with a reader of its own, sees the same texts on the pages."""
    if not shutil.which("zbarimg"):
        print("skipped: no zbarimg here", flush=True)
        return
    done = subprocess.run(["zbarimg", "-q", "--raw", "-Sdisable", "-Sqrcode.enable", *map(str, pages)], capture_output=True, text=True)
    seen = {line for line in done.stdout.splitlines() if line.startswith("KIEMPHIEU1/")}
    expect("a second reader sees the same texts", seen == set(texts), (sorted(seen), sorted(texts)))


def write_all(evening):
    """The bundle, and parcels that were read from printed codes: of the results, and of every record."""
    stick = evening.folder / "stick.kpb"
    code, _ = tool(evening, "bundle", "write", evening.data, "--out", stick)
    expect("a bundle is written of the sealed station", code == 0)
    parcels = {}
    for which in ("result", "all"):
        pdf, parcel = evening.folder / f"{which}.pdf", evening.folder / f"{which}.parcel"
        code, said = tool(evening, "codes", "write", evening.data, "--out", pdf, "--records", which, "--json")
        hold(f"codes of {which} are written", code == 0, said)
        written = json.loads(said)
        pages = photograph(evening, pdf)
        expect(f"{which}: {written['records']} records, {len(written['codes'])} codes on {len(pages)} pages", len(pages) == written["pages"])
        read_by_others(written["codes"], pages)
        if len(pages) > 1:
            code, said = tool(evening, "codes", "read", pages[0], "--json")
            missing = json.loads(said)["parcels"][0]["missing"]
            expect("one page alone says what is missing", code == 1 and missing == list(range(5, len(written["codes"]) + 1)), said)
        code, said = tool(evening, "codes", "read", *reversed(pages), "--out", parcel, "--json")
        expect("the pages together are the parcel", code == 0, said)
        parcels[which] = (parcel, [record["sequence"] for record in json.loads(said)["parcels"][0]["records"]])
        pasted = evening.folder / f"{which}.txt"
        pasted.write_text("".join(f"Lan 20:31\n> {text[:70]}\n> {text[70:]}\n" for text in reversed(written["codes"])))
        code, _ = tool(evening, "codes", "read", pasted, "--out", evening.folder / "pasted.parcel")
        same = (evening.folder / "pasted.parcel").read_bytes() == parcel.read_bytes()
        expect("the texts out of a messenger are the same parcel", code == 0 and same)
    return stick, parcels


def looked_over(evening, stick, records):
    code, said = tool(evening, "bundle", "read", stick, "--committee", evening.folder / "committee.toml", "--json")
    inside = json.loads(said)
    expect("the bundle is sound and every signature right", code == 0 and inside["sound"] and inside["signatures"] is True)
    expect("it holds every record", [record["sequence"] for record in inside["records"]] == list(range(1, len(records) + 1)))
    cut = evening.folder / "pulled.kpb"
    cut.write_bytes(stick.read_bytes()[:-1])
    code, said = tool(evening, "bundle", "read", cut, "--json")
    expect("a stick that was pulled is damaged, and says so", code == 1 and json.loads(said)["code"] == "bundle_damaged")


def bring(evening, file, accepted, known):
    code, said = tool(evening, "bundle", "send", file, "--to", evening.board(), "--json")
    done = [station for line in said.splitlines() for station in json.loads(line)["stations"]]
    sums = [sum(station[key] for station in done) for key in ("accepted", "known", "refused")]
    expect(f"{file.name}: {accepted} new, {known} known before", code == 0 and sums == [accepted, known, 0], (code, said))


def without_network(evening):
    evening.print_forms()
    evening.mark_ballots(BALLOTS, 5)
    evening.configure()
    evening.start_station()
    count_and_seal(evening)
    station_totals = evening.state()["totals"]
    stick, parcels = write_all(evening)
    evening.station.stop()
    records = outbox(evening)
    looked_over(evening, stick, records)

    evening.start_committee()
    bring(evening, stick, len(records), 0)
    for parcel, sequences in parcels.values():
        bring(evening, parcel, 0, len(sequences))
    expect("the committee holds the outbox byte for byte", at_committee(evening) == records)
    totals = harness.get_json(evening.board("/api/v1/totals"))
    for mine, theirs in zip(station_totals, totals):
        expect(f"{mine['contest']}: the totals agree", all(mine[key] == theirs[key] for key in harness.COMPARED))

    evening.committee.stop()
    (evening.folder / "committee").rename(evening.folder / "committee-first")
    evening.start_committee()
    parcel, sequences = parcels["all"]
    bring(evening, parcel, len(records), 0)
    bring(evening, stick, 0, len(records))
    expect("the other way round it is the same", sequences == list(range(1, len(records) + 1)) and at_committee(evening) == records)


if __name__ == "__main__":
    sys.exit(harness.run_evening("kiemphieu-paper-", sys.argv[1], without_network))
