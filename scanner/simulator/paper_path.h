#pragma once
/// The simulated scanner's mechanics: hopper, rollers, sensors, faults. Knows
/// nothing of SANE.
///
/// What left the hopper and which faults have struck lies in the state folder,
/// so another process goes on where this one stopped, as with real paper. A
/// sheet leaves the hopper when its last line has been read; one that was under
/// way when the process died is back on top. Not thread-safe.

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "config/base/result.h"
#include "config/imaging/image.h"
#include "scanner/folder/line_log.h"
#include "scanner/folder/stack.h"
#include "scanner/simulator/script.h"
#include "scanner/simulator/settings.h"

namespace kiemphieu::simulator {

/// The sheet on its way over the sensor.
struct MovingSheet {
  imaging::Image paper;
  std::optional<Fault> fault;  ///< strikes in the middle of the picture
};

/// What the rollers did when told to feed: a sheet, or the fault that struck.
struct Fed {
  std::optional<MovingSheet> sheet;
  std::optional<FaultKind> fault;  ///< kNoDocuments also for an empty hopper
};

class PaperPath {
 public:
  /// Errors: kScannerBusy (another process drives it), kScannerDisconnected and
  /// kScannerAccessDenied when the script says so, kSettingsInvalid, those of Stack.
  static Result<PaperPath> open(const Settings& settings);

  /// `stop_on_double_feed`: the double-feed sensor stops the rollers, as
  /// df-action=Stop asks. A fault of the kinds kHang and kCrash is returned
  /// like any other; acting on it is the caller's.
  Result<Fed> feed(bool stop_on_double_feed);
  /// The glass: the top sheet, which stays where it is.
  Result<Fed> look();

  /// The last line was read: the sheet is in the output tray.
  Result<void> land();
  /// The moving sheet met `fault` on its way.
  Result<void> strike(const Fault& fault);
  /// Somebody cancelled with paper moving: the sheet is gone, unseen.
  Result<void> throw_out();
  bool is_moving() const { return moving_.has_value(); }

  Result<bool> page_loaded();
  Result<bool> cover_open();
  Result<bool> take_button_press();
  bool double_feed() const { return double_feed_; }
  /// Sheets the rollers believe they fed, ever: two fed as one count as one.
  std::uint64_t counter() const { return stack_.taken() - hidden_; }

 private:
  PaperPath(Settings settings, folder::Stack stack, folder::LineLog log);

  Result<void> read_script();
  /// The first fault that is due and not yet spent, of those `wanted` holds.
  template <class Wanted>
  const Fault* due(Wanted wanted) const;
  Result<void> spend(const Fault& fault);
  Result<void> lose(const std::optional<folder::Sheet>& sheet);
  Result<Fed> strike_before_page(const Fault& fault, bool stop_on_double_feed);
  Result<Fed> move_top_sheet(std::optional<Fault> fault);
  void wait_for_rollers();

  Settings settings_;
  folder::Stack stack_;
  folder::LineLog log_;
  Script script_;
  std::map<std::string, std::uint64_t> spent_;
  std::uint64_t hidden_ = 0;
  std::optional<folder::Sheet> moving_;
  std::optional<folder::Sheet> under_moving_;  ///< the second of two fed as one
  bool cover_open_ = false;
  bool double_feed_ = false;
  std::optional<std::chrono::steady_clock::time_point> last_feed_;
};

}  // namespace kiemphieu::simulator
