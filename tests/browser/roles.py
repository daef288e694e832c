"""Starts a station with a list of its team and paper in the feeder, then lets roles.mjs
drive the page in Chromium. With KIEMPHIEU_PICTURES=DIR the screenshots are kept there.
"""

import subprocess
import sys

import drive
import harness


def roles(evening):
    """The browser's exit code."""
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
    return drive.run("roles.mjs", evening.address("/"), evening.board("/"), drive.pictures(evening), sheets, evening.hopper)


if __name__ == "__main__":
    sys.exit(harness.run_evening("kiemphieu-browser-roles-", sys.argv[1], roles))
