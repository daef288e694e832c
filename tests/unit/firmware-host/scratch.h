#pragma once
/// The example's election in a scratch folder, and over it a ledger that can be stopped and opened again.

#include <doctest/doctest.h>
#include <unistd.h>

#include <atomic>
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

/// A key in a token that can be pulled out.
class PullableSigner final : public crypto::Signer {
 public:
  PullableSigner(const crypto::SigningKey& key, const std::atomic<bool>& pulled) : key_(&key), pulled_(&pulled) {}
  Result<crypto::Signature> sign(ByteView message) override {
    if (*pulled_) return fail(ErrorCode::kKeyTokenGone, "pulled");
    return key_->sign(message);
  }
  Result<void> save(const std::filesystem::path& path) const override { return key_->save(path); }

 private:
  const crypto::SigningKey* key_;
  const std::atomic<bool>* pulled_;
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
  void destroy_images_at_sealing() { election_.destroy_images_at_sealing = true; }
  const election::Contest& contest() const { return election_.contests.front(); }
  const election::Station& polling_station() const { return election_.stations.front(); }
  std::unique_ptr<Ledger> open_ledger() const {
    auto opened = Ledger::open(folder_, election_, polling_station(), key_, clock_);
    REQUIRE(opened.has_value());
    return *std::move(opened);
  }

  std::atomic<bool> pulled{false};  ///< true: the token with the key is out

 private:
  std::filesystem::path folder_;
  election::Election election_;
  crypto::SigningKey inner_key_ = crypto::SigningKey::generate();
  crypto::SigningKey key_{inner_key_.public_key(), std::make_unique<PullableSigner>(inner_key_, pulled)};
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
