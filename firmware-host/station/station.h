#pragma once
/// The running station: a ledger, a scanner and the reader between them.
///
/// Commands may come from any thread; each returns when its records are durable
/// or refused. One mutex guards the ledger; sheets are read outside it, on the
/// feeder's thread, so the page answers while paper runs.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "firmware-host/station/ledger.h"
#include "firmware-host/station/parts.h"
#include "firmware-host/station/room.h"
#include "firmware-host/station/sheet_pipeline.h"
#include "firmware-host/station/view.h"
#include "scanner/feed/feed.h"
#include "scanner/feed/sheet_source.h"

namespace kiemphieu::station {

class Station {
 public:
  /// Makes a source for one kind of paper when it is needed; fails with kScannerMissing and the like.
  using SourceFactory = std::function<Result<std::unique_ptr<feed::SheetSource>>(Paper)>;

  /// Looks at the scanner's counter, on a thread of its own, when the last feed ended without.
  Station(std::unique_ptr<Ledger> ledger, SheetPipeline pipeline, SourceFactory source,
          settings::OutputStack stack = settings::OutputStack::kLastOnTop);
  /// Stops the feeder as shutdown() does.
  ~Station();
  /// Room on the disk is taken before each feed from now on. Before the first command.
  void keep_room(Room room) { room_ = std::move(room); }

  /// Called after every change with the new view, on the thread that made the
  /// change; must be quick and must not call back in.
  using Listener = std::function<void(const View&)>;
  void on_change(Listener listener);
  std::shared_ptr<const View> view() const;

  /// Starts the feeder on the open pile, or opens a pile of `contest`. Returns
  /// when the intent is durable; sheets then arrive by themselves.
  Result<void> scan(const std::string& contest);
  /// Starts the feeder on tally sheets of contests that were counted by hand.
  Result<void> scan_tally_sheets();
  /// No new sheets; those under way are still recorded.
  Result<void> stop_feed();
  /// A refusal with kPileCountDiffers also stays on the page as its notice.
  Result<void> finish_batch(std::optional<std::uint64_t> papers_by_hand = std::nullopt);
  Result<void> void_batch(int batch, const std::string& reason_vi, const team::Who& who = {});
  Result<void> decide(const journal::TeamDecision& decision, const team::Who& who = {});
  Result<void> enter_tally_sheet(const TallyEntry& entry);
  Result<void> discard_tally_sheet(int sheet, int member, const std::string& reason_vi);
  Result<void> correct_hand_count(const std::string& contest, const std::string& reason_vi);
  Result<void> change_lifecycle(LifecycleEvent event, const team::Who& who = {}, const std::string& why = {});
  /// Another machine counts for this station now: stops the feeder, and nothing counts here.
  void note_superseded(const std::string& evidence);

  /// The power, by the thread that watches it (docs/power.md). show_power() only shows.
  void show_power(const power::PowerView& power);
  /// The mains are out: the sheet under way is recorded, the feeder takes no more, the
  /// count rests. What rests already, for a fault or by the team, is left alone.
  void pause_for_power();
  /// The mains are back: what pause_for_power() stopped goes on, the feed too, unless a
  /// person has taken it in hand since. False: the feeder is still coming to rest; ask again.
  bool resume_after_power();
  /// The battery is nearly empty: nothing starts any more; shutdown() follows.
  void stop_for_power();

  /// JPEG of a stored sheet, with its reading drawn on it unless `plain`.
  Result<Bytes> sheet_picture(int batch, int position, bool plain) const;
  /// JPEG of a stored tally sheet as it was scanned.
  Result<Bytes> tally_sheet_picture(int sheet) const;

  /// Stops the feeder and waits for it, at most `patience`. False: a scanner
  /// holds it; the process may end all the same, start-up recovers.
  bool shutdown(std::chrono::milliseconds patience);

 private:
  /// The device and the feed over it; a feed keeps an account across runs.
  struct Feeder {
    Paper paper = Paper::kBallots;
    std::unique_ptr<feed::SheetSource> source;
    std::unique_ptr<feed::Feed> feed;
  };

  /// Starts the feeder's thread on `paper` once `begin` has made the intent durable.
  Result<void> start_feed(Paper paper, const std::function<Result<void>(Ledger&)>& begin);
  /// After a power cut: how many sheets moved that no record names?
  void look_at_counter();
  /// What start-up saw says nothing once a feed has begun.
  enum class Looks { kFeed, kStartUp };
  Result<void> note_counter(std::uint64_t counter, Looks looks);
  void feed_thread(Paper paper, const std::string& contest);
  /// Before paper moves: a power cut may have cost the memory of the last sheets' papers.
  void recall_papers();
  FeedEnd run_feed(Paper paper, const std::string& contest);
  Result<void> keep(const feed::SheetImage& sheet, Paper paper, const std::string& contest);
  /// A decision about one sheet mends no jam: what is wrong stays on the page.
  enum class Notice { kClears, kStays };
  Result<void> command(Notice notice, const std::function<Result<void>(Ledger&)>& run);
  Result<void> ensure_feeder(Paper paper);
  /// Records the end of a feed that the journal did not take when it came (disk full,
  /// token out): before anything else, or the feed would never be over.
  Result<void> record_late_end();
  /// Starts the feeder; `lock` holds mutex_ and no feed runs.
  Result<void> feed_now(std::unique_lock<std::mutex> lock, Paper paper, const std::function<Result<void>(Ledger&)>& begin);
  /// Ends the running feed for `reason`, or pauses a count that runs without one.
  void rest_for_power(std::unique_lock<std::mutex> lock, ErrorCode reason);
  /// Takes a new view under the lock, then tells the listener without it.
  void publish(std::unique_lock<std::mutex> lock);

  mutable std::mutex mutex_;
  std::unique_ptr<Ledger> ledger_;
  SheetPipeline pipeline_;
  std::optional<Room> room_;
  SourceFactory make_source_;
  Feeder feeder_;  ///< changed only while no feeder thread runs
  std::optional<Error> notice_;
  std::optional<FeedEnd> late_end_;
  /// What the power stopped, until it goes on or a person takes over.
  struct PowerRest {
    ErrorCode reason = ErrorCode::kPowerOnBattery;
    bool feed_again = false;
    Paper paper = Paper::kBallots;
  };
  std::optional<PowerRest> power_rest_;
  std::optional<power::PowerView> power_;
  bool power_low_ = false;
  bool closing_ = false;  ///< shutdown() was called: the power moves nothing any more
  bool stopped_by_hand_ = false;  ///< of the running feed
  std::string scanner_;
  std::shared_ptr<const View> view_;
  Listener listener_;
  const settings::OutputStack stack_;
  std::thread look_thread_;
  std::atomic<bool> look_no_more_{false};
  bool looking_ = false;
  std::thread thread_;
  bool feeding_ = false;
  std::condition_variable feed_ended_;
};

}  // namespace kiemphieu::station
