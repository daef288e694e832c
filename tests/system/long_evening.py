"""A long evening in small: a few piles through the real programs with everything going wrong from a seed, and an account
that must hold to the vote. `scripts/long-evening` is the whole one.
"""

import sys
import types

import harness
import mishap_evening

OPTIONS = {"sheets": 240, "seed": 5, "pile": 30, "faults": 3.0, "take_over": True, "minutes": 0, "ballots": None, "verbose": True}


def body(evening):
    print(mishap_evening.run(evening, types.SimpleNamespace(**OPTIONS)), flush=True)


if __name__ == "__main__":
    sys.exit(harness.run_evening("kiemphieu-long-", sys.argv[1], body))
