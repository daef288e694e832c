#pragma once
/// The example's election in a scratch folder, and over it a ledger that can be stopped and opened again.

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>

#include "firmware-host/station/ledger.h"

namespace kiemphieu::station::testing {

class FixedClock final : public Clock {
 public:
  std::chrono::milliseconds monotonic() const override { return std::chrono::milliseconds{0}; }
  std::int64_t wall_unix_s() const override { return 1'773'600'000; }
};

/// What every station needs: a folder that goes with it, the election, a key, a clock.
class Scratch {
 public:
  explicit Scratch(const std::string& name)
      : folder_(std::filesystem::temp_directory_path() / ("kp-" + name + "-" + std::to_string(::getpid()))) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    auto loaded = election::load("config/examples/election.json");
    REQUIRE(loaded.has_value());
    election_ = *std::move(loaded);
  }
  ~Scratch() { std::filesystem::remove_all(folder_); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  const std::filesystem::path& folder() const { return folder_; }
  const election::Election& election() const { return election_; }
  const election::Contest& contest() const { return election_.contests.front(); }
  const election::Station& polling_station() const { return election_.stations.front(); }
  std::unique_ptr<Ledger> open_ledger() const {
    auto opened = Ledger::open(folder_, election_, polling_station(), key_, clock_);
    REQUIRE(opened.has_value());
    return *std::move(opened);
  }

 private:
  std::filesystem::path folder_;
  election::Election election_;
  crypto::SigningKey key_ = crypto::SigningKey::generate();
  FixedClock clock_;
};

/// One evening over a real journal.
class LedgerEvening : public Scratch {
 public:
  explicit LedgerEvening(const std::string& name) : Scratch(name), ledger_(open_ledger()) {}

  void stop() { ledger_.reset(); }
  /// What a power cut leaves: the journal, nothing else.
  void restart() {
    stop();
    ledger_ = open_ledger();
  }
  Ledger& operator*() { return *ledger_; }
  Ledger* operator->() { return ledger_.get(); }

 private:
  std::unique_ptr<Ledger> ledger_;
};

}  // namespace kiemphieu::station::testing
