"""What goes wrong around a station on a long evening: the disk that fills up, the stick that is pulled out, the
committee that is away. Everything can be put right again at any time. With root the disk and the stick are file systems
of their own on loop devices; without, the stick is a folder that is renamed, and the disk never fills up.
"""

import os
import subprocess

import harness

GROWTH_BYTES = 420_000  # a sheet's picture, its records and their copies: generous


def run(*command):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if done.returncode != 0:
        raise harness.Failure(f"{' '.join(map(str, command))}: {done.stderr.strip()}")


def may_mount():
    return os.geteuid() == 0 and os.path.exists("/dev/loop-control")


class LoopDisk:
    """A small ext4 in a file."""

    def __init__(self, image, place, size):
        self.image, self.place = image, place
        place.mkdir(parents=True, exist_ok=True)
        with open(image, "wb") as file:
            file.truncate(size)
        run("mkfs.ext4", "-q", "-m", "0", "-E", "lazy_itable_init=1,lazy_journal_init=1", image)
        self.mount()

    def mount(self):
        run("mount", "-o", "loop", self.image, self.place)

    def pull(self):
        """As a hand pulls a stick: who has files open keeps a disk that nobody sees."""
        run("umount", "-l", self.place)

    def end(self):
        while os.path.ismount(self.place):
            self.pull()


class Stick:
    """The second medium."""

    def __init__(self, evening, sheets):
        self.place, self.disk, self.pocket = evening.folder / "stick", None, evening.folder / "pocket"
        if may_mount():
            self.disk = LoopDisk(evening.folder / "stick.img", self.place, 64 << 20 | sheets * GROWTH_BYTES)
        else:
            self.place.mkdir()
        self.is_in = True

    def pull(self):
        self.disk.pull() if self.disk else self.place.rename(self.pocket)
        self.is_in = False

    def put_in(self):
        if self.is_in:
            return
        self.disk.mount() if self.disk else self.pocket.rename(self.place)
        self.is_in = True

    def end(self):
        if self.disk:
            self.disk.end()


class DataDisk:
    """Where the station's data lies, with another program that fills it up and cleans up again."""

    def __init__(self, evening, sheets):
        self.place = evening.folder / "disk"
        self.disk = None
        if may_mount():  # both machines' folders lie here
            self.disk = LoopDisk(evening.folder / "disk.img", self.place, 256 << 20 | 2 * sheets * GROWTH_BYTES)
        else:
            self.place.mkdir()
        self.filler = self.place / "other-program"
        self.full = False

    def fill(self, leave):
        """All but `leave` bytes."""
        if not self.disk:
            return False
        while True:
            room = os.statvfs(self.place)
            try:
                with open(self.filler, "wb") as file:
                    os.posix_fallocate(file.fileno(), 0, max(4096, room.f_bavail * room.f_frsize - leave))
            except OSError:  # the file system's own blocks, and the station writes too
                leave += 100_000
                continue
            self.full = True
            return True

    def clean_up(self):
        self.filler.unlink(missing_ok=True)
        self.full = False

    def end(self):
        if self.disk:
            self.disk.end()
