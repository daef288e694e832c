"""Learning a template through the real tool: print, scan, learn, read; and what is refused.
"""

import json
import pathlib
import subprocess
import sys
import tempfile

import harness


class Learning:
    def __init__(self, evening):
        self.evening, self.failed = evening, []

    def check(self, name, holds, detail=""):
        print(("ok: " if holds else "FAILED: ") + name + ("" if holds else f": {detail}"), flush=True)
        if not holds:
            self.failed.append(name)

    def learn(self, contest, out, *scans, extra=("--json",)):
        return subprocess.run([str(self.evening.bin / "kiemphieu"), "template", "learn", "--election", str(harness.ELECTION),
                               "--contest", contest, "--out", str(out), *extra, *map(str, scans)],
                              capture_output=True, text=True)

    def refused(self, name, exit_code, code, done):
        lines = done.stderr.strip().splitlines()
        self.check(name, done.returncode == exit_code and lines and " | " in lines[-1] and code in lines[-1] and not done.stdout,
                   f"exit {done.returncode}, {done.stderr!r}")


def main():
    with tempfile.TemporaryDirectory(prefix="kiemphieu-learn-") as name:
        folder = pathlib.Path(name)
        evening = harness.Workspace(folder, pathlib.Path(sys.argv[1]))
        test = Learning(evening)
        evening.print_forms()
        out = folder / "learnt"
        blanks = {}
        for contest in evening.contests:
            blanks[contest] = folder / f"{contest}.png"
            evening.run("pdftoppm", "-r", "200", "-singlefile", "-png", evening.forms / f"{contest}.pdf", folder / contest)
            done = test.learn(contest, out, blanks[contest])
            report = json.loads(done.stdout) if done.returncode == 0 else {}
            test.check(f"{contest} is learnt", report.get("contest") == contest and report["likeness"] > 0.9, done.stderr)
            files = [out / f"{contest}.{end}" for end in ("template.json", "reference.png", "learned.png")]
            test.check(f"{contest}: template, reference and picture", all(file.is_file() for file in files))
            if done.returncode == 0:
                learnt, printed = (json.loads((where / f"{contest}.template.json").read_text()) for where in (out, evening.forms))
                off = [abs(a[key] - b[key]) for one, two in zip(learnt["candidates"], printed["candidates"])
                       for a, b in zip(one["lines"], two["lines"]) for key in ("w_mm", "h_mm")]
                test.check(f"{contest}: the boxes are as large as printed", off and max(off) <= 0.4, off)
        evening.mark_ballots(9, 3)
        first = evening.contests[0]
        done = subprocess.run([str(evening.bin / "kiemphieu"), "read", "--json", "--election", str(harness.ELECTION), "--station",
                               harness.STATION, "--templates", str(out), "--contest", first, *map(str, evening.pile(first))],
                              capture_output=True, text=True)
        known = [json.loads(line) for line in done.stdout.splitlines()]
        test.check("ballots are recognised through learnt templates",
                   known and all(row["form"] == "ballot" and row["contest"] == first for row in known), done.stdout + done.stderr)
        test.refused("another contest's ballot", 1, "learn_other_contest",
                     test.learn(first, folder / "none", blanks[evening.contests[1]]))
        test.refused("two different ballots", 1, "learn_other_contest",
                     test.learn(first, folder / "none", blanks[first], blanks[evening.contests[1]]))
        foreign = pathlib.Path(__file__).parent / "foreign-form.png"
        done = test.learn(first, folder / "none", foreign)
        test.check("a foreign form", done.returncode == 2 and "[learn_" in done.stderr, done.stderr)
        test.refused("a file that is no image", 2, "image_", test.learn(first, folder / "none", harness.ELECTION))
        test.refused("a contest that is not there", 2, "unknown_contest", test.learn("xyz", folder / "none", foreign))
        test.check("nothing is written after a refusal", not (folder / "none").exists())
        return 1 if test.failed else 0


if __name__ == "__main__":
    sys.exit(main())
