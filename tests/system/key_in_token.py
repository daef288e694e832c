"""A station whose key lives in a PKCS#11 token (SoftHSM): provisioning, a pile in
whose middle the token is pulled out and put back, the committee, the journal.
"""

import json
import os
import pathlib
import subprocess
import sys

import harness
from harness import expect

MODULE = pathlib.Path("/usr/lib/softhsm/libsofthsm2.so")
PIN = "13572468"


def make_token(evening):
    folder = evening.folder / "token"
    (folder / "tokens").mkdir(parents=True)
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder / 'tokens'}\nobjectstore.backend = file\n")
    (folder / "pin").write_text(PIN + "\n")
    (folder / "pin").chmod(0o600)
    os.environ["SOFTHSM2_CONF"] = str(folder / "softhsm2.conf")
    evening.run("softhsm2-util", "--init-token", "--free", "--label", "station", "--pin", PIN, "--so-pin", "24681357")
    evening.key_options = ["--pkcs11-module", MODULE, "--token-label", "station", "--key-label",
                           f"kiemphieu-{harness.STATION}", "--pin-file", folder / "pin"]
    evening.station_extra = (f'[key]\npkcs11_module = "{MODULE}"\ntoken_label = "station"\n'
                             f'pin_file = "{folder / "pin"}"\n')
    return folder


def selftest(evening):
    done = subprocess.run([evening.bin / "kiemphieu", "selftest", "--config", evening.folder / "station.toml", "--json"],
                          capture_output=True, text=True,
                          env={**os.environ, "LD_LIBRARY_PATH": str(evening.build / "lib/sane")})
    return next(check for check in json.loads(done.stdout)["checks"] if check["id"] == "key")


def pile_with_token_pulled(evening, token, contest):
    pile = evening.pile(contest)
    evening.load_hopper(pile)
    evening.script("ms-per-sheet 120")
    evening.command("scan", contest=contest)
    harness.wait_for("three sheets", lambda: evening.state()["batches"][-1]["sheets"] >= 3)
    (token / "tokens").rename(token / "pulled")
    state = evening.resting()
    counted = state["batches"][-1]["sheets"]
    expect("the pile stops when the token is pulled out", counted < len(pile), state["batches"])
    expect("the page says what to do", state["notice"]["code"] == "key_token_gone" and "Cắm lại" in state["notice"]["do_vi"])
    try:
        evening.command("scan")
        raise harness.Failure("scanning went on without the key")
    except harness.Refused as refused:
        expect("nothing goes on without it", refused.body["code"] == "key_token_gone")
    (token / "pulled").rename(token / "tokens")
    evening.script()
    evening.command("scan")  # takes the rest; what was under way when the token went is not counted
    evening.resting()
    return counted


def evening_runs(evening):
    if not MODULE.exists():
        print("skipped: SoftHSM is not installed")
        return
    token = make_token(evening)
    evening.print_forms()
    evening.mark_ballots(30, 11)
    evening.configure()
    expect("no key file is made beside a key in a token", not (evening.data / "station.key").exists())
    again = evening.run(evening.bin / "kiemphieu", "key", evening.data, *evening.key_options).strip()
    evening.start_committee().start_station()
    expect("the command says the key that signs", evening.station.fields["key"] == again)
    same = evening.run(evening.bin / "kiemphieu", "key", "--config", evening.folder / "station.toml").strip()
    expect("and so with the settings", same == again)
    evening.command("lifecycle", event="start_counting")
    pile_with_token_pulled(evening, token, evening.contests[0])
    # Sheets came out uncounted: the page asks for the pile anew.
    evening.void_and_scan_again(evening.contests[0], "Rút thiết bị khóa khi đang quét")
    for contest in evening.contests[1:]:
        evening.whole_pile(contest)
    evening.ends_well()
    expect("the self-test passes the key", selftest(evening)["verdict"] == "pass", selftest(evening))
    (token / "pin").chmod(0o640)
    check = selftest(evening)
    expect("and fails a PIN file that others may read", (check["verdict"], check["error"]) == ("fail", "key_unusable"), check)


if __name__ == "__main__":
    sys.exit(harness.run_evening("kiemphieu-token-", sys.argv[1], evening_runs))
