#pragma once
/// Dirt on the scanner's glass: a streak at the same place on sheet after sheet.
/// Values in, values out; one thread at a time.

#include <vector>

namespace kiemphieu::station {

struct StandingStreak {
  double at_mm = 0;  ///< from the scan's left edge, where it was seen last
  int sheets = 0;    ///< on how many sheets so far
};

class StreakWatch {
 public:
  static constexpr double kSamePlaceMm = 1.5;
  static constexpr int kSheetsToStand = 2;  ///< one streak on one sheet is that sheet's trouble only
  static constexpr int kCleanToForget = 3;  ///< a wiped glass shows in the next sheets

  /// The next sheet's streaks, from the scan's left edge.
  void next_sheet(const std::vector<double>& streaks_mm);
  /// From left to right.
  std::vector<StandingStreak> standing() const;

 private:
  struct Watched {
    double at_mm = 0;
    int sheets = 0;
    int clean = 0;           ///< sheets since it was seen last
    bool stands = false;
  };
  std::vector<Watched> watched_;
};

}  // namespace kiemphieu::station
