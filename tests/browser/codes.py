"""A station without a network shows its results as codes, a browser takes a picture of each, and
a real reader makes the outbox's records of them. Then the committee's page takes the pictures, a
bundle and pasted text in. With KIEMPHIEU_PICTURES=DIR the screenshots are kept there.
"""

import json
import sqlite3
import sys

import drive
import harness
from harness import expect


def codes(evening):
    """The browser's exit code."""
    evening.print_forms()
    evening.mark_ballots(36, 11)
    evening.configure()
    evening.start_station()
    evening.command("lifecycle", event="start_counting")
    for contest in evening.contests:
        evening.whole_pile(contest)
        evening.empty_hopper()
    folder = drive.pictures(evening)
    code = drive.run("codes.mjs", "station", evening.address("/"), folder)
    if code:
        return code
    pictures = sorted(folder.glob("codes-screen-*.png"))
    said = json.loads(evening.run(evening.bin / "kiemphieu", "codes", "read", *pictures, "--json"))
    with sqlite3.connect(evening.data / "journal.db") as database:
        outbox = {sequence: bytes(digest).hex() for sequence, digest in
                  database.execute("SELECT sequence, digest FROM outbox_records")}
    read = said["parcels"][0]["records"]
    expect("the screen's codes are records of the outbox", all(outbox[record["sequence"]] == record["digest"] for record in read))
    expect("every pile's total is among them",
           sum(record["kind"] == "batch_total" for record in read) == len(evening.contests) or
           any(record["kind"] == "contest_result" for record in read))

    stick, texts = evening.folder / "stick.kpb", evening.folder / "texts.txt"
    evening.run(evening.bin / "kiemphieu", "bundle", "write", evening.data, "--out", stick)
    written = json.loads(evening.run(evening.bin / "kiemphieu", "codes", "write", evening.data, "--out", evening.folder / "codes.pdf", "--json"))
    texts.write_text("\n".join(written["codes"]))
    evening.start_committee()
    return drive.run("codes.mjs", "committee", evening.board("/"), folder, stick, texts, *pictures)


if __name__ == "__main__":
    sys.exit(harness.run_evening("kiemphieu-browser-codes-", sys.argv[1], codes))
