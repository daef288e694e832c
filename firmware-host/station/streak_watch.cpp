#include "firmware-host/station/streak_watch.h"

#include <algorithm>
#include <cmath>

namespace kiemphieu::station {

void StreakWatch::next_sheet(const std::vector<double>& streaks_mm) {
  for (Watched& place : watched_) ++place.clean;
  for (const double at_mm : streaks_mm) {
    const auto nearest = std::min_element(watched_.begin(), watched_.end(), [&](const Watched& a, const Watched& b) {
      return std::abs(a.at_mm - at_mm) < std::abs(b.at_mm - at_mm);
    });
    if (nearest == watched_.end() || std::abs(nearest->at_mm - at_mm) > kSamePlaceMm) {
      watched_.push_back({at_mm, 1, 0, false});
      continue;
    }
    nearest->at_mm = at_mm;  // what measuring makes of it moves a little: follow it
    if (nearest->clean > 0) ++nearest->sheets;  // two edges of one broad streak are one sheet
    nearest->clean = 0;
    nearest->stands = nearest->stands || nearest->sheets >= kSheetsToStand;
  }
  // Before it stands it must come on consecutive sheets.
  std::erase_if(watched_, [](const Watched& place) { return place.clean >= (place.stands ? kCleanToForget : 1); });
}

std::vector<StandingStreak> StreakWatch::standing() const {
  std::vector<StandingStreak> streaks;
  for (const Watched& place : watched_)
    if (place.stands) streaks.push_back({place.at_mm, place.sheets});
  std::sort(streaks.begin(), streaks.end(), [](const auto& a, const auto& b) { return a.at_mm < b.at_mm; });
  return streaks;
}

}  // namespace kiemphieu::station
