#pragma once
/// The truth as JSON, for other programs and scripts.
///
/// truth.json: {"version": 1, "election", "station", "seed", "physics" (or population),
///   "sheets": [{"file": "qh-1/0001.jpg", "contest", "validity": "valid" | "invalid" | null, "elects",
///               "candidates": {"c1": "kept" | "struck"}, "shapes": {"c1": "none"},
///               "expected": "clear" | "either" | "must_review" | "must_return", "reasons": []}],
///   "totals": [the object of GET /api/v1/totals, a contest each]}

#include <string>
#include <vector>

#include "tests/forge/electorate.h"

namespace kiemphieu::forge {

struct TruthSheet {
  std::string file;
  SheetTruth truth;
};

struct TruthFile {
  std::string election, station, physics;
  std::uint64_t seed = 0;
  std::vector<TruthSheet> sheets;
  std::vector<TruthTotals> totals;
};

std::string to_json(const TruthFile& truth);
/// One sheet's object, on one line.
std::string to_json(const TruthSheet& sheet);

}  // namespace kiemphieu::forge
