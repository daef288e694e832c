"""What both daemons tell the supervisor: READY when they answer, WATCHDOG while
they work, STOPPING before they end; nothing when they hang (SIGSTOP).
"""

import os
import signal
import socket
import sys
import time

import harness
from harness import expect


class Supervisor:
    """systemd's end of the notification socket."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(path))
        self.environment = {"NOTIFY_SOCKET": str(path), "WATCHDOG_USEC": "1000000"}

    def hears(self, word, limit_s):
        end = time.monotonic() + limit_s
        while time.monotonic() < end:
            self.socket.settimeout(max(0.01, end - time.monotonic()))
            try:
                if word in self.socket.recv(4096).decode().split("\n"):
                    return True
            except TimeoutError:
                return False
        return False

    def forget(self):
        self.socket.settimeout(0.01)
        try:
            while True:
                self.socket.recv(4096)
        except TimeoutError:
            pass


def check(name, daemon, supervisor):
    expect(f"{name}: ready", supervisor.hears("READY=1", 10))
    expect(f"{name}: the watchdog is fed", supervisor.hears("WATCHDOG=1", 5))
    os.kill(daemon.process.pid, signal.SIGSTOP)
    time.sleep(0.3)  # what was sent before the stop arrives
    supervisor.forget()
    expect(f"{name}: a stuck program is not fed for", not supervisor.hears("WATCHDOG=1", 1.5))
    os.kill(daemon.process.pid, signal.SIGCONT)
    expect(f"{name}: it goes on", supervisor.hears("WATCHDOG=1", 5))
    daemon.stop()
    expect(f"{name}: stopping is said", supervisor.hears("STOPPING=1", 2))


def both_notify(evening):
    supervisor = Supervisor(evening.folder / "notify")
    os.environ.update(supervisor.environment)
    evening.print_forms()
    evening.configure()
    evening.start_committee()
    check("committee", evening.committee, supervisor)
    evening.start_station()
    check("station", evening.station, supervisor)


if __name__ == "__main__":
    sys.exit(harness.run_evening("kiemphieu-notify-", sys.argv[1], both_notify))
