#pragma once
/// Every print shop's ballots of the example election, made when first asked for,
/// with a reader that knows that shop's templates.

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "tests/forge/population.h"
#include "tests/golden/deck.h"

namespace kiemphieu::accuracy {

struct Shop {
  forge::PrintJob job;
  std::vector<std::unique_ptr<forge::BallotForge>> forges;  ///< one a contest, in the election's order
  std::unique_ptr<reading::Reader> reader;
};

/// Thread-safe. What goes wrong in printing is a broken set-up: aborts with the error.
class Press {
 public:
  Press();
  const election::Election& election() const { return election_; }
  /// `index` into forge::print_jobs(); `dpi` of the scans it is made for. nullptr: the reader
  /// refuses a template of this shop.
  const Shop* shop(std::size_t index, int dpi);

 private:
  election::Election election_;
  std::mutex mutex_;
  std::vector<std::pair<int, std::unique_ptr<Shop>>> shops_;  ///< key: index and dpi
};

}  // namespace kiemphieu::accuracy
