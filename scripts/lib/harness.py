"""Runs the real programs of one station and one committee on loopback.

Used by scripts/demo and by the system and browser tests: forms are printed,
ballots marked, the simulated feeder filled, both daemons started, and the HTTP
interfaces driven as the page does. Standard library only.
"""

import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
ELECTION = ROOT / "config/examples/election.json"
STATION = "dl-eakly-03"
STEP_LIMIT_S = 120  # a step that takes longer hangs: fail instead of waiting for the caller's limit


class Failure(Exception):
    """Something the chain promised did not hold."""


def wait_for(what, probe, limit_s=STEP_LIMIT_S):
    """The first true result of probe(); Failure with `what` when none comes in time."""
    end = time.monotonic() + limit_s
    while time.monotonic() < end:
        found = probe()
        if found:
            return found
        time.sleep(0.05)
    raise Failure(f"waited {limit_s} s for: {what}")


class Daemon:
    """One program with its log; the actual port is read from its log line."""

    def __init__(self, command, log, ready, env=None):
        self.command, self.log, self.ready = [str(c) for c in command], pathlib.Path(log), ready
        self.env = env or {}
        self.process = None
        self.fields = {}

    def start(self):
        begin = self.log.stat().st_size if self.log.exists() else 0
        with open(self.log, "ab") as sink:
            self.process = subprocess.Popen(self.command, stdout=sink, stderr=sink, stdin=subprocess.DEVNULL,
                                            env={**os.environ, **self.env})

        def line():
            if self.process.poll() is not None:
                raise Failure(f"{self.command[0]} ended with {self.process.returncode}:\n{self.tail()}")
            with open(self.log, "rb") as source:
                source.seek(begin)
                text = source.read().decode(errors="replace")
            found = re.search(rf" {self.ready} (.*)\n", text)
            return found and found.group(1)

        self.fields = dict(re.findall(r"(\w+)=(\S+)", wait_for(f"{self.ready} in {self.log}", line)))
        return self

    def tail(self, lines=25):
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:]) if self.log.exists() else ""

    def kill(self):
        """The power cut: no goodbye."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self, limit_s=6):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(limit_s)
            except subprocess.TimeoutExpired:
                self.process.kill()
                raise Failure(f"{self.command[0]} did not stop within {limit_s} s of SIGTERM") from None


def hold(what, holds, found=None):
    """Failure, with what was found, when it does not."""
    if not holds:
        raise Failure(what if found is None else f"{what}: {found}")


def expect(what, holds, found=None):
    """hold(), and a line for what did."""
    hold(what, holds, found)
    print(f"ok: {what}", flush=True)


def get_json(url):
    with urllib.request.urlopen(url, timeout=10) as answer:
        return json.load(answer)


class Refused(Failure):
    def __init__(self, status, body):
        super().__init__(f"{status}: {body.get('code')} {body.get('message_vi')}")
        self.status, self.body = status, body


def post_json(url, body):
    request = urllib.request.Request(url, json.dumps(body).encode(), {"content-type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        raise Refused(error.code, json.loads(error.read() or b"{}")) from None


class Workspace:
    """Everything of one evening, in one scratch folder."""

    def __init__(self, folder, build):
        self.folder, self.build = pathlib.Path(folder), pathlib.Path(build)
        self.bin = self.build / "bin"
        self.forms, self.ballots = self.folder / "forms", self.folder / "ballots"
        self.hopper, self.sane, self.data = self.folder / "hopper", self.folder / "sane", self.folder / "data"
        self.certs = self.folder / "certs"
        for made in (self.folder, self.hopper, self.sane, self.data):
            made.mkdir(parents=True, exist_ok=True)
        self.data.chmod(0o700)
        self.election = json.loads(ELECTION.read_text())
        self.contests = [entry["contest"] for entry in self.election["stations"][0]["contests"]]
        self.station = self.committee = None
        self.key_options, self.station_extra, self.environment = [], "", {}
        self.truth, self.papers = None, {}

    # --- paper -----------------------------------------------------------

    def run(self, *command):
        done = subprocess.run([str(c) for c in command], capture_output=True, text=True)
        if done.returncode != 0:
            raise Failure(f"{' '.join(str(c) for c in command)}: exit {done.returncode}\n{done.stderr.strip()}")
        return done.stdout

    def print_forms(self, *extra):
        self.run(self.bin / "kiemphieu", "forms", "--election", ELECTION, "--station", STATION, "--out", self.forms, *extra)

    def mark_ballots(self, count, seed):
        """`count` sheets over all contests."""
        self.run(self.bin / "kiemphieu-forge", "electorate", "--election", ELECTION, "--station", STATION, "--forms",
                 self.forms, "--ballots", count // len(self.contests), "--seed", seed, "--out", self.ballots)
        self.truth = json.loads((self.ballots / "truth.json").read_text())
        self.papers = {sheet["file"]: sheet for sheet in self.truth["sheets"]}

    def pile(self, contest):
        """The pictures of one pile, in feeding order."""
        return sorted((self.ballots / contest).glob("*.jpg"))

    def load_hopper(self, images):
        """Puts paper into the simulated feeder."""
        for image in images:
            shutil.copy(image, self.hopper / image.name)

    def empty_hopper(self):
        """The operator takes all paper out of the feeder and its output tray."""
        for left in self.hopper.iterdir():
            if left.is_file():
                left.unlink()

    def script(self, *lines):
        """What the simulated feeder will do wrong; none: it behaves."""
        (self.sane / "script").write_text("".join(line + "\n" for line in lines))

    # --- programs --------------------------------------------------------

    def configure(self, station_port=0, committee_port=0):
        self.run(ROOT / "scripts/make-test-ca", self.certs, "--station", STATION)
        (self.sane / "dll.conf").write_text("kiemphieusim\n")
        (self.sane / "kiemphieusim.conf").write_text(f"pages {self.hopper}\nscript {self.sane / 'script'}\n")
        self.script()
        key = self.run(self.bin / "kiemphieu", "key", self.data, *self.key_options).strip()
        (self.folder / "committee.toml").write_text(f"""election = "{ELECTION}"
data = "{self.folder / 'committee'}"
[receive]
address = "127.0.0.1"
port = {committee_port}
[board]
address = "127.0.0.1"
port = 0
[tls]
ca = "{self.certs / 'ca.pem'}"
certificate = "{self.certs / 'server.pem'}"
key = "{self.certs / 'server.key'}"
[[stations]]
id = "{STATION}"
public_key = "{key}"
""")
        self.committee = Daemon([self.bin / "kiemphieu-committee", "--config", self.folder / "committee.toml"],
                                self.folder / "committee.log", "committee_listening")
        self.station_port = station_port

    def start_committee(self):
        self.committee.start()
        return self

    def pin_committee_port(self):
        """After an outage the committee must be found where it was."""
        port = self.committee.fields["receive"].rsplit(":", 1)[1]
        path = self.folder / "committee.toml"
        path.write_text(path.read_text().replace("port = 0", f"port = {port}", 1))

    def start_station(self, *arguments):
        url = f"https://localhost:{self.committee.fields['receive'].rsplit(':', 1)[1]}" if self.committee.fields else ""
        push = f"""[push]
url = "{url}"
[push.tls]
ca = "{self.certs / 'ca.pem'}"
certificate = "{self.certs / (STATION + '.pem')}"
key = "{self.certs / (STATION + '.key')}"
""" if url else ""
        (self.folder / "station.toml").write_text(f"""election = "{ELECTION}"
station = "{STATION}"
templates = "{self.forms}"
data = "{self.data}"
[web]
address = "127.0.0.1"
port = {self.station_port}
[scanner]
device = "kiemphieusim:0"
sane_config = "{self.sane}"
resolution_dpi = 200
colour = true
{push}{self.station_extra}""")
        self.station = Daemon([self.bin / "kiemphieu-station", "--config", self.folder / "station.toml", *arguments],
                              self.folder / "station.log", "station_listening",
                              {"LD_LIBRARY_PATH": str(self.build / "lib/sane"), **self.environment}).start()
        return self

    def stop(self):
        for daemon in (self.station, self.committee):
            if daemon:
                daemon.stop()

    def explain(self, failure):
        """What went wrong, with the end of both logs, on stderr."""
        print(f"FAILED: {failure}", file=sys.stderr)
        for daemon in (self.station, self.committee):
            if daemon:
                print(f"--- {daemon.log.name}\n{daemon.tail(40)}", file=sys.stderr)

    # --- the page's buttons ----------------------------------------------

    def address(self, path=""):
        return f"http://{self.station.fields['web']}{path}"

    def board(self, path=""):
        return f"http://{self.committee.fields['board']}{path}"

    def state(self):
        return get_json(self.address("/api/v1/state"))

    def command(self, path, **body):
        return post_json(self.address("/api/v1/" + path), body)

    def resting(self):
        """The state once the feeder has come to rest."""
        def probe():
            state = self.state()
            return None if state["scanning"] else state
        return wait_for("the feeder to come to rest", probe)

    def scan(self, contest=None):
        self.command("scan", **({"contest": contest} if contest else {}))
        return self.resting()

    def decide_as_team(self):
        """The whole team looks at the paper: its decisions are the truth of each
        sheet, whether it waits or was handed back."""
        while True:
            state = self.state()
            undecided = state["waiting"] + state["handed_back"]
            if not undecided:
                return
            for sheet in undecided:
                self.command("decision", **self.decision_for(state, sheet))

    def decision_for(self, state, sheet):
        contest = next(batch["contest"] for batch in state["batches"] if batch["batch"] == sheet["batch"])
        paper = self.truth_of(contest, sheet["position"])
        members = state["team_members"]
        decision = {"batch": sheet["batch"], "position": sheet["position"], "present": members,
                    "in_favour": members, "against": 0}
        if paper["validity"] is None:
            return {**decision, "not_a_ballot": True}
        decision["validity"] = paper["validity"]
        if paper["validity"] == "valid":
            decision["elected"] = [c for c, mark in paper["candidates"].items() if mark == "kept"]
        return decision

    def whole_pile(self, contest):
        """A pile fed, complete, decided and finished."""
        pile = self.pile(contest)
        self.load_hopper(pile)
        state = self.scan(contest)
        expect(f"the pile of {contest} is complete", state["batches"][-1]["sheets"] == len(pile))
        self.decide_as_team()
        self.command("batch/finish")

    def void_and_scan_again(self, contest, reason):
        """Sheets came out uncounted, or nobody knows: what is always right."""
        self.command("batch/void", batch=self.state()["open_batch"], reason_vi=reason)
        self.empty_hopper()
        self.whole_pile(contest)

    def ends_well(self):
        """Truth, station and committee agree and the journal verifies; both programs are stopped. The report."""
        self.committee_has_all()
        wrong = differences(self.totals())
        expect("truth, station and committee agree", not wrong, wrong)
        self.stop()
        report = json.loads(self.run(self.bin / "kiemphieu", "journal", "verify", "--json", self.data))
        expect("the journal verifies", report["sound"], report)
        return report

    def truth_of(self, contest, position):
        return self.papers[f"{contest}/{self.pile(contest)[position - 1].name}"]

    def committee_has_all(self):
        def probe():
            push = self.state()["push"]
            return push["last"] > 0 and push["acknowledged"] == push["last"]
        return wait_for("the committee to have every record", probe)

    # --- the account ------------------------------------------------------

    def totals(self):
        """Truth, station, committee: contest → the same object from each."""
        def by_contest(rows):
            return {row["contest"]: row for row in rows}
        return {"truth": by_contest(self.truth["totals"]),
                "station": by_contest(get_json(self.address("/api/v1/totals"))),
                "committee": by_contest(get_json(self.board("/api/v1/totals")))}


COMPARED = ("collected", "valid", "invalid", "classes", "candidates")


def differences(totals):
    """Every figure that is not the same at truth, station and committee."""
    found = []
    for contest, truth in totals["truth"].items():
        for where in ("station", "committee"):
            row = totals[where].get(contest, {})
            for key in COMPARED:
                if row.get(key) != truth[key]:
                    found.append(f"{contest}: {key} at the {where} is {row.get(key)}, the truth is {truth[key]}")
            if row.get("in_review", 0) != 0:
                found.append(f"{contest}: {row['in_review']} sheets still in review at the {where}")
    return found


def table(workspace, totals):
    """Truth, station and committee side by side, per candidate."""
    lines = []
    names = {(contest["id"], c["id"]): " ".join(filter(None, (
        c["honorific"], c["family_name"], c.get("middle_name", ""), c["given_name"])))
        for contest in workspace.election["contests"] for c in contest["candidates"]}
    head = f"{'':44}{'truth':>10}{'station':>10}{'committee':>11}"
    for contest in workspace.contests:
        rows = [totals[where][contest] for where in ("truth", "station", "committee")]
        lines += ["", f"{contest}", head]
        for key, words in (("collected", "thu vào (collected)"), ("valid", "hợp lệ (valid)"), ("invalid", "không hợp lệ (invalid)")):
            lines.append(f"  {words:42}" + "".join(f"{row[key]:>10}" for row in rows))
        for index, candidate in enumerate(rows[0]["candidates"]):
            votes = "".join(f"{row['candidates'][index]['votes']:>10}" for row in rows)
            lines.append(f"  {names[contest, candidate['id']]:42}{votes}")
    return "\n".join(lines)


def run_evening(prefix, build, body):
    """Runs body(workspace) in a scratch folder and returns its exit code, 0 for None.

    What goes wrong is explained with the daemons' logs; whatever happened, both are stopped.
    """
    with tempfile.TemporaryDirectory(prefix=prefix) as folder:
        evening = Workspace(folder, build)
        try:
            return body(evening) or 0
        except (Failure, subprocess.TimeoutExpired) as failure:
            evening.explain(failure)
            return 1
        finally:
            evening.stop()
