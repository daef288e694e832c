// accuracy: forges populations of ballots, reads them, and reports how many were
// silently wrong and how many went to people for nothing. Exit 1 when one was
// silently wrong, 2 when the run itself failed.
#include <fcntl.h>
#include <malloc.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <thread>

#include <fmt/format.h>
#include <opencv2/core/utility.hpp>

#include "config/crypto/sha256.h"
#include "tests/accuracy/pictures.h"
#include "tests/accuracy/report.h"

namespace kiemphieu::accuracy {
namespace {

struct Options {
  std::uint64_t positions = 1'000'000, seed = 1;
  std::string population = "all";
  int threads = 2;
  bool resume = false;
  std::string state = "build/accuracy/state.tsv", save, report, only, out;
};

Draw draw_of(const Options& options) { return {options.seed, forge::population_from(options.population)}; }

/// What a state file must have been made with to be gone on with: another program reads differently.
std::string header_of(const Options& options) {
  std::ifstream self("/proc/self/exe", std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(self), {}};
  return fmt::format("accuracy\t1\tseed {}\tpopulation {}\tprogram {}", options.seed, options.population,
                     crypto::sha256(as_bytes(bytes)).short_hex());
}

/// The progress bar on a terminal's or a log's standard error.
class Progress {
 public:
  explicit Progress(std::uint64_t chunks) : chunks_(chunks), start_(Clock::now()) {}

  void show(const State& state) {
    const double done = static_cast<double>(state.done.size()) / static_cast<double>(chunks_);
    if (first_ < 0) first_ = done;
    const double spent = std::chrono::duration<double>(Clock::now() - start_).count();
    const double left = done > first_ ? spent * (1 - done) / (done - first_) : 0;
    std::uint64_t lines = 0, wrong = 0;
    for (const auto& [key, counts] : state.tally.rows()) {
      if (key.first == "lines") lines += counts.all;
      if (key.first == "sheets") wrong += counts.wrong;
    }
    constexpr int kBar = 30;
    const int filled = static_cast<int>(done * kBar);
    fmt::print(stderr, "\r[{}{}] {:5.1f} %  {} name lines  {} silently wrong  {}:{:02} left ",
               std::string(static_cast<std::size_t>(filled), '#'),
               std::string(static_cast<std::size_t>(kBar - filled), '.'), 100 * done, lines, wrong,
               static_cast<int>(left) / 60, static_cast<int>(left) % 60);
  }
  static void end() { fmt::print(stderr, "\n"); }

 private:
  using Clock = std::chrono::steady_clock;
  std::uint64_t chunks_;
  Clock::time_point start_;
  double first_ = -1;
};

/// The file that chunks are appended to.
class StateFile {
 public:
  StateFile(const std::string& path, const std::string& header, bool fresh) {
    std::error_code ignored;
    std::filesystem::create_directories(std::filesystem::path(path).parent_path(), ignored);
    file_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | (fresh ? O_TRUNC : 0), 0644);
    if (fresh && ok()) append(header + "\n");
  }
  ~StateFile() {
    if (ok()) ::close(file_);
  }
  StateFile(const StateFile&) = delete;
  StateFile& operator=(const StateFile&) = delete;
  bool ok() const { return file_ >= 0; }
  bool append(const std::string& text) {
    return ::write(file_, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  }

 private:
  int file_ = -1;
};

int chunks_for(const Press& press, const Draw& draw, std::uint64_t positions) {
  std::uint64_t lines = 0;
  int chunks = 0;
  // One sheet in fifty or so is no ballot and has no lines.
  while (lines < positions + positions / 40)
    lines += static_cast<std::uint64_t>(lines_of_chunk(press, draw, chunks++));
  return chunks;
}

bool run_chunks(Press& press, const Options& options, int chunks, State& state, StateFile& file) {
  const Draw draw = draw_of(options);
  std::atomic<int> next{0};
  std::atomic<bool> failed{false};
  std::mutex mutex;
  Progress progress(static_cast<std::uint64_t>(chunks));
  const std::set<int> done = state.done;
  const auto work = [&] {
    for (int number = next++; number < chunks && !failed; number = next++) {
      if (done.contains(number)) continue;
      const ChunkResult result = run_chunk(press, draw, number, options.save);
      const std::lock_guard lock{mutex};
      state.add(result);
      if (!file.append(to_text(result))) failed = true;
      progress.show(state);
    }
  };
  std::vector<std::thread> pool;
  for (int i = 1; i < options.threads; ++i) pool.emplace_back(work);
  work();
  for (std::thread& thread : pool) thread.join();
  Progress::end();
  return !failed;
}

void write_report(Press& press, const Options& options, const State& state) {
  const std::filesystem::path path(options.report), folder = path.parent_path() / path.stem();
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
  std::vector<Shown> pictures;
  for (const Remark& remark : worst_of(state, 8)) {
    const std::string name = fmt::format("{}-{}.png", remark.chunk, remark.sheet);
    save_annotated(replay(press, pile_of_chunk(press, draw_of(options), remark.chunk), remark.sheet),
                   (folder / name).string());
    pictures.push_back({remark, (path.stem() / name).string()});
  }
  std::ofstream out(path);
  out << report(state,
                fmt::format("scripts/accuracy --positions {} --seed {}{}", options.positions, options.seed,
                            options.population == "all" ? "" : " --population " + options.population),
                pictures);
}

void print_summary(const State& state) {
  for (const char* population : {"clean", "wear", "hard"}) {
    const Counts sheets = state.tally.at("sheets", population), lines = state.tally.at("lines", population);
    if (sheets.all == 0) continue;
    fmt::print("{:<6} {} name lines, {} sheets: silently wrong {}; clear sheets to people {}\n", population,
               lines.all, sheets.all, sheets.wrong, share(sheets.asked, sheets.clear));
  }
  for (const Remark& remark : state.remarks)
    if (remark.kind == "wrong") fmt::print("WRONG {}:{} {}\n", remark.chunk, remark.sheet, remark.text);
  const double sheets = std::max(1.0, static_cast<double>(state.done.size() * kSheetsPerChunk)) * 1000;
  fmt::print("forge {:.1f} ms, read {:.1f} ms a sheet on one thread\n",
             static_cast<double>(state.forge_us) / sheets, static_cast<double>(state.read_us) / sheets);
}

int run(const Options& options) {
  Press press;
  const Draw draw = draw_of(options);
  const int chunks = chunks_for(press, draw, options.positions);
  const std::string header = header_of(options);
  State state;
  if (options.resume) {
    auto found = load_state(options.state, header);
    if (!found) {
      fmt::print(stderr, "accuracy: {} was not made by this program with this seed and population\n",
                 options.state);
      return 2;
    }
    state = *std::move(found);
  }
  StateFile file(options.state, header, !options.resume);
  if (!file.ok() || !run_chunks(press, options, chunks, state, file)) {
    fmt::print(stderr, "accuracy: cannot write {}\n", options.state);
    return 2;
  }
  std::sort(state.remarks.begin(), state.remarks.end(), [](const Remark& a, const Remark& b) {
    return std::pair(a.chunk, a.sheet) < std::pair(b.chunk, b.sheet);
  });
  print_summary(state);
  if (!options.report.empty()) write_report(press, options, state);
  for (const Remark& remark : state.remarks)
    if (remark.kind == "wrong") return 1;
  return 0;
}

/// --only CHUNK:SHEET
int run_only(const Options& options) {
  int chunk = 0, sheet = 0;
  if (std::sscanf(options.only.c_str(), "%d:%d", &chunk, &sheet) != 2 || chunk < 0 || sheet < 0 ||
      sheet >= kSheetsPerChunk) {
    fmt::print(stderr, "accuracy: --only takes CHUNK:SHEET, for example 12:7\n");
    return 2;
  }
  Press press;
  const Replay made = replay(press, pile_of_chunk(press, draw_of(options), chunk), sheet);
  const bool wrong = made.judged.verdict == golden::Verdict::kWrong;
  fmt::print("{}truth {}; {}\n", wrong ? "WRONG " : "", to_text(made.judged.truth.expected), made.judged.why);
  if (!options.out.empty()) {
    save_scan(made.picture, options.out);
    save_annotated(made, std::filesystem::path(options.out).replace_extension(".annotated.png").string());
  }
  return wrong ? 1 : 0;
}

}  // namespace
}  // namespace kiemphieu::accuracy

int main(int argc, char** argv) {
  using namespace kiemphieu::accuracy;
  Options options;
  CLI::App app{
      "How often the reader is silently wrong, and how often it asks for nothing, on forged ballots"};
  app.add_option("--positions", options.positions, "Name lines to read")->capture_default_str();
  app.add_option("--seed", options.seed, "Seed of everything")->capture_default_str();
  app.add_option("--population", options.population, "clean, wear, hard, or all three as 3 : 4 : 3")
      ->check(CLI::IsMember({"all", "clean", "wear", "hard"}));
  app.add_option("--threads", options.threads, "Threads")->check(CLI::Range(1, 64))->capture_default_str();
  app.add_option("--state", options.state, "Finished chunks are appended here")->capture_default_str();
  app.add_flag("--resume", options.resume, "Go on with the state file");
  app.add_option("--save", options.save, "Folder for the scan of every silent error");
  app.add_option("--report", options.report, "Markdown to write; its pictures go into a folder of its name");
  app.add_option("--only", options.only, "Read one sheet again: CHUNK:SHEET");
  app.add_option("--out", options.out, "With --only: write the scan here, and an annotated one beside it");
  CLI11_PARSE(app, argc, argv);
  // Pages of some megabytes come and go all the time: keep them, the kernel would clear each anew.
  mallopt(M_MMAP_THRESHOLD, 256 << 20);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
  cv::setNumThreads(1);  // the threads are ours: one sheet each
  return options.only.empty() ? run(options) : run_only(options);
}
