"""People at a station, through a real daemon: the list set at the command line, PINs that
are asked for, decisions with the members present, a sealed station reopened with who and
why, and the committee that sees it.
"""

import json
import subprocess
import sys
import urllib.error
import urllib.request

import harness
from harness import expect

PIN = {1: "730418", 2: "925161", 3: "481920"}


class Browser:
    """One browser with its cookie."""

    def __init__(self, evening):
        self.evening, self.cookie = evening, None

    def post(self, path, **body):
        """Status, body and headers."""
        headers = {"content-type": "application/json", **({"cookie": self.cookie} if self.cookie else {})}
        request = urllib.request.Request(self.evening.address("/api/v1/" + path), json.dumps(body).encode(), headers)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, json.load(answer), answer.headers
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read()), error.headers

    def sign_in(self, number, pin=None):
        status, body, headers = self.post("login", member=number, pin=pin or PIN[number])
        if status == 200:
            self.cookie = headers["set-cookie"].split(";")[0]
        return status, body

    def must(self, path, **body):
        status, answer, _ = self.post(path, **body)
        if status != 200:
            raise harness.Failure(f"{path} {body}: {status} {answer}")
        return answer

    def refused(self, path, status, code, **body):
        got, answer, _ = self.post(path, **body)
        expect(f"{path} refused with {status} {code}", (got, answer.get("code")) == (status, code))


def team(evening, *arguments, pin=None):
    return subprocess.run([str(evening.bin / "kiemphieu"), "team", *map(str, arguments)], input=pin, capture_output=True, text=True)


def set_up_the_list(evening):
    expect("without a list the state says so", evening.state()["team"] is None)
    for number, role in ((1, "head"), (2, "secretary"), *((n, "member") for n in range(3, 12)), (40, "technician")):
        done = team(evening, "set", evening.data, "--number", number, "--role", role, pin=PIN.get(number, "264093") + "\n")
        if done.returncode != 0:
            raise harness.Failure(done.stderr)
    for weak in ("111111", "123456", "12345", "abcdef", ""):
        done = team(evening, "set", evening.data, "--number", 1, "--role", "head", pin=weak + "\n")
        expect(f"the PIN {weak!r} is refused with its code", done.returncode == 2 and "pin_weak" in done.stderr)
        expect("and not told again", not weak or weak not in done.stderr + done.stdout)
    listed = json.loads(team(evening, "list", evening.data, "--json").stdout)["people"]
    expect("the list has numbers and roles alone", listed[0] == {"number": 1, "role": "head"} and len(listed) == 12)
    expect("a number that is not there is not removed", team(evening, "remove", evening.data, "--number", 33).returncode == 2)
    expect("the file is its owner's", (evening.data / "team.json").stat().st_mode & 0o777 == 0o600)
    expect("the running station knows it at once", len(evening.state()["team"]["people"]) == 12)


def signing_in(evening):
    page = Browser(evening)
    page.refused("lifecycle", 401, "sign_in_needed", event="start_counting")
    for _ in range(3):
        expect("a wrong PIN is refused", page.sign_in(2, "000001")[0] == 401)
    status, body = page.sign_in(2)
    expect("then even the right one waits, and says how long", status == 429 and 1 <= body["wait_s"] <= 2)
    evening.station.kill()
    evening.start_station()
    status, body = page.sign_in(2)
    expect("a restart does not shorten it", status == 429)
    harness.wait_for("the right PIN to be taken", lambda: page.sign_in(2)[0] == 200, 10)
    answer = page.must("lifecycle", event="start_counting")
    expect("the answer says who is signed in", answer["session"]["number"] == 2)
    evening.station.kill()
    evening.start_station()
    page.refused("stop", 401, "sign_in_needed")
    expect("a restart signs everybody out, and the count is nought again", page.sign_in(2)[0] == 200)
    return page


def decisions(evening, page):
    """One small pile; the whole list but the technician is present."""
    contest = evening.contests[0]
    pile = evening.pile(contest)
    evening.load_hopper(pile)
    member = Browser(evening)
    member.sign_in(3)
    member.must("scan", contest=contest)
    state = evening.resting()
    for sheet in state["waiting"] + state["handed_back"]:
        decision = evening.decision_for(state, sheet)
        member.refused("decision", 403, "role_not_allowed", **decision)
        page.refused("decision", 409, "members_present", **decision)
        page.refused("decision", 409, "members_present", **decision, members=[*range(1, 11), 40])
        page.must("decision", **decision, members=list(range(11, 0, -1)))
    member.must("batch/finish")
    expect("a doubtful sheet was decided", len(state["waiting"] + state["handed_back"]) > 0)


def reopening(evening, page):
    page.must("lifecycle", event="close")
    page.refused("lifecycle", 403, "role_not_allowed", event="seal")
    head = Browser(evening)
    head.sign_in(1)
    head.must("lifecycle", event="seal")
    evening.committee_has_all()
    station = harness.get_json(evening.board("/api/v1/stations"))[0]
    expect("the committee sees the station complete", (station["state"], station["reopened"]) == ("complete", 0))
    page.refused("lifecycle", 403, "role_not_allowed", event="unseal", reason_vi="Sót một chồng")
    head.refused("lifecycle", 400, "reopen_who_why", event="unseal")
    head.must("lifecycle", event="unseal", reason_vi="Sót một chồng dưới bàn")
    evening.committee_has_all()
    station = harness.get_json(evening.board("/api/v1/stations"))[0]
    expect("the committee sees it reopened", (station["lifecycle"], station["reopened"]) == ("closing", 1))
    head.must("lifecycle", event="seal")


def what_the_journal_says(evening):
    evening.stop()
    kiemphieu = evening.bin / "kiemphieu"
    report = json.loads(evening.run(kiemphieu, "journal", "verify", "--json", evening.data))
    expect("the journal verifies", report["sound"])
    evening.run(kiemphieu, "journal", "export", evening.data)
    records = (evening.data / "export/records.json").read_text()
    reopened = [r for r in json.loads(records) if "unseal" in json.dumps(r)]
    expect("the export says who reopened and why", len(reopened) == 1 and "Sót một chồng dưới bàn" in json.dumps(reopened, ensure_ascii=False))
    leaked = [path.name for path in evening.data.rglob("*") if path.is_file() and path.name != "team.json" and b"argon2" in path.read_bytes()]
    expect(f"no PIN's hash is in any other file: {leaked}", not leaked)
    log = evening.station.log.read_text()
    expect("nor a PIN in the log", not any(pin in log for pin in (*PIN.values(), "000001", "264093")))
    (evening.data / "team.json").chmod(0o644)
    try:
        evening.start_station()
    except harness.Failure as failure:
        expect("a list that others may read stops the start, with the remedy", "chmod 600" in str(failure))
    else:
        raise harness.Failure("a station started with a list that others may read")


def evening_runs(evening):
    evening.print_forms()
    evening.mark_ballots(36, 11)
    evening.configure()
    evening.start_committee()
    evening.start_station()
    set_up_the_list(evening)
    page = signing_in(evening)
    decisions(evening, page)
    reopening(evening, page)
    what_the_journal_says(evening)


if __name__ == "__main__":
    sys.exit(harness.run_evening("kiemphieu-roles-", sys.argv[1], evening_runs))
