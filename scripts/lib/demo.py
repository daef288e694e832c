"""scripts/demo without the set-up: one evening of one station on loopback."""

import argparse
import pathlib
import signal
import sys
import time

import harness


def say(text):
    print(text, flush=True)


def run(workspace, ballots, seed):
    say("In mẫu phiếu (printing the forms) …")
    workspace.print_forms()
    say(f"Cử tri gạch phiếu (a random electorate marks {ballots} ballots, seed {seed}) …")
    workspace.mark_ballots(ballots, seed)
    workspace.configure()
    workspace.start_committee().start_station()
    workspace.command("lifecycle", event="start_counting")
    for contest in workspace.contests:
        pile = workspace.pile(contest)
        if not pile:
            continue
        workspace.load_hopper(pile)
        begin = time.monotonic()
        state = workspace.scan(contest)
        seconds = time.monotonic() - begin
        say(f"Quét chồng {contest} (scanned {len(pile)} sheets in {seconds:.1f} s, "
            f"{state['waiting_total']} wait for the whole team)")
        workspace.decide_as_team()
        workspace.command("batch/finish")
    workspace.command("lifecycle", event="close")
    workspace.committee_has_all()


def keep_up(workspace):
    say(f"\nTrang của Tổ bầu cử (station page):     {workspace.address('/')}")
    say(f"Trang của Ủy ban bầu cử (committee):    {workspace.board('/')}")
    say("Ctrl-C để dừng (to stop).")
    signal.sigwait({signal.SIGINT, signal.SIGTERM})


def main():
    parser = argparse.ArgumentParser(prog="scripts/demo")
    parser.add_argument("--ballots", type=int, default=120, help="sheets over all contests (default 120)")
    parser.add_argument("--seed", type=int, default=20260315)
    parser.add_argument("--keep", action="store_true", help="leave both daemons up and print their addresses")
    parser.add_argument("--build", type=pathlib.Path, required=True, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if not 3 <= options.ballots <= 12000:
        parser.error("--ballots: a station has 3 to 12000 sheets")
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM} if options.keep else set())
    def evening(workspace):
        run(workspace, options.ballots, options.seed)
        totals = workspace.totals()
        say(harness.table(workspace, totals))
        wrong = harness.differences(totals)
        for line in wrong:
            say("SAI: " + line)
        say("\nKHỚP: máy, Ủy ban và sự thật bằng nhau (all totals equal)." if not wrong else
            "\nKHÔNG KHỚP (totals differ).")
        if options.keep:
            keep_up(workspace)
        return 1 if wrong else 0

    return harness.run_evening("kiemphieu-demo-", options.build, evening)


if __name__ == "__main__":
    sys.exit(main())
