#pragma once
/// Papers on a table, a feeder with its faults, and the ledger that hears of them: what
/// happens physically is known here, so that the journal can be held against it.

#include <algorithm>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "firmware-host/station/ledger.h"
#include "firmware-host/station/resume.h"
#include "scanner/feed/feed.h"
#include "tests/unit/firmware-host/scratch.h"

namespace kiemphieu::station::testing {

using PaperId = int;  ///< above 0 a ballot, below 0 a header with that number

/// A feeder that loses, doubles and jams as it is told. Papers that came out lie in `tray`.
class PaperMachine final : public feed::SheetSource {
 public:
  std::string description() const override { return "papers on a table"; }
  Result<void> start() override {
    stopping_ = false;
    return {};
  }
  Result<feed::SheetImage> next() override {
    if (hopper.empty() || (stopping_ && prefetched == 0)) return end();
    if (stopping_) --prefetched;
    const std::size_t left = hopper.size();
    if (jam_at == left) {  // pulled half way, hangs in the machine, the people put it back
      jam_at.reset();
      return fail(ErrorCode::kScannerJam);
    }
    PaperId paper = pull();
    if (lose_at == left) {
      lose_at.reset();
      if (hopper.empty()) return end();
      paper = pull();
    }
    if (double_at == left && !hopper.empty()) {
      double_at.reset();
      pull();
      if (double_counts_one) --counter;
    }
    seen = paper;
    return feed::SheetImage{imaging::Image::blank(1, 1, imaging::PixelFormat::kGray8, 200), ++ordinal_, "paper"};
  }
  void request_stop() override { stopping_ = true; }
  Result<feed::Sensors> sensors() override {
    feed::Sensors sensors;
    if (has_counter) sensors.sheets_fed = counter;
    return sensors;
  }
  PaperId pull() {
    const PaperId paper = hopper.front();
    hopper.pop_front();
    tray.push_back(paper);
    ++counter;
    return paper;
  }

  std::deque<PaperId> hopper;
  std::vector<PaperId> tray;  ///< as they came out
  PaperId seen = 0;           ///< on the last picture
  bool has_counter = true, double_counts_one = false;
  std::uint64_t counter = 1000;
  std::optional<std::size_t> lose_at, double_at, jam_at;  ///< with so many sheets in the hopper
  int prefetched = 0;  ///< come out after a stop was asked

 private:
  static Error end() { return fail(ErrorCode::kScannerNoDocuments); }
  bool stopping_ = false;
  std::uint64_t ordinal_ = 0;
};

inline reading::Fingerprint fingerprint_of(PaperId id) {
  reading::Fingerprint print;
  const int rows[3] = {id % 40, id / 40 % 40, (id * 7) % 40};
  for (std::size_t i = 0; i < 3; ++i) {
    print.lines[i].number = static_cast<std::uint8_t>(i + 1);
    print.lines[i].rows.fill(static_cast<std::uint8_t>(20 + 5 * rows[i]));
  }
  return print;
}

/// The power went.
struct Killed {};

class PileTable : public LedgerEvening {
 public:
  explicit PileTable(const std::string& name) : LedgerEvening(name) {
    REQUIRE((*this)->change_lifecycle(LifecycleEvent::kStartCounting).has_value());
  }

  ScannedSheet picture_of(PaperId id) {
    ScannedSheet sheet;
    const std::string text = "paper " + std::to_string(id) + " picture " + std::to_string(++pictures_);
    sheet.jpeg.assign(text.begin(), text.end());
    if (id < 0) {
      sheet.reading.form = reading::Form::kBatchHeader;
      sheet.reading.contest = contest().id;
      sheet.reading.batch_header = header.value_or(
          reading::BatchHeader{election().digest.hex(), polling_station().id, contest().id, -id});
    } else {
      sheet.reading.form = reading::Form::kBallot;
      sheet.reading.contest = contest().id;
      sheet.reading.seal = reading::SealFinding::kPresent;
      sheet.reading.seal_score = 1;
      sheet.reading.fingerprint = fingerprint_of(id);
      for (const auto& candidate : contest().candidates) {
        const bool kept = candidate.id == contest().candidates.front().id;
        sheet.reading.candidates.push_back(
            {candidate.id, kept ? election::MarkShape::kNone : election::MarkShape::kHorizontal, kept ? 0.0 : 1.0, {}});
      }
    }
    sheet.interpretation = counting::interpret(election(), sheet.reading, contest().id);
    return sheet;
  }

  /// One press of Scan; the feed's end. `kill_at`: the power goes with that many sheets kept.
  ErrorCode feed(std::optional<std::uint64_t> kill_at = std::nullopt, bool kill_before_record = false) {
    const auto begun = (*this)->begin_feed(contest().id);
    REQUIRE_MESSAGE(begun.has_value(), (begun ? "" : begun.error().log_line()));
    feed::Feed run{machine};
    std::uint64_t kept = 0;
    const auto keep = [&](const feed::SheetImage&) -> Result<void> {
      const PaperId paper = machine.seen;
      if (kill_at == kept && kill_before_record) throw Killed{};
      KP_TRY_VOID((*this)->record_sheet(picture_of(paper)));
      recorded[{pile().batch, pile().sheets.back().record.position}] = paper;
      if (kill_at == kept++) throw Killed{};
      return {};
    };
    const auto report = run.run(keep, [&](std::uint64_t counter) { return (*this)->note_counter(counter); });
    REQUIRE((*this)->end_feed({report.end.code, report.end.evidence, report.sheets_fed, report.uncounted,
                               report.counter_after, report.stopped}).has_value());
    return report.end.code;
  }

  /// Start-up after a power cut: what the daemon does, then the look at the counter, and the pictures.
  void start_again() {
    restart();
    if (machine.has_counter && (*this)->wants_counter()) REQUIRE((*this)->note_counter(machine.counter).has_value());
    for (const auto& sheet : (*this)->unknown_papers())
      (*this)->learn_paper(sheet, fingerprint_of(recorded.at({sheet.batch, sheet.position})));
  }

  const journal::BatchState& pile() { return *(*this)->state().open_batch(); }
  void load(const std::vector<PaperId>& papers) {
    machine.tray.clear();
    machine.hopper.assign(papers.begin(), papers.end());
  }
  /// How many papers came out after the one that was recorded last.
  std::uint64_t truly_uncounted() {
    if (pile().sheets.empty()) return machine.tray.size();
    const PaperId last = recorded.at({pile().batch, pile().sheets.back().record.position});
    const auto at = std::find(machine.tray.rbegin(), machine.tray.rend(), last);
    return static_cast<std::uint64_t>(at - machine.tray.rbegin());
  }
  /// From the end of the tray back onto the stack, in order.
  void put_back(std::uint64_t sheets) {
    for (; sheets > 0 && !machine.tray.empty(); --sheets) {
      machine.hopper.push_front(machine.tray.back());
      machine.tray.pop_back();
    }
  }
  /// What the journal counts of the pile, in the order of the papers' numbers.
  std::vector<PaperId> counted(int batch) {
    std::vector<PaperId> papers;
    for (const auto& sheet : (*this)->state().batches().at(batch).sheets)
      if (sheet.counted()) papers.push_back(recorded.at({batch, sheet.record.position}));
    std::sort(papers.begin(), papers.end());
    return papers;
  }

  PaperMachine machine;
  std::map<std::pair<int, int>, PaperId> recorded;  ///< by pile and position
  std::optional<reading::BatchHeader> header;       ///< what any header's code says instead

 private:
  int pictures_ = 0;
};

}  // namespace kiemphieu::station::testing
