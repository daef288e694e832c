"""The paper of a simulated evening: what lies in the feeder, what came out, and which paper became which recorded sheet.

The simulated scanner (docs/scanner.md) notes every sheet that left the hopper; a picture's file is the paper.
"""

import os
import shutil


class Paper:
    """The feeder, its output tray and what went through, in order. A paper is a path of a picture."""

    def __init__(self, hopper):
        self.hopper, self.stacks = hopper, 0
        self.names = {}      # name in the hopper → paper
        self.waiting = []    # names in the feeder, top first, as put in
        self.tray = []       # papers of the open pile that came out, in order
        self.seen = 0        # lines of the scanner's log that are in the tray already

    def put_in(self, papers):
        """A new stack instead of what lies in the feeder."""
        for name in self.waiting:
            (self.hopper / name).unlink(missing_ok=True)
        self.stacks += 1
        self.waiting = [f"{self.stacks:05}-{number:04}{paper.suffix}" for number, paper in enumerate(papers)]
        for name, paper in zip(self.waiting, papers):
            self.names[name] = paper
            self._lay(paper, self.hopper / name)

    def _lay(self, paper, place):
        """The scanner must not see half a picture."""
        try:
            os.link(paper, place)
        except OSError:
            hidden = place.with_name("." + place.name)
            shutil.copy(paper, hidden)
            hidden.rename(place)

    def _log(self):
        log = self.hopper / ".kiemphieusim" / "fed"
        return log.read_text().splitlines() if log.exists() else []

    def moved(self):
        """Sheets that ever left the hopper: what scripts of the feeder count in."""
        return len(self._log())

    def come_out(self):
        """Takes what moved since the last look into the tray, and gives it."""
        lines = self._log()
        names = [line.rsplit(" ", 1)[1] for line in lines[self.seen:]]
        self.seen = len(lines)
        gone = set(names)
        self.waiting = [name for name in self.waiting if name not in gone]
        out = [self.names[name] for name in names]
        self.tray += out
        return out

    def in_feeder(self):
        return [self.names[name] for name in self.waiting]

    def put_back(self, count):
        """The last `count` papers of the tray go on top of what is not scanned yet, in their order."""
        back = self.tray[len(self.tray) - count:]
        del self.tray[len(self.tray) - count:]
        self.put_in(back + self.in_feeder())
