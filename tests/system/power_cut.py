"""The mains go out while the station counts: a real NUT server with a UPS that a
file plays, the real daemon, the simulated feeder. A cut in the middle of
a pile, a server that goes away, and a battery that runs low.
"""

import json
import os
import pathlib
import pwd
import socket
import subprocess
import sys
import time
import urllib.request

import harness
from harness import expect

NUT = pathlib.Path("/lib/nut")
FLICKER_MS = 700
SLOW = "ms-per-sheet 600"  # a cut takes two seconds to be seen


class Ups:
    """dummy-ups and upsd in a folder of their own."""

    def __init__(self, folder):
        self.folder, self.told_s = folder, 0
        folder.mkdir()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        (folder / "ups.conf").write_text("[sim]\n  driver = dummy-ups\n  port = sim.dev\n  mode = dummy-once\n")
        (folder / "upsd.conf").write_text(f"LISTEN 127.0.0.1 {self.port}\n")
        (folder / "upsd.users").write_text("")
        (folder / "upsd.users").chmod(0o600)
        self.environment = {**os.environ, "NUT_CONFPATH": str(folder), "NUT_STATEPATH": str(folder)}
        self.says("OL")
        self.programs = {}
        self.start("driver", NUT / "dummy-ups", "-a", "sim")
        self.start("server", NUT / "upsd")

    def start(self, name, *command):
        user = pwd.getpwuid(os.geteuid()).pw_name
        with open(self.folder / f"{name}.log", "ab") as log:
            self.programs[name] = subprocess.Popen([str(c) for c in command] + ["-F", "-u", user], stdout=log, stderr=log,
                                                   env=self.environment)

    def end(self, name):
        self.programs[name].terminate()
        self.programs[name].wait(10)

    def stop(self):
        for name in self.programs:
            self.end(name)

    def says(self, status, charge=100, runtime_s=1800):
        # In place and in one write. The driver reads it again when its time is another, by whole seconds.
        told = self.folder / "sim.dev"
        told.write_text(f"ups.status: {status}\nbattery.charge: {charge}\nbattery.runtime: {runtime_s}\n")
        self.told_s = max(int(time.time()), self.told_s + 1)
        os.utime(told, (self.told_s, self.told_s))


def power_is(evening, status):
    return harness.wait_for(f"the power to be {status}",
                            lambda: (evening.state()["power"] or {}).get("status") == status, 30)


def metrics(evening):
    with urllib.request.urlopen(evening.address("/metrics"), timeout=10) as answer:
        return answer.read().decode()


def sheets(state):
    return state["batches"][-1]["sheets"] if state["batches"] else 0


def begin_pile(evening, contest):
    evening.load_hopper(evening.pile(contest))
    evening.script(SLOW)
    evening.command("scan", contest=contest)
    harness.wait_for("three sheets", lambda: sheets(evening.state()) >= 3)


def finish_pile(evening, contest):
    state = evening.resting()
    expect("the pile is complete", sheets(state) == len(evening.pile(contest)), state["batches"])
    evening.decide_as_team()
    evening.command("batch/finish")


def cut_in_a_pile(evening, ups, contest):
    begin_pile(evening, contest)
    ups.says("OB DISCHRG", 80, 900)
    state = harness.wait_for("the count to rest", lambda: (lambda s: s if s["lifecycle"] == "paused" else None)(evening.state()))
    expect("it says why", state["notice"]["code"] == "power_on_battery" and not state["scanning"], state["notice"])
    at_rest = sheets(state)
    expect("it rests in the middle of the pile", 3 <= at_rest < len(evening.pile(contest)), at_rest)
    expect("the state shows the battery", state["power"] == {"status": "on_battery", "charge_percent": 80, "runtime_s": 900},
           state["power"])
    text = metrics(evening)
    expect("and so do the metrics", 'kiemphieu_power{status="on_battery"} 1' in text and
           "kiemphieu_ups_charge_percent 80" in text and "kiemphieu_ups_runtime_seconds 900" in text, text)
    paper_left = [path for path in evening.hopper.iterdir() if path.is_file()]
    expect("the rest of the paper lies in the feeder", evening.state()["batches"][-1]["sheets"] == at_rest, paper_left)
    ups.says("OL", 79, 1700)
    harness.wait_for("the count to go on by itself", lambda: evening.state()["lifecycle"] == "counting")
    expect("the notice is gone", evening.state()["notice"] is None)
    finish_pile(evening, contest)


def server_away(evening, ups, contest):
    """Neither a server that is gone nor one that is back moves anything."""
    begin_pile(evening, contest)
    ups.end("server")
    power_is(evening, "unknown")
    finish_pile(evening, contest)
    state = evening.state()
    expect("the count went on without a word of the UPS", state["lifecycle"] == "counting")
    ups.start("server", NUT / "upsd")
    power_is(evening, "on_line")


def battery_low(evening, ups, contest):
    begin_pile(evening, contest)
    begin = time.monotonic()
    ups.says("OB DISCHRG LB", 4, 30)
    code = evening.station.process.wait(30)
    expect("the daemon ends by itself, in order", code == 0, code)
    log = evening.station.log.read_text()
    low = log.index("action=shut_down")
    print(f"    {time.monotonic() - begin:.1f} s after the UPS's file said low", flush=True)
    seen, ended = (stamp(log[log.rindex("\n", 0, at) + 1:]) for at in (low, log.index("station_stopped", low)))
    expect(f"within five seconds of hearing it ({ended - seen:.1f} s)", ended - seen < 5)
    expect("the feed was stopped first", "feed_ended reason=scanner_no_documents" in log[low:], log[low:])
    harness.wait_for("the shutdown command to have run", lambda: (evening.folder / "switched-off").exists(), 5)
    try:
        evening.start_station()
        raise harness.Failure("it started on a battery that is low")
    except harness.Failure as failure:
        expect("a restart on a low battery is refused", "ended with 2" in str(failure) and "power_low" in str(failure), failure)
    ups.says("OL CHRG LB", 6, 60)
    subprocess.run(["sleep", "3"], check=True)  # until the driver has seen it
    evening.script()
    evening.start_station()
    state = evening.state()
    expect("the count rests after the restart", state["lifecycle"] == "paused" and state["open_batch"] is not None)
    expect("no sheet is lost", sheets(state) >= 3)
    evening.command("scan")
    finish_pile(evening, contest)


def stamp(line):
    """Seconds of a log line's time of day."""
    hours, minutes, seconds = line[11:24].rstrip("Z ").split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)


def selftest(evening):
    done = subprocess.run([evening.bin / "kiemphieu", "selftest", "--config", evening.folder / "station.toml", "--json"],
                          capture_output=True, text=True,
                          env={**os.environ, "LD_LIBRARY_PATH": str(evening.build / "lib/sane")})
    return next(check for check in json.loads(done.stdout)["checks"] if check["id"] == "power")


def selftest_sees(evening, ups):
    expect("the self-test passes a UPS on line", selftest(evening)["verdict"] == "pass", selftest(evening))
    ups.end("server")
    check = selftest(evening)
    expect("and fails one that does not answer", (check["verdict"], check["error"]) == ("fail", "power_unknown"), check)
    ups.start("server", NUT / "upsd")


def incidents(evening):
    rows = evening.run("sqlite3", evening.data / "journal.db",
                       "SELECT json_extract(CAST(body AS TEXT), '$.code') FROM journal WHERE kind = 'incident' ORDER BY sequence")
    return rows.split()


def evening_runs(evening):
    if not (NUT / "upsd").exists() or not (NUT / "dummy-ups").exists():
        print("skipped: NUT is not installed")
        return
    ups = Ups(evening.folder / "nut")
    try:
        run_with(evening, ups)
    finally:
        ups.stop()


def run_with(evening, ups):
    evening.station_extra = f"""[power]
ups = "sim@127.0.0.1:{ups.port}"
flicker_ms = {FLICKER_MS}
unknown_after_s = 2
poll_ms = 200
shutdown_command = ["touch", "{evening.folder / 'switched-off'}"]
"""
    evening.print_forms()
    evening.mark_ballots(45, 5)
    evening.configure()
    evening.start_committee()
    evening.pin_committee_port()
    evening.start_station()
    power_is(evening, "on_line")
    selftest_sees(evening, ups)
    power_is(evening, "on_line")
    evening.command("lifecycle", event="start_counting")
    first, second, third = evening.contests
    cut_in_a_pile(evening, ups, first)
    server_away(evening, ups, second)
    battery_low(evening, ups, third)
    evening.command("lifecycle", event="close")
    evening.command("lifecycle", event="seal")
    evening.ends_well()
    found = incidents(evening)
    expect("the journal says what happened to the power", found == ["power_on_battery", "power_back", "power_low"], found)


if __name__ == "__main__":
    sys.exit(harness.run_evening("kiemphieu-power-", sys.argv[1], evening_runs))
