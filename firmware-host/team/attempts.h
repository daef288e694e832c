#pragma once
/// Wrong PINs slow the next try of that person down and never shut anybody out.
/// The count of failures outlives the process; the wait runs on the monotonic
/// clock from the last failure in this process, or from its start, so that no
/// wall clock, wrong or jumping, makes it longer or shorter. One thread at a time.

#include <chrono>
#include <filesystem>
#include <map>

#include "config/base/clock.h"
#include "config/base/result.h"

namespace kiemphieu::team {

/// 0, 0, 0, 2, 4, 8 … at most 60 s after 0, 1, 2, 3 … failures in a row: a slip or
/// two costs nothing, and a million PINs cost a guesser two years.
std::chrono::seconds wait_after(int failures);

class Attempts {
 public:
  /// The counts of `data`/team-failures.json. A file that cannot be read counts as
  /// many failures of everybody: a minute once, then as ever. `clock` must outlive it.
  Attempts(const std::filesystem::path& data, const Clock& clock);

  /// How long this person must still wait, rounded up; zero: may try.
  std::chrono::seconds wait(int number) const;
  /// Durable on return, or noted in the log when the disk refuses.
  void failed(int number);
  void succeeded(int number);

 private:
  struct Count {
    int failures = 0;
    std::chrono::milliseconds since{};  ///< monotonic: the last failure here, or the start
  };
  Result<void> read();
  void write() const;

  std::filesystem::path path_;
  const Clock* clock_;
  std::map<int, Count> counts_;  ///< those with a failure
};

}  // namespace kiemphieu::team
