"""What bad input gets: a stable code, a sentence in both languages, exit code 2
(or a page that says so), and nothing lost. One row a misfortune.
"""

import json
import pathlib
import struct
import subprocess
import sys
import tempfile
import zlib

import harness


def png_header(width, height):
    """A PNG that claims a size; its pixels are never needed."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(b"\0" * 64)) + chunk(b"IEND", b""))


class Cases:
    def __init__(self, evening):
        self.evening, self.failed = evening, []

    def check(self, name, holds, detail=""):
        print(("ok: " if holds else "FAILED: ") + name + ("" if holds else f": {detail}"), flush=True)
        if not holds:
            self.failed.append(name)

    def tool(self, *arguments):
        return subprocess.run([str(self.evening.bin / "kiemphieu"), *map(str, arguments)], capture_output=True, text=True)

    def refused(self, name, code, *arguments):
        done = self.tool(*arguments)
        lines = done.stderr.strip().splitlines()
        both = lines and " | " in lines[-1] and code in lines[-1]
        self.check(name, done.returncode == 2 and both, f"exit {done.returncode}, stderr {done.stderr!r}")
        return done

    def read(self, image, election=harness.ELECTION, templates=None, contest=()):
        return ["read", "--json", "--election", election, "--station", harness.STATION,
                "--templates", templates or self.evening.forms, *contest, image]


def files(cases, folder):
    evening = cases.evening
    broken = folder / "broken.json"
    broken.write_text('{"version": 1, ')
    cases.refused("an unreadable election file", "election_unreadable", *cases.read("x.png", election=broken))
    other = json.loads(harness.ELECTION.read_text())
    other["name_vi"] += " (bản khác)"
    other_file = folder / "other.json"
    other_file.write_text(json.dumps(other, ensure_ascii=False))
    cases.refused("a template of another election", "template_other_election", *cases.read("x.png", election=other_file))
    cases.refused("no templates", "template_missing", *cases.read("x.png", templates=folder))
    ballot = evening.pile(evening.contests[0])[0]
    cut = folder / "cut.jpg"
    cut.write_bytes(ballot.read_bytes()[:20_000])
    done = cases.refused("a truncated image", "image_unreadable", *cases.read(cut))
    cases.check("a truncated image is returned, not guessed", json.loads(done.stdout)["outcome"] == "returned", done.stdout)
    huge = folder / "huge.png"
    huge.write_bytes(png_header(20_000, 20_000))
    cases.refused("a 20,000 x 20,000 pixel image", "image_too_large", *cases.read(huge))
    other_contest = evening.pile(evening.contests[1])[0]
    done = cases.tool(*cases.read(other_contest, contest=("--contest", evening.contests[0])))
    row = json.loads(done.stdout)
    cases.check("a page of another contest", done.returncode == 0 and row["outcome"] == "returned" and
                "wrong_contest" in row["reasons"], done.stdout + done.stderr)
    foreign = pathlib.Path(__file__).parent / "foreign-form.png"
    done = cases.tool(*cases.read(foreign))
    row = json.loads(done.stdout)
    cases.check("another country's form", row["outcome"] == "returned" and row["form"] == "unknown", done.stdout)


def daemons(cases):
    evening = cases.evening
    evening.configure()
    evening.start_committee().start_station()
    evening.command("lifecycle", event="start_counting")
    plug = evening.sane / "kiemphieusim.conf"
    plug.rename(evening.sane / "unplugged")
    evening.load_hopper(evening.pile(evening.contests[0])[:2])
    evening.command("scan", contest=evening.contests[0])
    state = evening.resting()
    cases.check("a missing scanner", state["notice"] and state["notice"]["code"] == "scanner_missing" and
                state["notice"]["do_vi"] != "", state["notice"])
    (evening.sane / "unplugged").rename(plug)
    state = evening.scan()
    cases.check("the scanner is back: nothing was lost", state["batches"][-1]["sheets"] == 2 and not state["notice"], state["notice"])
    evening.station.stop()
    (evening.certs / f"{harness.STATION}.pem").unlink()
    evening.run(harness.ROOT / "scripts/make-test-ca", evening.certs, "--expired", harness.STATION)
    evening.start_station()
    push = evening.state()["push"]
    cases.check("an expired certificate is said, and scanning goes on", push["error"] and
                push["error"]["code"] == "certificate_expired", push)
    check = subprocess.run([str(evening.bin / "kiemphieu-station"), "--config", str(evening.folder / "station.toml"),
                            "--check-config"], capture_output=True, text=True)
    cases.check("--check-config names the expired certificate", check.returncode == 2 and
                "certificate_expired" in check.stderr, check.stderr)
    return evening


def full_disk(cases, folder):
    """A tiny file system fills up while sheets come: the sheet is not counted, and the page says so."""
    evening = cases.evening
    evening.station.stop()
    small = folder / "small"
    small.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(small)], capture_output=True)
    if mounted.returncode != 0:
        print("skipped: a full disk (no right to mount a small file system)", flush=True)
        return
    try:
        evening.data = small / "data"
        evening.data.mkdir(mode=0o700)
        evening.start_station()
        evening.command("lifecycle", event="start_counting")
        pile = evening.pile(evening.contests[2])
        evening.load_hopper(pile)
        try:
            evening.scan(evening.contests[2])
            cases.check("a disk without room for the count is refused before the first sheet", False)
        except harness.Refused as refused:
            cases.check("a disk without room for the count is refused before the first sheet",
                        refused.body["code"] == "space_short" and not evening.state()["batches"], refused.body)
        evening.station.stop()
        evening.station_extra = "[room]\nsheets = 0\n"  # whoever insists meets the full disk itself
        evening.start_station()
        state = evening.scan(evening.contests[2])
        counted = state["batches"][-1]["sheets"]
        cases.check("a full disk", state["notice"] and state["notice"]["code"] == "disk_full" and counted < len(pile), state["notice"])
        evening.station.stop()
        report = cases.tool("journal", "verify", "--json", evening.data)
        verified = json.loads(report.stdout)
        cases.check("after a full disk the journal is sound and has every counted sheet",
                    verified["sound"] and verified["sheets"] == counted, report.stdout)
    finally:
        evening.station.stop()
        subprocess.run(["umount", str(small)], check=False)


def main():
    with tempfile.TemporaryDirectory(prefix="kiemphieu-bad-") as name:
        folder = pathlib.Path(name)
        evening = harness.Workspace(folder, pathlib.Path(sys.argv[1]))
        cases = Cases(evening)
        try:
            evening.print_forms()
            evening.mark_ballots(60, 3)
            files(cases, folder)
            daemons(cases)
            full_disk(cases, folder)
        except harness.Failure as failure:
            cases.check("the chain runs", False, failure)
            evening.explain(failure)
        finally:
            evening.stop()
        return 1 if cases.failed else 0


if __name__ == "__main__":
    sys.exit(main())
