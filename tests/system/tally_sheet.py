"""The printed tally sheet through the tool: its PDF is a page that `kiemphieu read`
knows for what it is, with every field of the minutes, none of them filled in, and
nothing accepted. Handed to another station it goes back.
"""

import json
import pathlib
import subprocess
import sys
import tempfile

import harness

FIGURES = ["voters", "voted", "issued", "collected", "valid", "invalid"]


def run(*command):
    return subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True).stdout


def main():
    tool = pathlib.Path(sys.argv[1]) / "bin" / "kiemphieu"
    election = json.loads(pathlib.Path(harness.ELECTION).read_text(encoding="utf-8"))
    contest = election["contests"][0]
    with tempfile.TemporaryDirectory() as scratch:
        forms = pathlib.Path(scratch)
        run(tool, "forms", "--election", harness.ELECTION, "--station", harness.STATION, "--out", forms)
        run("pdftoppm", "-r", "200", "-gray", "-singlefile", forms / f"tally-sheet-{contest['id']}.pdf", forms / "scan")
        out = run(tool, "read", "--json", "--election", harness.ELECTION, "--station", harness.STATION,
                  "--templates", forms, forms / "scan.pgm")
        sheet = json.loads(out)
    wanted = (FIGURES + [f"class-{k}" for k in range(1, contest["seats"] + 1)] +
              [f"candidate-{candidate['id']}" for candidate in contest["candidates"]])
    faults = []
    if sheet["form"] != "tally_sheet" or sheet["contest"] != contest["id"] or "candidates" in sheet:
        faults.append(f"not known as a tally sheet: {sheet}")
    if [field["id"] for field in sheet.get("fields", [])] != wanted:
        faults.append("the fields are not those of the minutes")
    for field in sheet.get("fields", []):
        if field["value"] is not None or field["doubt"] != "empty" or field["outcome"] != "review":
            faults.append(f"an empty field is not empty: {field}")
    if sheet["outcome"] != "review":
        faults.append(f"an empty sheet is {sheet['outcome']}")
    print("\n".join(faults) or "ok: a printed tally sheet is known, empty, and nobody's count")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
