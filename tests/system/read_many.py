"""Many pages through the real tool: the same lines on any number of jobs and in
every run, and memory that does not grow with the number of pages.

  read_many.py BUILD [PAGES]    600 pages unless told
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

import harness

FEW = 30  # pages
MANY = int(sys.argv[2]) if len(sys.argv) > 2 else 600  # a page is 6 MB of pixels: 600 kept would be 3.5 GB
GROWTH = 1.25


def read(evening, jobs, pages):
    """The tool's lines without their times, and its peak memory in MB."""
    done = subprocess.Popen([str(evening.bin / "kiemphieu"), "read", "--json", "--election", str(harness.ELECTION), "--station",
                             harness.STATION, "--templates", str(evening.forms), "--jobs", str(jobs), *map(str, pages)],
                            stdout=subprocess.PIPE, text=True)
    out = done.stdout.read()
    _, status, usage = os.wait4(done.pid, 0)
    done.returncode = status >> 8
    lines = [json.loads(line) for line in out.splitlines()]
    for line in lines:
        line.pop("timing_us")
    return lines, usage.ru_maxrss / 1024


def main():
    failed = []

    def check(name, holds, detail=""):
        print(("ok: " if holds else "FAILED: ") + name + ("" if holds else f": {detail}"), flush=True)
        if not holds:
            failed.append(name)

    with tempfile.TemporaryDirectory(prefix="kiemphieu-many-") as name:
        evening = harness.Workspace(pathlib.Path(name), pathlib.Path(sys.argv[1]))
        evening.print_forms()
        evening.mark_ballots(FEW, 5)
        pages = [page for contest in evening.contests for page in evening.pile(contest)][:FEW]
        check("enough pages", len(pages) == FEW, len(pages))
        once, small = read(evening, 1, pages)
        check("every page has its line, in the order given", [line["file"] for line in once] == [str(page) for page in pages])
        check("they are ballots", sum(line["form"] == "ballot" for line in once) > 0.9 * FEW)
        for jobs in (1, 2, 5):
            again, _ = read(evening, jobs, pages)
            check(f"the same lines on {jobs} jobs", again == once)
        many, large = read(evening, 1, pages * (MANY // FEW))
        check(f"{MANY} pages give {MANY} lines", len(many) == MANY and many[:FEW] == many[-FEW:])
        print(f"peak memory: {small:.0f} MB for {FEW} pages, {large:.0f} MB for {MANY}")
        check("memory does not grow with the pages", large < GROWTH * small, f"{small:.0f} MB, then {large:.0f} MB")
        check("and stays under 512 MB", large < 512, f"{large:.0f} MB")
    sys.exit(1 if failed else 0)


main()
