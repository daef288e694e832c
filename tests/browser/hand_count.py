"""Starts a station with a forged tally sheet in the feeder, then lets
hand_count.mjs drive the page in Chromium. With KIEMPHIEU_PICTURES=DIR the
screenshots are kept there.
"""

import shutil
import sys

import drive
import harness


def hand_count(evening):
    """The browser's exit code."""
    evening.print_forms()
    sheets = evening.folder / "sheets"
    evening.run(evening.bin / "kiemphieu-forge", "tally-sheets", "--election", harness.ELECTION, "--station",
                harness.STATION, "--forms", evening.forms, "--contest", evening.contests[0], "--seed", 11,
                "--out", sheets)
    evening.configure()
    evening.start_committee().start_station()
    # The same paper a second time under another name: the stack of the second press of the button.
    paper = next(sheets.glob("*.jpg"))
    shutil.copy(paper, evening.hopper / "1.jpg")
    shutil.copy(paper, evening.folder / "2.jpg")
    page = drive.start("hand_count.mjs", evening.address("/"), sheets / "truth.json", drive.pictures(evening))
    harness.wait_for("the first sheet to have come out of the feeder", lambda: evening.state()["tally_sheets"])
    evening.load_hopper([evening.folder / "2.jpg"])
    return page.wait(drive.LIMIT_S)


if __name__ == "__main__":
    sys.exit(harness.run_evening("kiemphieu-browser-hand-", sys.argv[1], hand_count))
