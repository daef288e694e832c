"""Starts a station and a committee with paper in the feeder, then lets
scan.mjs drive the pages in Chromium. With KIEMPHIEU_PICTURES=DIR the
screenshots are kept there.
"""

import sys

import drive
import harness


def scan(evening):
    """The browser's exit code."""
    evening.print_forms()
    evening.mark_ballots(36, 11)
    evening.configure()
    evening.start_committee().start_station()
    pile = evening.pile(evening.contests[0])
    evening.load_hopper(pile)
    evening.script("after 9 jam", "ms-per-sheet 60")
    return drive.run("scan.mjs", evening.address("/"), evening.board("/"), len(pile), evening.sane / "script",
                     drive.pictures(evening))


if __name__ == "__main__":
    sys.exit(harness.run_evening("kiemphieu-browser-", sys.argv[1], scan))
