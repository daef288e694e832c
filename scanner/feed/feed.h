#pragma once
/// Drives one SheetSource through a stack of paper: each sheet is handed to the
/// caller, who makes it durable, before the next one is asked for; after the
/// last one the device's counter and sensors are compared with what came.
///
/// Threads: run() belongs to one thread; request_stop() and state() may be
/// called from any.

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>

#include "config/base/result.h"
#include "scanner/feed/sheet_source.h"
#include "scanner/feed/states.h"

namespace kiemphieu::feed {

/// How a run ended.
struct FeedReport {
  /// Why the run is over. kScannerNoDocuments: the stack is through, or a stop
  /// was asked, and the counts agree. A fault of the scanner, the caller's own
  /// error when a sheet could not be kept, kScannerDoubleFeed,
  /// kScannerStoppedEarly (paper still on the sensor) or kScannerCountMismatch
  /// (the counter disagrees though nothing else was reported) otherwise.
  Error end{ErrorCode::kScannerNoDocuments, {}, {}};
  std::uint64_t sheets_delivered = 0;  ///< handed over and kept
  std::uint64_t drained_uncounted =
      0;                       ///< came out after a sheet that could not be kept; not that sheet itself
  std::uint64_t not_kept = 0;  ///< 1 when the caller could not keep a sheet, else 0
  std::optional<std::uint64_t> sheets_fed;  ///< by the device's own counter, when it has one
  /// The counter itself before this run's first sheet and after its last.
  std::optional<std::uint64_t> counter_before, counter_after;
  /// Sheets that came out, or hang in the machine, after the last one kept and count
  /// for nothing. nullopt: nobody knows (a fault without a counter, two sheets at once).
  std::optional<std::uint64_t> uncounted;
  bool stopped = false;                     ///< request_stop() was heeded
  bool double_feed = false;                 ///< the device felt two sheets at once
  bool count_mismatch = false;              ///< sheets_fed differs from what came out of the source

  bool complete() const { return end.code == ErrorCode::kScannerNoDocuments; }
};

class Feed {
 public:
  /// Makes one sheet durable. When it fails, the feed drains and stops.
  using Keep = std::function<Result<void>(SheetImage)>;
  /// Hears the device's counter before the run's first sheet moves, when it has one. When
  /// it fails, no paper is taken.
  using Counted = std::function<Result<void>(std::uint64_t)>;

  /// `source` must outlive the feed.
  explicit Feed(SheetSource& source) : source_(source) {}

  /// One run, from start to the made-up account. Blocks. A run whose last
  /// counter could not be read (crash, unplugged) leaves its account open, and
  /// the next run of this Feed closes it.
  FeedReport run(const Keep& keep, const Counted& counted = {});

  /// The run under way takes no new sheets as soon as the device allows; sheets
  /// already under way are still kept. Without a run it does nothing.
  void request_stop() { stop_asked_ = true; }

  State state() const { return state_; }

 private:
  Event start(const Counted& counted);
  Event feed_one(const Keep& keep);
  Event drain_one();
  Event reconcile();
  void settle_counts(const Sensors& sensors);
  std::optional<std::uint64_t> uncounted() const;
  void move(Event event);

  SheetSource& source_;
  std::atomic<State> state_ = State::kIdle;
  std::atomic<bool> stop_asked_ = false;
  FeedReport report_;
  bool ran_ = false, drained_to_the_end_ = false;
  std::optional<Error> refused_;  ///< by who heard the counter
  std::uint64_t came_since_start_ = 0;
  std::uint64_t came_since_baseline_ = 0;
  std::optional<std::uint64_t> baseline_;  ///< the counter when the open account began
};

}  // namespace kiemphieu::feed
