#pragma once
/// A station with real journal, reader and templates in a scratch folder, and a
/// scripted stack of paper: blank ballots of the example's first contest.

#include <doctest/doctest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "firmware-host/station/station.h"
#include "tally/forms/print.h"

namespace kiemphieu::station::testing {

/// Gives `sheets` copies of one picture, then `end`; a second start() gives the rest after a fault.
class ScriptedSource final : public feed::SheetSource {
 public:
  struct Script {
    imaging::Image picture;
    int sheets = 3;
    ErrorCode end = ErrorCode::kScannerNoDocuments;
    ErrorCode start = ErrorCode::kScannerNoDocuments;  ///< other than this: start() fails with it
  };
  explicit ScriptedSource(const Script& script) : script_(script) {}

  std::string description() const override { return "scripted stack"; }
  Result<void> start() override {
    if (script_.start != ErrorCode::kScannerNoDocuments) return fail(script_.start, "scripted");
    return {};
  }
  Result<feed::SheetImage> next() override {
    if (stop_ || given_ == script_.sheets) return fail(stop_ ? ErrorCode::kScannerNoDocuments : script_.end, "scripted");
    ++given_;
    return feed::SheetImage{script_.picture, static_cast<std::uint64_t>(given_), "sheet"};
  }
  void request_stop() override { stop_ = true; }
  Result<feed::Sensors> sensors() override { return feed::Sensors{}; }

 private:
  const Script& script_;
  int given_ = 0;
  std::atomic<bool> stop_{false};
};

class WallClock final : public Clock {
 public:
  std::chrono::milliseconds monotonic() const override { return std::chrono::milliseconds{0}; }
  std::int64_t wall_unix_s() const override { return 1'773'600'000; }
};

class RunningStation {
 public:
  explicit RunningStation(const std::string& name)
      : folder_(std::filesystem::temp_directory_path() / ("kp-" + name + "-" + std::to_string(::getpid()))) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    auto loaded = election::load("config/examples/election.json");
    REQUIRE(loaded.has_value());
    election_ = *std::move(loaded);
    auto ballot = forms::compose_ballot(election_, contest(), {});
    REQUIRE(ballot.has_value());
    script.picture = ballot->form.reference;
    auto reader = reading::Reader::create({std::move(ballot->form)});
    REQUIRE(reader.has_value());
    auto ledger = Ledger::open(folder_, election_, polling_station(), key_, clock_);
    REQUIRE(ledger.has_value());
    station_ = std::make_unique<Station>(*std::move(ledger), SheetPipeline{election_, *std::move(reader)}, [this](Paper paper) {
      opened.push_back(paper);
      return Result<std::unique_ptr<feed::SheetSource>>{std::make_unique<ScriptedSource>(script)};
    });
  }
  ~RunningStation() {
    station_.reset();
    std::filesystem::remove_all(folder_);
  }
  RunningStation(const RunningStation&) = delete;
  RunningStation& operator=(const RunningStation&) = delete;

  Station& operator*() { return *station_; }
  Station* operator->() { return station_.get(); }
  const election::Election& election() const { return election_; }
  const election::Contest& contest() const { return election_.contests.front(); }
  const election::Station& polling_station() const { return election_.stations.front(); }
  /// Scans and waits until the feeder rests.
  void scan_to_the_end() {
    REQUIRE(station_->scan(contest().id).has_value());
    rest();
  }
  /// shutdown() alone would ask the feeder to stop.
  void rest() {
    while (station_->view()->scanning) std::this_thread::yield();
    REQUIRE(station_->shutdown(std::chrono::seconds{60}));
  }

  ScriptedSource::Script script;
  std::vector<Paper> opened;  ///< for what the scanner was opened, in order

 private:
  std::filesystem::path folder_;
  election::Election election_;
  crypto::SigningKey key_ = crypto::SigningKey::generate();
  WallClock clock_;
  std::unique_ptr<Station> station_;
};

}  // namespace kiemphieu::station::testing
