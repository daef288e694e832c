"""A station from nothing: enrolled by the tools with a code on paper, it counts a pile and the
committee has its totals. Then the machine is lost: revoked, it is refused, and what it sent stays.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys

import harness
from harness import expect

BALLOTS = 18
SEED = 23
MODULE = pathlib.Path("/usr/lib/softhsm/libsofthsm2.so")
PIN = "736251"


def tool(evening, *arguments):
    return evening.run(evening.bin / "kiemphieu", *arguments)


def make_committee(evening):
    """The committee with an authority of its own and no station listed by hand."""
    evening.configure()
    shutil.rmtree(evening.certs)
    (evening.data / "station.key").unlink()
    evening.ca = evening.folder / "ca"
    tool(evening, "ca", "init", evening.ca, "--name", "Ủy ban bầu cử tỉnh Đắk Lắk")
    again = subprocess.run([evening.bin / "kiemphieu", "ca", "init", evening.ca, "--name", "x"], capture_output=True, text=True)
    expect("an authority is never overwritten", again.returncode == 2 and "authority_exists" in again.stderr, again.stderr)
    tool(evening, "ca", "server", evening.ca, "--host", "localhost", "--host", "127.0.0.1")
    (evening.folder / "committee.toml").write_text(f"""election = "{harness.ELECTION}"
data = "{evening.folder / 'committee'}"
[receive]
[board]
[enrol]
authority = "{evening.ca}"
[tls]
ca = "{evening.ca / 'ca.pem'}"
certificate = "{evening.ca / 'server.pem'}"
key = "{evening.ca / 'server.key'}"
""")
    evening.start_committee()


def new_code(evening, *more):
    return json.loads(tool(evening, "ca", "code", evening.ca, "--station", harness.STATION, "--json", *more))["code"]


def enrolment(evening, code, *more, data=None, tls=None):
    port = evening.committee.fields["enrol"].rsplit(":", 1)[1]
    return [evening.bin / "kiemphieu", "enrol", "--committee", f"https://localhost:{port}", "--station", harness.STATION,
            "--code", code, "--election", harness.ELECTION, "--data", data or evening.data, "--tls", tls or evening.certs, *more]


def refused(command):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    harness.hold("it is refused", done.returncode == 2, done.stdout)
    return done.stderr


def enrol_from_nothing(evening):
    code = new_code(evening)
    slip = ("7" if code[0] != "7" else "8") + code[1:]
    expect("a slip of the finger is caught before anything is sent, and the group named",
           "enrol_code_mistyped: look at group 1 first" in refused(enrolment(evening, slip)))
    expect("and costs no key", not (evening.data / "station.key").exists())
    told = evening.run(*enrolment(evening, code.lower().replace("-", " ")))
    expect("it says what goes into station.toml", f'certificate = "{evening.certs / (harness.STATION + ".pem")}"' in told, told)
    key = evening.certs / (harness.STATION + ".key")
    expect("the private half is its owner's alone", key.stat().st_mode & 0o777 == 0o600)
    machines = json.loads(tool(evening, "ca", "list", evening.ca, "--json"))["machines"]
    public_key = tool(evening, "key", evening.data).strip()
    expect("the committee has the key that signs", [m["public_key"] for m in machines] == [public_key], machines)
    expect("the code is spent", "enrol_code_used" in refused(enrolment(evening, code, data=evening.folder / "thief", tls=evening.folder / "thief-tls")))


def selftest(evening, check):
    done = subprocess.run([evening.bin / "kiemphieu", "selftest", "--config", evening.folder / "station.toml", "--json"],
                          capture_output=True, text=True, env={**os.environ, "LD_LIBRARY_PATH": str(evening.build / "lib/sane")})
    return next(row for row in json.loads(done.stdout)["checks"] if row["id"] == check)


def count_a_pile(evening):
    contest = evening.contests[0]
    evening.start_station()
    evening.command("lifecycle", event="start_counting")
    evening.whole_pile(contest)
    evening.committee_has_all()
    totals = evening.totals()
    same = all(totals["committee"][contest][key] == totals["truth"][contest][key] for key in harness.COMPARED)
    expect("the committee has the pile's totals", same, totals["committee"][contest])
    expect("the self-test passes the certificate", selftest(evening, "certificates")["verdict"] == "pass", selftest(evening, "certificates"))
    return totals["committee"]


def lose_the_machine(evening, before):
    tool(evening, "ca", "revoke", evening.ca, "--station", harness.STATION, "--reason", "Mất máy trên đường về")
    evening.whole_pile(evening.contests[1])
    harness.wait_for("the machine to be told", lambda: evening.state()["push"].get("error", {}).get("code") == "machine_revoked")
    after = {row["contest"]: row for row in harness.get_json(evening.board("/api/v1/totals"))}
    figures = lambda rows: {contest: [row[key] for key in harness.COMPARED] for contest, row in rows.items()}
    expect("nothing of it is taken any more, and what it sent stays", figures(after) == figures(before), after)
    check = selftest(evening, "committee")
    expect("the self-test says why", (check["verdict"], check["error"]) == ("fail", "machine_revoked"), check)
    expect("its code and key never enrol again",
           "machine_revoked" in refused(enrolment(evening, new_code(evening))))


def spare_with_token(evening):
    """The key in a token, where there is one to try with."""
    if not MODULE.exists():
        print("skipped: SoftHSM is not installed")
        return
    folder = evening.folder / "token"
    (folder / "tokens").mkdir(parents=True)
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder / 'tokens'}\nobjectstore.backend = file\n")
    (folder / "pin").write_text(PIN + "\n")
    (folder / "pin").chmod(0o600)
    os.environ["SOFTHSM2_CONF"] = str(folder / "softhsm2.conf")
    evening.run("softhsm2-util", "--init-token", "--free", "--label", "spare", "--pin", PIN, "--so-pin", "24681357")
    told = evening.run(*enrolment(evening, new_code(evening, "--spare"), "--json", "--pkcs11-module", MODULE, "--token-label", "spare",
                                  "--key-label", "kiemphieu-spare", "--pin-file", folder / "pin",
                                  data=folder / "data", tls=folder / "tls"))
    machines = json.loads(tool(evening, "ca", "list", evening.ca, "--json"))["machines"]
    spare = next(machine for machine in machines if machine["spare"])
    expect("a spare machine whose key is in a token is enrolled", spare["public_key"] == json.loads(told)["public_key"], machines)
    expect("and no key file is made for it", not (folder / "data/station.key").exists())


def enrol(evening):
    evening.print_forms()
    evening.mark_ballots(BALLOTS, SEED)
    make_committee(evening)
    enrol_from_nothing(evening)
    lose_the_machine(evening, count_a_pile(evening))
    spare_with_token(evening)
    acts = [json.loads(line)["act"] for line in tool(evening, "ca", "audit", evening.ca, "--json").splitlines()]
    expect("every act stands in the register", acts[:4] == ["code_made", "enrolled", "refused", "revoked"], acts)


if __name__ == "__main__":
    sys.exit(harness.run_evening("kiemphieu-enrol-", sys.argv[1], enrol))
