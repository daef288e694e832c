#pragma once
/// One trial: print a variant, scan it, learn from it, compare with the printed
/// truth, and read struck ballots of the same print with the real reader.

#include <string>
#include <vector>

#include "tally/learning/learn.h"
#include "tests/unit/tally/learning/printed_variants.h"

namespace kiemphieu::learning::test {

struct Trial {
  PrintVariant print;
  std::vector<ScanVariant> scans;
  int candidates = 5;
  bool two_lines = false;
  std::uint64_t seed = 1;
  int ballots = 1;  ///< struck ballots to read
};

struct TrialResult {
  std::string refused;      ///< the error; empty: learnt
  double worst_box_mm = 0;  ///< over all edges of all name boxes, after the common shift of the print
  double size_pt = 0;
  double likeness = 0;
  std::vector<std::string> warnings;
  int names = 0, right = 0, wrong = 0, doubtful = 0;  ///< of the struck ballots
  int sheets = 0, recognised = 0;
};

election::Election example();
TrialResult run(const Trial& trial, const election::Election& election);

/// Largest difference of any edge once the median shift is taken off.
double worst_edge_mm(const forms::Template& learnt, const PrintedVariant& truth, double print_scale);

}  // namespace kiemphieu::learning::test
