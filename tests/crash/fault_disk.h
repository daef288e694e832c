#pragma once
/// Stands at the disk (config/storage/disk_gate.h), counts its steps, and at one
/// of them makes happen what can happen to a station's PC.

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "config/storage/disk_gate.h"

namespace kiemphieu::crash {

enum class Fault : std::uint8_t {
  kNone,         ///< only counts
  kKilled,       ///< the process dies before the step
  kTornWrite,    ///< half of the write is made, then the process dies
  kPowerAll,     ///< power goes: nothing that was not synced is there
  kPowerSome,    ///< power goes: any of it may be there, page by page and name by name
  kIoError,      ///< the step fails once
  kDiskFull,     ///< it and the next steps fail, then there is room again
  kShortWrite,   ///< half is written, then the disk is full once
  kReadOnly,     ///< it and all that follow fail until the restart
};
inline constexpr int kFaultCount = 9;
std::string_view to_text(Fault fault);

/// Does the process die of it?
bool kills(Fault fault);

class FaultDisk final : public storage::DiskGate {
 public:
  /// `fault` at the `at`-th step, from 1. `seed` says what survives a power cut.
  FaultDisk(Fault fault, std::uint64_t at, std::uint64_t seed) : fault_(fault), at_(at), random_(seed) {}
  int pass(storage::DiskStep& step) override;
  std::uint64_t steps() const { return steps_; }

 private:
  /// What is durable of a file whose pages were written since it was synced.
  struct Shadow {
    std::int64_t durable_bytes = 0;
    std::map<std::int64_t, Bytes> pages;  ///< by number, as they were; empty: beyond the end
  };
  struct NameChange {
    storage::DiskStepKind kind;
    std::string path, target, backup;  ///< `backup`: another name of what was replaced or removed
  };
  int fail_now(storage::DiskStep& step);
  void remember(const storage::DiskStep& step);
  void remember_pages(const std::string& path, std::int64_t from, std::int64_t to);
  std::string keep_a_name(const std::string& path);
  void folder_is_durable(const std::string& folder);
  [[noreturn]] void cut_power();
  bool survives();
  void lose_pages(const std::string& path, const Shadow& shadow);
  void lose_name(const NameChange& change);

  Fault fault_;
  std::uint64_t at_, steps_ = 0, backups_ = 0;
  std::mt19937_64 random_;
  std::map<std::string, Shadow> unsynced_;
  std::vector<NameChange> names_;
};

/// SQLite's files go through the gate too, from now on, for every connection of the process.
void put_sqlite_at_the_gate();

}  // namespace kiemphieu::crash
