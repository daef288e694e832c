"""Starts a station with a list of its team and paper in the feeder, then lets roles.mjs
drive the page in Chromium. With KIEMPHIEU_PICTURES=DIR the screenshots are kept there.
"""

import os
import pathlib
import shutil
import subprocess
import sys

import harness

HERE = pathlib.Path(__file__).resolve().parent


def roles(evening):
    """The browser's exit code."""
    pictures = pathlib.Path(os.environ.get("KIEMPHIEU_PICTURES", evening.folder / "pictures"))
    pictures.mkdir(parents=True, exist_ok=True)
    evening.print_forms()
    evening.mark_ballots(36, 11)
    evening.configure()
    for number in [*range(1, 12), 40]:
        role = {1: "head", 2: "secretary", 40: "technician"}.get(number, "member")
        subprocess.run([evening.bin / "kiemphieu", "team", "set", evening.data, "--number", str(number), "--role", role],
                       input="730418\n", text=True, check=True, stdout=subprocess.DEVNULL)
    sheets = evening.folder / "sheets"
    evening.run(evening.bin / "kiemphieu-forge", "tally-sheets", "--election", harness.ELECTION, "--station",
                harness.STATION, "--forms", evening.forms, "--contest", evening.contests[1], "--seed", 11, "--out", sheets)
    evening.start_committee().start_station()
    evening.load_hopper(evening.pile(evening.contests[0]))
    return subprocess.run([shutil.which("node"), HERE / "roles.mjs", evening.address("/"), evening.board("/"), pictures,
                           sheets, evening.hopper], cwd=HERE, timeout=240).returncode


if __name__ == "__main__":
    sys.exit(harness.run_evening("kiemphieu-browser-roles-", sys.argv[1], roles))
