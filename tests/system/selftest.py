"""The technician's self-test over real parts: a machine that is ready, the
known-answer deck through the scanner, and machines that are not ready.
"""

import json
import pathlib
import subprocess
import sys
import tempfile

import harness


class Technician:
    def __init__(self, evening):
        self.evening, self.failed = evening, []

    def expect(self, what, holds, detail=""):
        print(("ok: " if holds else "FAILED: ") + what + ("" if holds else f": {detail}"), flush=True)
        if not holds:
            self.failed.append(what)

    def run(self, *extra, config="station.toml"):
        evening = self.evening
        done = subprocess.run([str(harness.ROOT / "scripts/selftest"), "--config", str(evening.folder / config),
                               "--json", *map(str, extra)], capture_output=True, text=True,
                              env={**harness.os.environ, "LD_LIBRARY_PATH": str(evening.build / "lib/sane"),
                                   "PATH": f"{evening.bin}:{harness.os.environ['PATH']}",
                                   "KIEMPHIEU_SELFTEST_PAGE": str(evening.folder / "selftest.html")})
        report = json.loads(done.stdout) if done.stdout.startswith("{") else {"checks": [], "passed": None}
        return done, report, {check["id"]: check for check in report["checks"]}


def feed_deck(evening):
    """Prints the deck and puts its pages, as a scanner would see them, into the feeder."""
    evening.run("pdftoppm", "-r", "200", "-png", evening.forms / "test-deck.pdf", evening.folder / "deck")
    pages = sorted(evening.folder.glob("deck-*.png"))
    evening.load_hopper(pages)
    return pages


def ready(technician):
    evening = technician.evening
    evening.start_committee().start_station()
    evening.station.stop()  # the self-test has the scanner to itself
    pages = feed_deck(evening)
    done, report, checks = technician.run("--deck", evening.forms)
    technician.expect("a ready machine passes", done.returncode == 0 and report["passed"], done.stdout + done.stderr)
    for check in ("definition", "disk_space", "fsync", "clock", "key", "journal", "certificates", "committee", "scanner", "deck"):
        verdict = checks.get(check, {}).get("verdict")
        technician.expect(f"{check} is looked at", verdict in ("pass", "warn"), checks.get(check))
    technician.expect("every page of the deck was read", f"{len(pages)} of {len(pages)}" in checks["deck"]["found_en"],
                      checks["deck"])
    page = (evening.folder / "selftest.html").read_text()
    technician.expect("the page says it in Vietnamese", "Máy sẵn sàng kiểm phiếu" in page, page[-400:])


def wrong_deck(technician):
    """A page fed out of order is a wrong answer: the comparison is real."""
    evening = technician.evening
    pages = sorted(evening.folder.glob("deck-*.png"))
    swapped = evening.folder / "deck-00.png"
    swapped.write_bytes(pages[2].read_bytes())
    evening.load_hopper([swapped, *pages[1:]])
    done, _, checks = technician.run("--deck", evening.forms)
    technician.expect("a deck that reads differently fails", done.returncode == 1 and
                      checks["deck"]["verdict"] == "fail" and checks["deck"]["do_vi"], checks.get("deck"))


def not_ready(technician):
    evening = technician.evening
    evening.committee.stop()
    done, _, checks = technician.run()
    technician.expect("no network is a warning: counting works without", checks["committee"]["verdict"] == "warn" and
                      done.returncode == 0, checks["committee"])
    (evening.sane / "kiemphieusim.conf").unlink()
    done, _, checks = technician.run()
    technician.expect("a missing scanner fails", done.returncode == 1 and checks["scanner"]["error"] == "scanner_missing",
                      checks["scanner"])
    done, _, _ = technician.run(config="none.toml")
    technician.expect("settings that are not there: exit 2", done.returncode == 2 and "file_not_found" in done.stderr,
                      done.stderr)


def main():
    with tempfile.TemporaryDirectory(prefix="kiemphieu-selftest-") as folder:
        evening = harness.Workspace(folder, pathlib.Path(sys.argv[1]))
        technician = Technician(evening)
        try:
            evening.print_forms("--test-deck")
            evening.configure()
            ready(technician)
            wrong_deck(technician)
            not_ready(technician)
        except harness.Failure as failure:
            technician.expect("the programs run", False, failure)
        finally:
            evening.stop()
        return 1 if technician.failed else 0


if __name__ == "__main__":
    sys.exit(main())
