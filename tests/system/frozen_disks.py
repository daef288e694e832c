"""Frozen disks: the real station counts, at the simulated scanner's full speed, with
its data on an ext4 in an image file. The file lies on an xfs, which can copy it in one
moment (reflink), so that each copy is the disk as a power cut would leave it: what
ext4 had not written yet is not on it. Before each freeze the page is asked what is
counted. Then every frozen disk is mounted, ext4 replays its journal, and the
station's journal is looked at.

    frozen_disks.py BUILD [--freezes N] [--every MS] [--ballots N] [--seed S]

Needs root, loop devices and xfs; without them it says so and exits with 77.
"""

import argparse
import contextlib
import ctypes
import fcntl
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

import account
import harness
from harness import hold as expect

SKIPPED = 77
FICLONE = 0x40049409
XFS_BYTES, EXT4_BYTES = 6 << 30, 256 << 20  # sparse; a copy costs what differs
STARTED_EVERY = 12  # of so many frozen disks one is given to the real daemon


class Skip(Exception):
    """This machine cannot freeze disks."""


class Disks:
    """An ext4 image on an xfs, and its frozen copies. Everything is taken down again on exit."""

    def __init__(self):
        self.base = pathlib.Path(tempfile.mkdtemp(prefix="kiemphieu-frozen-", dir="/dev/shm" if os.path.isdir("/dev/shm") else None))
        self.mounted, self.frozen = [], 0
        self.image, self.live, self.thawed = self.base / "xfs" / "disk", self.base / "live", self.base / "thawed"

    def __enter__(self):
        try:
            # A namespace of its own: when this process dies its mounts go with it.
            if ctypes.CDLL(None, use_errno=True).unshare(0x00020000) != 0:
                raise Skip("no right to a mount namespace")
            self.need("mount", "--make-rprivate", "/")
            for folder in ("xfs", "live", "thawed"):
                (self.base / folder).mkdir()
            self.make(self.base / "xfs.img", XFS_BYTES, "mkfs.xfs", "-q", "-m", "reflink=1")
            self.mount(self.base / "xfs.img", self.base / "xfs")
            self.make(self.image, EXT4_BYTES, "mkfs.ext4", "-q")
            self.mount(self.image, self.live)
            self.freeze()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for folder in reversed(self.mounted):
            if subprocess.run(["umount", folder], capture_output=True).returncode != 0:
                subprocess.run(["umount", "--lazy", folder], capture_output=True)
        self.mounted.clear()
        shutil.rmtree(self.base, ignore_errors=True)

    @staticmethod
    def need(*command):
        try:
            done = subprocess.run([str(c) for c in command], capture_output=True, text=True)
        except FileNotFoundError:
            raise Skip(f"{command[0]} is not installed") from None
        if done.returncode != 0:
            raise Skip(f"{' '.join(str(c) for c in command)}: {done.stderr.strip()}")

    def make(self, path, size, *command):
        path.touch()
        os.truncate(path, size)
        self.need(*command, path)

    def mount(self, image, folder):
        self.need("mount", "-o", "loop", image, folder)
        self.mounted.append(folder)

    def freeze(self):
        """The disk as it is in this moment; its number."""
        self.frozen += 1
        with open(self.image, "rb") as source, open(self.copy(self.frozen), "wb") as target:
            try:
                fcntl.ioctl(target, FICLONE, source.fileno())
            except OSError as error:
                raise Skip(f"no reflink: {error}") from None
        return self.frozen

    def copy(self, number):
        return self.base / "xfs" / f"frozen-{number}"

    @contextlib.contextmanager
    def thaw(self, number):
        """Mounts a frozen disk; yields its folder, and whether ext4 had to replay its journal."""
        superblock = subprocess.run(["dumpe2fs", "-h", self.copy(number)], capture_output=True, text=True).stdout
        self.mount(self.copy(number), self.thawed)
        try:
            yield self.thawed / "data", "needs_recovery" in superblock
        finally:
            subprocess.run(["umount", self.thawed], check=True)
            self.mounted.remove(self.thawed)
            self.copy(number).unlink()


class Freezer(threading.Thread):
    """Freezes at random moments, and notes before each what the station had said by then."""

    def __init__(self, disks, evening, answered, options):
        super().__init__()
        self.disks, self.evening, self.answered, self.options = disks, evening, answered, options
        self.random, self.notes, self.failure, self.end = random.Random(options.seed), [], None, threading.Event()

    def run(self):
        try:
            while len(self.notes) < self.options.freezes and not self.end.wait(self.random.uniform(0, self.options.every) / 1000):
                decisions = self.answered["decision"]
                state = self.evening.state()
                sheets = {batch["batch"]: batch["sheets"] for batch in state["batches"]}
                self.notes.append((self.disks.freeze(), sheets, decisions))
        except Exception as failure:  # told by the main thread
            self.failure = failure


def night(evening, answered):
    for contest in evening.contests:
        evening.load_hopper(evening.pile(contest))
        evening.scan(contest)
        state = evening.state()
        for sheet in state["waiting"] + state["handed_back"]:
            evening.command("decision", **evening.decision_for(state, sheet))
            answered["decision"] += 1
        evening.command("batch/finish")
    for event in ("close", "seal"):
        evening.command("lifecycle", event=event)


def look(evening, disks, note, start):
    """Everything that a frozen disk must have; whether ext4 replayed its journal."""
    number, sheets, decisions = note
    tool = evening.bin / "kiemphieu"
    with disks.thaw(number) as (data, replayed):
        what = f"frozen disk {number}:"
        done = subprocess.run([tool, "journal", "verify", "--json", data], capture_output=True, text=True)
        expect(f"{what} the journal is sound, with every picture", done.returncode == 0, done.stdout + done.stderr)
        found = account.Account(data)
        for batch, shown in sheets.items():
            expect(f"{what} batch {batch} has the {shown} sheets that the page had shown", found.in_batch(batch) >= shown,
                   found.in_batch(batch))
        expect(f"{what} the {decisions} decisions that were answered", found.count("team_decision") >= decisions)
        rows = json.loads(evening.run(tool, "journal", "totals", "--json", data))
        wrong = found.wrong() + found.differs_from(rows)
        expect(f"{what} nothing counts twice or otherwise", not wrong, wrong)
        if start:
            started(evening, data, sheets, what)
    return replayed


def started(evening, data, sheets, what):
    """The real daemon comes up on it with the same sheets."""
    running, own, evening.data = evening.station, evening.data, data
    fields, evening.committee.fields = evening.committee.fields, {"receive": "127.0.0.1:9"}  # nobody there
    try:
        evening.start_station()
        state = evening.state()
    finally:
        if evening.station is not running:
            evening.station.kill()
        evening.station, evening.data, evening.committee.fields = running, own, fields
    rows = {batch["batch"]: batch["sheets"] for batch in state["batches"]}
    expect(f"{what} the station shows the sheets", all(rows.get(batch, 0) >= shown for batch, shown in sheets.items()), rows)
    expect(f"{what} and feeds nothing", not state["scanning"])


def run(evening, disks, options):
    evening.data = disks.live / "data"
    evening.data.mkdir(mode=0o700)
    evening.print_forms()
    evening.mark_ballots(options.ballots, options.seed)
    evening.configure()
    evening.station_extra = "[room]\nsheets = 50\n"  # the disk is small
    evening.start_committee().start_station()
    evening.command("lifecycle", event="start_counting")
    answered = {"decision": 0}
    freezer = Freezer(disks, evening, answered, options)
    freezer.start()
    try:
        night(evening, answered)
    finally:
        freezer.end.set()
        freezer.join()
    if freezer.failure:
        raise freezer.failure
    evening.stop()
    begin, replayed = time.monotonic(), 0
    for count, note in enumerate(freezer.notes):
        replayed += look(evening, disks, note, count % STARTED_EVERY == STARTED_EVERY - 1)
    print(f"    {replayed} of them with an ext4 journal to replay; looked at in {time.monotonic() - begin:.0f} s")
    print(f"frozen disks: {len(freezer.notes)} points, 0 wrong (seed {options.seed})")
    expect(f"at least {options.freezes} freezes in the evening", len(freezer.notes) >= options.freezes)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build", type=lambda path: pathlib.Path(path).resolve())
    parser.add_argument("--freezes", type=int, default=12)
    parser.add_argument("--every", type=float, default=250, metavar="MS", help="at most so long between two")
    parser.add_argument("--ballots", type=int, default=24)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that everything is taken down
    try:
        if os.geteuid() != 0:
            raise Skip("only root may mount")
        with Disks() as disks:
            return harness.run_evening("kiemphieu-frozen-", options.build, lambda evening: run(evening, disks, options))
    except Skip as why:
        print(f"frozen disks: skipped: {why}")
        return SKIPPED


if __name__ == "__main__":
    sys.exit(main())
