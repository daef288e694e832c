"""Starts a station and a committee with paper in the feeder, then lets
scan.mjs drive the pages in Chromium. With KIEMPHIEU_PICTURES=DIR the
screenshots are kept there.
"""

import os
import pathlib
import shutil
import subprocess
import sys

import harness

HERE = pathlib.Path(__file__).resolve().parent


def scan(evening):
    """The browser's exit code."""
    pictures = pathlib.Path(os.environ.get("KIEMPHIEU_PICTURES", evening.folder / "pictures"))
    pictures.mkdir(parents=True, exist_ok=True)
    evening.print_forms()
    evening.mark_ballots(36, 11)
    evening.configure()
    evening.start_committee().start_station()
    pile = evening.pile(evening.contests[0])
    evening.load_hopper(pile)
    evening.script("after 9 jam", "ms-per-sheet 60")
    return subprocess.run(
        [shutil.which("node"), HERE / "scan.mjs", evening.address("/"), evening.board("/"),
         str(len(pile)), str(evening.sane / "script"), str(pictures)], cwd=HERE, timeout=240).returncode


if __name__ == "__main__":
    sys.exit(harness.run_evening("kiemphieu-browser-", sys.argv[1], scan))
