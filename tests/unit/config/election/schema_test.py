"""The JSON Schema takes the example election and refuses broken variants of it.

Exit 77 (skipped) where python3-jsonschema is not installed.
"""
import copy
import json
import sys

try:
    from jsonschema import Draft202012Validator
except ImportError:
    sys.exit(77)

with open("config/examples/election.schema.json", encoding="utf-8") as file:
    schema = json.load(file)
with open("config/examples/election.json", encoding="utf-8") as file:
    example = json.load(file)

Draft202012Validator.check_schema(schema)
validator = Draft202012Validator(schema)
failures = [f"the example is refused: {error.message}" for error in validator.iter_errors(example)]


def variant(*path, value):
    """The example with the value at `path` replaced."""
    broken = copy.deepcopy(example)
    target = broken
    for step in path[:-1]:
        target = target[step]
    target[path[-1]] = value
    return broken


BROKEN = {
    "another version": variant("version", value=2),
    "seats as text": variant("contests", 0, "seats", value="3"),
    "four for the National Assembly": variant("contests", 0, "seats", value=4),
    "unknown field": variant("contests", 0, "seat", value=3),
    "unknown form": variant("contests", 0, "form", value="mau-13"),
    "id unfit for a file name": variant("contests", 0, "id", value="../qh"),
    "colour not a colour": variant("contests", 0, "paper", "rgb", value="pink"),
    "parentheses typed": variant("contests", 1, "candidates", 3, "other_name", value="(A)"),
    "own line of nothing": variant("contests", 0, "candidates", 0, "other_name_on_own_line", value=True),
    "rule row missing": variant("rules", "marks", value=example["rules"]["marks"][1:]),
    "rule row twice": variant("rules", "marks", 1, "shape", value="none"),
    "doubtful without review": variant("rules", "marks", 11, "review", value=False),
    "not an object": [],
}
failures += [f"{name} is accepted" for name, document in BROKEN.items() if validator.is_valid(document)]
print("\n".join(failures) or f"example accepted, {len(BROKEN)} broken variants refused")
sys.exit(bool(failures))
