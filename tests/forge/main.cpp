// kiemphieu-forge: a test tool that marks and scans blank ballots, with known truth.

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <atomic>
#include <fstream>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "config/imaging/codec.h"
#include "tests/forge/blank.h"
#include "tests/forge/population.h"
#include "tests/forge/situation.h"
#include "tests/forge/tally_files.h"
#include "tests/forge/truth_json.h"

namespace kiemphieu::forge {
namespace {

struct Options {
  std::string election, station, forms, out, physics = "office", population, format = "jpeg";
  std::vector<std::string> contests;  ///< empty: all of the station
  std::string situation, slip = "none";
  int ballots = 100;
  int jobs = 0;
  std::uint64_t seed = 1;
};

/// Test pictures need not survive a power cut.
Result<void> write_file(const std::filesystem::path& path, ByteView bytes) {
  std::ofstream file(path, std::ios::binary);
  file.write(as_text(bytes).data(), static_cast<std::streamsize>(bytes.size()));
  if (!file.flush()) return fail(ErrorCode::kStorageIo, path.string());
  return {};
}

Result<void> write_sheet(const BallotForge& forge, const SheetPlan& plan, const std::filesystem::path& path) {
  const imaging::Image picture = forge.make(plan);
  KP_TRY(const Bytes file, path.extension() == ".png"
                               ? imaging::encode_png(picture.view())
                               : imaging::encode_jpeg(picture.view(), plan.scanner.jpeg_quality));
  return write_file(path, file);
}

/// Runs job(0) … job(count - 1) on `threads` threads; the first error wins.
Result<void> in_parallel(std::size_t count, int threads,
                         const std::function<Result<void>(std::size_t)>& job) {
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  std::optional<Error> first;
  const auto work = [&] {
    for (std::size_t i = next++; i < count; i = next++)
      if (auto done = job(i); !done) {
        const std::lock_guard lock{mutex};
        if (!first) first = done.error();
        next = count;
      }
  };
  std::vector<std::thread> pool;
  for (int i = 1; i < threads; ++i) pool.emplace_back(work);
  work();
  for (std::thread& thread : pool) thread.join();
  if (first) return *first;
  return {};
}

struct ContestSheets {
  BallotForge forge;
  std::array<std::uint8_t, 3> paper{};
};

Result<ContestSheets> load_contest(const election::Election& election, const std::string& id,
                                   const Options& options) {
  const election::Contest* contest = election.find_contest(id);
  if (contest == nullptr) return fail(ErrorCode::kUnknownContest, id);
  KP_TRY(BallotForge forge, load_forge(options.forms, id));
  return ContestSheets{std::move(forge), contest->paper.rgb};
}

std::string other_than(const election::Election& election, const std::string& id) {
  for (const election::Contest& contest : election.contests)
    if (contest.id != id) return contest.id;
  return id;
}

/// A polling day's ballots, or as many of a population.
std::vector<SheetPlan> plans_of(const Options& options, const ContestSheets& sheets,
                                const std::string& other_contest) {
  if (const auto population = population_from(options.population))
    return pile_of(*population, sheets.forge.form(), sheets.paper, other_contest, options.ballots,
                   options.seed);
  return electorate(sheets.forge.form(), sheets.paper, options.ballots, options.seed,
                    *physics_level_from(options.physics));
}

Result<void> run_electorate(const Options& options) {
  KP_TRY(const election::Election election, election::load(options.election));
  const election::Station* station = election.find_station(options.station);
  if (station == nullptr) return fail(ErrorCode::kUnknownStation, options.station);
  const std::filesystem::path out{options.out};
  const int threads =
      options.jobs > 0 ? options.jobs : static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  const std::string& made_as = options.population.empty() ? options.physics : options.population;
  TruthFile truth{election.id, station->id, made_as, options.seed, {}, {}};
  for (const election::Contest& contest : election.contests) {
    const auto& wanted = options.contests;
    if (!station->has_contest(contest.id)) continue;
    if (!wanted.empty() && std::find(wanted.begin(), wanted.end(), contest.id) == wanted.end()) continue;
    KP_TRY(const ContestSheets sheets, load_contest(election, contest.id, options));
    std::error_code failed;
    std::filesystem::create_directories(out / contest.id, failed);
    if (failed) return fail(ErrorCode::kStorageIo, (out / contest.id).string());
    const auto plans = plans_of(options, sheets, other_than(election, contest.id));
    TruthTotals totals = empty_totals(sheets.forge.form());
    const std::size_t first = truth.sheets.size();
    for (std::size_t i = 0; i < plans.size(); ++i) {
      truth.sheets.push_back(
          {fmt::format("{}/{:04}.{}", contest.id, i + 1, options.format == "png" ? "png" : "jpg"),
           truth_of(plans[i], sheets.forge.form())});
      add(totals, truth.sheets.back().truth);
    }
    truth.totals.push_back(std::move(totals));
    KP_TRY_VOID(in_parallel(plans.size(), threads, [&](std::size_t i) {
      return write_sheet(sheets.forge, plans[i], out / truth.sheets[first + i].file);
    }));
  }
  return write_file(out / "truth.json", as_bytes(to_json(truth)));
}

Result<void> run_single(const Options& options) {
  KP_TRY(const election::Election election, election::load(options.election));
  const Situation* situation = find_situation(options.situation);
  KP_TRY(const ContestSheets sheets, load_contest(election, options.contests.at(0), options));
  const SheetPlan plan = plan_situation(*situation, sheets.forge.form(), sheets.paper, options.seed,
                                        *physics_level_from(options.physics));
  const std::filesystem::path out{options.out};
  KP_TRY_VOID(write_sheet(sheets.forge, plan, out));
  fmt::print("{}\n", to_json(TruthSheet{out.filename().string(), truth_of(plan, sheets.forge.form())}));
  return {};
}

Result<void> run_tally_sheets(const Options& options) {
  KP_TRY(const election::Election election, election::load(options.election));
  const election::Station* station = election.find_station(options.station);
  if (station == nullptr) return fail(ErrorCode::kUnknownStation, options.station);
  const TallyFilesPlan plan{options.contests, *physics_level_from(options.physics), *slip_from(options.slip),
                            options.seed};
  return write_tally_sheets(election, *station, options.forms, plan, options.out);
}

std::string known_situation(const std::string& name) {
  return find_situation(name) != nullptr ? "" : "unknown situation; kiemphieu-forge situations lists them";
}

void add_common(CLI::App& command, Options& options) {
  command.add_option("--election", options.election, "Election definition")
      ->required()
      ->check(CLI::ExistingFile);
  command.add_option("--forms", options.forms, "Folder written by kiemphieu forms")
      ->required()
      ->check(CLI::ExistingDirectory);
  command.add_option("--seed", options.seed, "Seed of everything random")->capture_default_str();
  command
      .add_option("--physics", options.physics,
                  "Paper and scanner of a polling day or a situation: plain, office or rough")
      ->check(CLI::IsMember({"plain", "office", "rough"}))
      ->capture_default_str();
}

int main_checked(int argc, char** argv) {
  CLI::App app{
      "Makes scans of marked ballots whose right reading is known. Every sheet follows from the seed.\n"
      "What each model does, and what none does: docs/forge.md",
      "kiemphieu-forge"};
  app.footer(
      "Example:\n"
      "  kiemphieu forms --election election.json --station S --out forms\n"
      "  kiemphieu-forge electorate --election election.json --station S --forms forms --population wear "
      "--out sheets\n"
      "  kiemphieu-forge single --election election.json --forms forms --contest C --situation tick "
      "--out tick.png");
  app.require_subcommand(1);
  Options options;
  std::function<Result<void>()> chosen;

  CLI::App* voters = app.add_subcommand("electorate", "Mark and scan the ballots of random voters");
  add_common(*voters, options);
  voters->add_option("--station", options.station, "Polling station")->required();
  voters->add_option("--contest", options.contests, "Only these contests");
  voters
      ->add_option(
          "--population", options.population,
          "clean (in-spec), wear (ordinary wear) or hard (every trap and odd sheet); without it a polling "
          "day with few oddities under --physics")
      ->check(CLI::IsMember({"clean", "wear", "hard"}));
  voters->add_option("--format", options.format, "jpeg or png")
      ->check(CLI::IsMember({"jpeg", "png"}))
      ->capture_default_str();
  voters->add_option("--ballots", options.ballots, "Ballots of each contest")
      ->check(CLI::Range(0, 9999))
      ->capture_default_str();
  voters->add_option("--jobs", options.jobs, "Threads; 0 = all cores")->check(CLI::Range(0, 256));
  voters->add_option("--out", options.out, "Folder for C/NNNN.jpg (or .png) and truth.json")->required();
  voters->callback([&] { chosen = [&] { return run_electorate(options); }; });

  CLI::App* single = app.add_subcommand("single", "Make one named situation; prints its truth");
  add_common(*single, options);
  single->add_option("--contest", options.contests, "Contest")->required()->expected(1);
  single->add_option("--situation", options.situation, "Which situation")->required()->check(known_situation);
  single->add_option("--out", options.out, "File to write, .jpg or .png")->required();
  single->callback([&] { chosen = [&] { return run_single(options); }; });

  CLI::App* sheets = app.add_subcommand("tally-sheets", "Fill in and scan the tally sheets of a count by hand");
  add_common(*sheets, options);
  sheets->add_option("--station", options.station, "Polling station")->required();
  sheets->add_option("--contest", options.contests, "Only these contests");
  sheets
      ->add_option("--slip", options.slip,
                   "What is wrong on each: none, wrong-sum, crossed-out, written-over, too-large, left-empty")
      ->check([](const std::string& text) { return slip_from(text) ? "" : "unknown slip"; })
      ->capture_default_str();
  sheets->add_option("--out", options.out, "Folder for C.jpg and truth.json")->required();
  sheets->callback([&] { chosen = [&] { return run_tally_sheets(options); }; });

  app.add_subcommand("situations", "List the named situations")->callback([&] {
    chosen = [] {
      for (const Situation& situation : situations()) fmt::print("{}\n", situation.name);
      return Result<void>{};
    };
  });

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : 2;
  }
  const Result<void> done = chosen();
  if (done) return 0;
  fmt::print(stderr, "{}\n", done.error().log_line());
  return 2;
}

}  // namespace
}  // namespace kiemphieu::forge

int main(int argc, char** argv) { return kiemphieu::forge::main_checked(argc, argv); }
