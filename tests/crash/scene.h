#pragma once
/// One crash point tried: the station brought to it, stopped there, opened again,
/// looked at, and worked to its end.

#include <filesystem>
#include <string>

#include "tests/crash/fault_disk.h"

namespace kiemphieu::crash {

enum class Scene : std::uint8_t {
  kEvening,   ///< one fault
  kRecovery,  ///< and a second one while the station comes up again
  kTakeOver,  ///< the PC dies for good, and the fault strikes the spare that goes on from the mirror
};

/// `fault` at the `step`-th step.
struct Strike {
  Fault fault = Fault::kNone;
  std::uint64_t step = 0;
};

struct Point {
  std::uint64_t seed = 1;
  Scene scene = Scene::kEvening;
  Strike first, second;  ///< the second of recovery and take-over alone
};

/// As `--only` takes it: SEED:FAULT:STEP, and of a second strike :recovery or :take-over and :FAULT:STEP.
std::string to_text(const Point& point);
/// False: it says no point.
bool parse(const std::string& text, Point& point);

/// Makes the mirror's stick, with its code, that every point begins with.
void prepare_stick(const std::filesystem::path& folder);

/// Works in `folder`, which is emptied first; `stick` is prepare_stick()'s.
/// What is wrong, in words; empty: nothing.
std::string try_point(const Point& point, const std::filesystem::path& folder, const std::filesystem::path& stick);

/// How many steps change the disk in an evening; in a take-over of one that died at `dies_at`.
std::uint64_t steps_of_evening(std::uint64_t seed, const std::filesystem::path& folder, const std::filesystem::path& stick);
std::uint64_t steps_of_take_over(std::uint64_t seed, std::uint64_t dies_at, const std::filesystem::path& folder,
                                 const std::filesystem::path& stick);

}  // namespace kiemphieu::crash
