// Kills, starves and cuts the power of a station at every step by which its
// evening changes the disk, and looks each time whether anything is lost,
// counted twice or told otherwise (docs/reliability.md).
//
// One point is one seed, one fault, one step, and for some a second fault while
// the station comes up again or a spare takes over.
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <atomic>
#include <random>

#include "config/base/check.h"
#include "config/base/log.h"
#include "tests/crash/scene.h"

using namespace kiemphieu;
using namespace kiemphieu::crash;

namespace {

using Path = std::filesystem::path;

/// Nobody is struck by a second fault that comes later than this after a start.
constexpr std::uint64_t kStartSteps = 40;
/// When the medium has its first records, for certain.
constexpr double kMirroredBy = 0.3;
/// Of all points, those with a fault while coming up, and while taking over.
constexpr double kRecoveries = 0.2, kTakeOvers = 0.05;

constexpr std::array<const char*, 4> kKinds = {"writes", "lost pages", "recovery", "take-over"};
using Wrong = std::array<std::atomic<int>, kKinds.size()>;

std::size_t kind_of(const Point& point) {
  if (point.scene == Scene::kRecovery) return 2;
  if (point.scene == Scene::kTakeOver) return 3;
  return point.first.fault == Fault::kPowerAll || point.first.fault == Fault::kPowerSome ? 1 : 0;
}

struct Wanted {
  std::size_t points = 12'000, jobs = 2;
  std::uint64_t seed = 1, seeds = 4;
};

/// Draws points of all kinds from `seeds` evenings.
class Draw {
 public:
  Draw(const Wanted& wanted, const Path& folder, const Path& stick) : wanted_(wanted), random_{wanted.seed} {
    for (std::uint64_t seed = wanted.seed; seed < wanted.seed + wanted.seeds; ++seed) {
      const std::uint64_t evening = steps_of_evening(seed, folder, stick);
      const std::uint64_t spare = steps_of_take_over(seed, evening / 2, folder, stick);
      fmt::print("seed {}: {} steps change the disk in the evening, {} in a take-over\n", seed, evening, spare);
      steps_[seed] = {evening, spare};
    }
  }

  std::vector<Point> points() {
    const auto share = [&](double part) { return static_cast<std::size_t>(static_cast<double>(wanted_.points) * part); };
    std::vector<Point> points = evenings(wanted_.points - share(kRecoveries) - share(kTakeOvers));
    for (std::size_t i = 0; i < share(kRecoveries); ++i) points.push_back(recovery());
    for (std::size_t i = 0; i < share(kTakeOvers); ++i) points.push_back(take_over());
    std::shuffle(points.begin(), points.end(), random_);
    return points;
  }

 private:
  struct Steps {
    std::uint64_t evening = 0, take_over = 0;
  };

  std::uint64_t up_to(std::uint64_t last) { return 1 + random_() % last; }
  Fault any_fault() { return static_cast<Fault>(up_to(kFaultCount - 1)); }
  Fault deadly_fault() { return static_cast<Fault>(up_to(4)); }  // the first four, fault_disk.h

  /// Every step under every fault; of more than `count` a sample.
  std::vector<Point> evenings(std::size_t count) {
    std::vector<Point> points;
    for (const auto& [seed, steps] : steps_)
      for (int fault = 1; fault < kFaultCount; ++fault)
        for (std::uint64_t step = 1; step <= steps.evening; ++step)
          points.push_back({seed, Scene::kEvening, {static_cast<Fault>(fault), step}, {}});
    std::shuffle(points.begin(), points.end(), random_);
    points.resize(std::min(count, points.size()));
    return points;
  }

  std::uint64_t any_seed() { return wanted_.seed + random_() % wanted_.seeds; }

  Point recovery() {
    const std::uint64_t seed = any_seed();
    return {seed, Scene::kRecovery, {deadly_fault(), up_to(steps_[seed].evening)}, {any_fault(), up_to(kStartSteps)}};
  }

  Point take_over() {
    const std::uint64_t seed = any_seed();
    const auto [evening, spare] = steps_[seed];
    const auto early = static_cast<std::uint64_t>(static_cast<double>(evening) * kMirroredBy);
    return {seed, Scene::kTakeOver, {deadly_fault(), early + up_to(evening - early)}, {any_fault(), up_to(spare)}};
  }

  Wanted wanted_;
  std::mt19937_64 random_;
  std::map<std::uint64_t, Steps> steps_;
};

/// Tries every `jobs`-th point from `first` on.
void try_share(const std::vector<Point>& points, std::size_t first, std::size_t jobs, const Path& folder, Wrong& wrong) {
  KP_CHECK(std::freopen(((folder / std::to_string(first)).string() + ".log").c_str(), "w", stderr) != nullptr);
  for (std::size_t i = first; i < points.size(); i += jobs) {
    const Point& point = points[i];
    const std::string what = try_point(point, folder / std::to_string(first), folder / "stick");
    if (!what.empty()) {
      ++wrong[kind_of(point)];
      fmt::print("\nWRONG --only {} ({}, {}): {}\n", to_text(point), kKinds[kind_of(point)], to_text(point.first.fault), what);
    }
    if (first == 0 && i % (100 * jobs) == 0) fmt::print("\r{} of {} points", i, points.size()), std::fflush(stdout);
  }
}

/// In `jobs` processes. How many workers did not come to their end.
int try_all(const std::vector<Point>& points, std::size_t jobs, const Path& folder, Wrong& wrong) {
  std::fflush(stdout);
  std::vector<pid_t> workers;
  for (std::size_t job = 0; job < jobs; ++job) {
    const pid_t worker = fork();
    KP_CHECK(worker >= 0);
    if (worker == 0) {
      try_share(points, job, jobs, folder, wrong);
      std::fflush(stdout);
      _exit(0);
    }
    workers.push_back(worker);
  }
  int died = 0;
  for (const pid_t worker : workers) {
    int status = 0;
    waitpid(worker, &status, 0);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) ++died;
  }
  return died;
}

/// One line a kind, which scripts/crash-test reads.
int account(const std::vector<Point>& points, const Wrong& wrong, int died) {
  std::array<std::size_t, kKinds.size()> tried{};
  for (const Point& point : points) ++tried[kind_of(point)];
  int all = died;
  fmt::print("\r");
  for (std::size_t kind = 0; kind < kKinds.size(); ++kind) {
    fmt::print("{}: {} points, {} wrong\n", kKinds[kind], tried[kind], wrong[kind].load());
    all += wrong[kind];
  }
  if (died > 0) fmt::print("{} workers died\n", died);
  fmt::print("{} crash points, {} wrong\n", points.size(), all);
  return all == 0 ? 0 : 1;
}

/// In memory where there is some: what is lost without a sync is what FaultDisk says is lost.
Path default_folder() {
  const Path memory = "/dev/shm";
  const Path below = std::filesystem::exists(memory) ? memory : std::filesystem::temp_directory_path();
  return below / fmt::format("kiemphieu-crash-{}", getpid());
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Kills a station at the steps by which it changes the disk"};
  Wanted wanted;
  std::string only, folder = default_folder().string();
  app.add_option("--points", wanted.points, "how many points, drawn from all")->check(CLI::Range(1, 10'000'000));
  app.add_option("--jobs", wanted.jobs)->check(CLI::Range(1, 64));
  app.add_option("--seed", wanted.seed, "of the first evening");
  app.add_option("--seeds", wanted.seeds, "how many evenings")->check(CLI::Range(1, 1000));
  app.add_option("--only", only, "SEED:FAULT:STEP…, as a failure names it");
  app.add_option("--folder", folder, "where the stations live");
  CLI11_PARSE(app, argc, argv);
  set_log_level(LogLevel::kError);
  prepare_stick(Path{folder} / "stick");
  int code = 2;
  if (Point point; !only.empty() && parse(only, point)) {
    const std::string what = try_point(point, Path{folder} / "only", Path{folder} / "stick");
    fmt::print("{}\n", what.empty() ? "nothing wrong" : what);
    code = what.empty() ? 0 : 1;
  } else if (only.empty()) {
    const std::vector<Point> points = Draw{wanted, Path{folder} / "steps", Path{folder} / "stick"}.points();
    void* shared = ::mmap(nullptr, sizeof(Wrong), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    KP_CHECK(shared != MAP_FAILED);
    auto* wrong = new (shared) Wrong{};
    const int died = try_all(points, wanted.jobs, folder, *wrong);
    code = account(points, *wrong, died);
  }
  std::filesystem::remove_all(folder);
  return code;
}
