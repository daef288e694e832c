"""Starts a station with a forged tally sheet in the feeder, then lets
hand_count.mjs drive the page in Chromium. With KIEMPHIEU_PICTURES=DIR the
screenshots are kept there.
"""

import os
import pathlib
import shutil
import subprocess
import sys

import harness

HERE = pathlib.Path(__file__).resolve().parent


def hand_count(evening):
    """The browser's exit code."""
    pictures = pathlib.Path(os.environ.get("KIEMPHIEU_PICTURES", evening.folder / "pictures"))
    pictures.mkdir(parents=True, exist_ok=True)
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
    page = subprocess.Popen([shutil.which("node"), HERE / "hand_count.mjs", evening.address("/"),
                             sheets / "truth.json", pictures], cwd=HERE)
    harness.wait_for("the first sheet to have come out of the feeder", lambda: evening.state()["tally_sheets"])
    evening.load_hopper([evening.folder / "2.jpg"])
    return page.wait(240)


if __name__ == "__main__":
    sys.exit(harness.run_evening("kiemphieu-browser-hand-", sys.argv[1], hand_count))
