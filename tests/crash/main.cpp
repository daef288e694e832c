// Kills, starves and cuts the power of a station at every step by which its
// evening changes the disk, and looks each time whether anything is lost,
// counted twice or told otherwise (docs/reliability.md).
//
// One point is one seed, one fault, one step. A child works the evening until
// the fault; then the station is opened again, checked, and worked to its end.
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstring>
#include <iostream>
#include <random>

#include "config/base/log.h"
#include "tests/crash/evening.h"
#include "tests/crash/fault_disk.h"
#include "tests/unit/support/child.h"

using namespace kiemphieu;
using namespace kiemphieu::crash;

namespace {

class FixedClock final : public Clock {
 public:
  std::chrono::milliseconds monotonic() const override { return std::chrono::milliseconds{0}; }
  std::int64_t wall_unix_s() const override { return 1'773'600'000; }
};

struct Point {
  std::uint64_t seed = 1;
  Fault fault = Fault::kNone;
  std::uint64_t step = 0;
};

Result<std::unique_ptr<station::Ledger>> open_station(const Evening& evening, const std::filesystem::path& folder) {
  static const FixedClock kClock;
  return station::Ledger::open(folder, evening.election, evening.station(), evening.key, kClock);
}

/// Works the evening as a station does that is not restarted: after an error the
/// team presses again. Ends when it is sealed, or when the disk does not come back.
int evening_of_child(const Evening& evening, const std::filesystem::path& folder,
                     const std::function<void(const Acknowledged&)>& say) {
  constexpr int kTries = 12;
  for (int restarts = 0; restarts < 2; ++restarts) {
    auto ledger = open_station(evening, folder);
    for (int tries = 0; ledger && tries < kTries; ++tries)
      if (work(evening, **ledger, say)) return 0;
  }
  return 3;
}

struct Ended {
  std::vector<Acknowledged> said;
  int status = 0;
};

/// From now on, in this process, every step by which the disk changes passes `disk`.
void put_at_the_gate(FaultDisk& disk) {
  put_sqlite_at_the_gate();
  storage::stand_at_disk(&disk);
}

Ended run_child(const Evening& evening, const std::filesystem::path& folder, const Point& point) {
  test::TellingChild<Acknowledged> child{[&](const auto& tell) {
    FaultDisk disk{point.fault, point.step, point.seed * 1'000'003 + point.step};
    put_at_the_gate(disk);
    return evening_of_child(evening, folder, tell);
  }};
  Ended ended;
  Acknowledged told;
  while (child.hear(told)) ended.said.push_back(told);
  ended.status = child.wait();
  return ended;
}

/// After the fault the folder is looked at, then the evening worked to its end. What is wrong, or nothing.
std::string try_point(const Point& point, const std::filesystem::path& folder) {
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  const Evening evening{point.seed};
  const Ended ended = run_child(evening, folder, point);
  if (kills(point.fault) && !WIFSIGNALED(ended.status)) return "the process outlived its fault";
  if (!kills(point.fault) && !WIFEXITED(ended.status)) return fmt::format("the process crashed, signal {}", WTERMSIG(ended.status));
  auto again = open_station(evening, folder);
  if (!again) return "not opened again: " + again.error().log_line();
  if (std::string wrong = wrong_with(evening, folder, **again, ended.said, false); !wrong.empty()) return wrong;
  std::vector<Acknowledged> said = ended.said;
  const auto done = work(evening, **again, [&](const Acknowledged& told) { said.push_back(told); });
  if (!done) return "not worked to the end: " + done.error().log_line();
  return wrong_with(evening, folder, **again, said, true);
}

std::uint64_t steps_of(std::uint64_t seed, const std::filesystem::path& folder) {
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  const Evening evening{seed};
  test::TellingChild<std::uint64_t> child{[&](const auto& tell) {
    FaultDisk disk{Fault::kNone, ~std::uint64_t{0}, seed};
    put_at_the_gate(disk);
    {
      auto ledger = open_station(evening, folder);
      KP_CHECK(ledger.has_value());
      KP_CHECK(work(evening, **ledger, [](const Acknowledged&) {}).has_value());
    }
    tell(disk.steps());
    return 0;
  }};
  std::uint64_t steps = 0;
  KP_CHECK(child.hear(steps));
  child.wait();
  return steps;
}

/// Every step under every fault, over as many seeds as it takes; of `wanted` points a sample.
std::vector<Point> all_points(std::uint64_t first_seed, std::size_t wanted, const std::filesystem::path& folder) {
  std::vector<Point> points;
  for (std::uint64_t seed = first_seed; points.size() < wanted; ++seed) {
    const std::uint64_t steps = steps_of(seed, folder);
    fmt::print("seed {}: {} steps change the disk\n", seed, steps);
    for (int fault = 1; fault < kFaultCount; ++fault)
      for (std::uint64_t step = 1; step <= steps; ++step) points.push_back({seed, static_cast<Fault>(fault), step});
  }
  std::mt19937_64 random{first_seed};
  std::shuffle(points.begin(), points.end(), random);
  points.resize(wanted);
  return points;
}

/// Tries every `jobs`-th point from `first` on; how many went wrong.
int try_share(const std::vector<Point>& points, std::size_t first, std::size_t jobs, const std::filesystem::path& folder) {
  int wrong = 0;
  KP_CHECK(std::freopen((folder.string() + ".log").c_str(), "w", stderr) != nullptr);  // what the stations say
  for (std::size_t i = first; i < points.size(); i += jobs) {
    const Point& point = points[i];
    const std::string what = try_point(point, folder);
    if (!what.empty()) {
      ++wrong;
      fmt::print("\nWRONG --only {}:{}:{} ({}): {}\n", point.seed, static_cast<int>(point.fault), point.step,
                 to_text(point.fault), what);
    }
    if (first == 0 && i % (100 * jobs) == 0) fmt::print("\r{} of {} points", i, points.size()), std::fflush(stdout);
  }
  std::filesystem::remove_all(folder);
  return std::min(wrong, 100);
}

int try_all(const std::vector<Point>& points, std::size_t jobs, const std::filesystem::path& folder) {
  std::fflush(stdout);
  std::vector<pid_t> workers;
  for (std::size_t job = 0; job < jobs; ++job) {
    const pid_t worker = fork();
    KP_CHECK(worker >= 0);
    if (worker == 0) {
      const int wrong = try_share(points, job, jobs, folder / std::to_string(job));
      std::fflush(stdout);
      _exit(wrong);
    }
    workers.push_back(worker);
  }
  int wrong = 0;
  for (const pid_t worker : workers) {
    int status = 0;
    waitpid(worker, &status, 0);
    wrong += WIFEXITED(status) ? WEXITSTATUS(status) : 1;
  }
  return wrong;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Kills a station at the steps by which it changes the disk"};
  std::size_t wanted = 12'000, jobs = 2;
  std::uint64_t seed = 1;
  std::string only, folder = (std::filesystem::temp_directory_path() / fmt::format("kiemphieu-crash-{}", getpid())).string();
  app.add_option("--points", wanted, "how many points, drawn from all")->check(CLI::Range(1, 10'000'000));
  app.add_option("--jobs", jobs)->check(CLI::Range(1, 64));
  app.add_option("--seed", seed, "of the first evening");
  app.add_option("--only", only, "SEED:FAULT:STEP, as a failure names it");
  app.add_option("--folder", folder, "where the stations live");
  CLI11_PARSE(app, argc, argv);
  set_log_level(LogLevel::kError);
  if (!only.empty()) {
    Point point;
    int fault = 0;
    if (std::sscanf(only.c_str(), "%lu:%d:%lu", &point.seed, &fault, &point.step) != 3) return 2;
    point.fault = static_cast<Fault>(fault);
    const std::string what = try_point(point, folder);
    std::filesystem::remove_all(folder);
    fmt::print("{}\n", what.empty() ? "nothing wrong" : what);
    return what.empty() ? 0 : 1;
  }
  std::filesystem::create_directories(folder);
  const std::vector<Point> points = all_points(seed, wanted, std::filesystem::path{folder} / "steps");
  const int wrong = try_all(points, jobs, folder);
  std::filesystem::remove_all(folder);
  fmt::print("\r{} crash points, {} wrong\n", points.size(), wrong);
  return wrong == 0 ? 0 : 1;
}
