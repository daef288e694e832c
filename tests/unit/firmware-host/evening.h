#pragma once
/// A station with real journal, reader and templates in a scratch folder, and a
/// scripted stack of paper: blank ballots of the example's first contest.

#include <doctest/doctest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "firmware-host/station/station.h"
#include "tally/forms/print.h"
#include "tests/unit/firmware-host/scratch.h"

namespace kiemphieu::station::testing {

/// Gives `sheets` copies of one picture, then `end`; a second start() gives the rest after a fault.
class ScriptedSource final : public feed::SheetSource {
 public:
  struct Script {
    imaging::Image picture;
    int sheets = 3;
    ErrorCode end = ErrorCode::kScannerNoDocuments;
    bool end_beats_stop = false;  ///< `end` comes although a stop was asked
    std::function<void(int)> before_sheet{};  ///< called with its number as it comes
    ErrorCode start = ErrorCode::kScannerNoDocuments;  ///< other than this: start() fails with it
  };
  explicit ScriptedSource(const Script& script) : script_(script) {}

  std::string description() const override { return "scripted stack"; }
  Result<void> start() override {
    if (script_.start != ErrorCode::kScannerNoDocuments) return fail(script_.start, "scripted");
    stop_ = false;
    return {};
  }
  Result<feed::SheetImage> next() override {
    const bool faulty = script_.end_beats_stop && given_ == script_.sheets;
    if (stop_ || given_ == script_.sheets) return fail(stop_ && !faulty ? ErrorCode::kScannerNoDocuments : script_.end, "scripted");
    ++given_;
    if (script_.before_sheet) script_.before_sheet(given_);
    return feed::SheetImage{script_.picture, static_cast<std::uint64_t>(given_), "sheet"};
  }
  void request_stop() override { stop_ = true; }
  Result<feed::Sensors> sensors() override { return feed::Sensors{}; }

 private:
  const Script& script_;
  int given_ = 0;
  std::atomic<bool> stop_{false};
};

class RunningStation : public Scratch {
 public:
  explicit RunningStation(const std::string& name) : Scratch(name) {
    auto ballot = forms::compose_ballot(election(), contest(), {});
    REQUIRE(ballot.has_value());
    script.picture = ballot->form.reference;
    auto reader = reading::Reader::create({std::move(ballot->form)});
    REQUIRE(reader.has_value());
    station_ = std::make_unique<Station>(open_ledger(), SheetPipeline{election(), *std::move(reader)}, [this](Paper paper) {
      opened.push_back(paper);
      return Result<std::unique_ptr<feed::SheetSource>>{std::make_unique<ScriptedSource>(script)};
    });
  }

  Station& operator*() { return *station_; }
  Station* operator->() { return station_.get(); }
  /// Scans and waits until the feeder rests.
  void scan_to_the_end() {
    REQUIRE(station_->scan(contest().id).has_value());
    rest();
  }
  /// Ends the station as a stop of the daemon does: the journal is closed.
  void close() { station_.reset(); }
  /// shutdown() alone would ask the feeder to stop.
  void rest() {
    come_to_rest();
    REQUIRE(station_->shutdown(std::chrono::seconds{60}));
  }

  /// Without the shutdown, after which the power moves nothing any more.
  void come_to_rest() {
    while (station_->view()->scanning) std::this_thread::yield();
  }

  ScriptedSource::Script script;
  std::vector<Paper> opened;  ///< for what the scanner was opened, in order

 private:
  std::unique_ptr<Station> station_;
};

}  // namespace kiemphieu::station::testing
