// The feed over scripted sources, and its state table against the drawing in
// docs/scanner.md.
#include <doctest/doctest.h>

#include <deque>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "scanner/feed/feed.h"

using namespace kiemphieu;
using namespace kiemphieu::feed;

namespace {

Error no_documents() { return fail(ErrorCode::kScannerNoDocuments); }

/// Gives what the test wrote down, and remembers what was asked.
class ScriptedSource final : public SheetSource {
 public:
  std::string description() const override { return "scripted"; }
  Result<void> start() override {
    ++starts;
    return start_error ? Result<void>{*start_error} : Result<void>{};
  }
  Result<SheetImage> next() override {
    if (steps.empty()) return no_documents();
    auto step = steps.front();
    steps.pop_front();
    if (step) return *step;
    ++fed;
    return SheetImage{imaging::Image::blank(1, 1, imaging::PixelFormat::kGray8, 200), ++ordinal, "scripted"};
  }
  void request_stop() override { ++stops; }
  Result<Sensors> sensors() override {
    if (sensors_error) return *sensors_error;
    Sensors now = sensed;
    if (has_counter) now.sheets_fed = fed;
    return now;
  }

  void sheets(int count) {
    for (int i = 0; i < count; ++i) steps.emplace_back(std::nullopt);
  }
  void error(ErrorCode code) { steps.emplace_back(fail(code)); }

  std::deque<std::optional<Error>> steps;  ///< nullopt = a sheet
  std::optional<Error> start_error, sensors_error;
  Sensors sensed;
  bool has_counter = true;
  std::uint64_t fed = 100, ordinal = 0;
  int starts = 0, stops = 0;
};

Result<void> keep_all(SheetImage) { return {}; }

std::set<std::string> table_rows() {
  std::set<std::string> rows;
  for (const Transition& row : transitions())
    rows.insert(fmt::format("{} --> {}: {}", name(row.from), name(row.to), name(row.event)));
  return rows;
}

std::set<std::string> drawn_rows(std::istream& text) {
  std::set<std::string> rows;
  const std::regex arrow{R"(^\s*(\w+) --> (\w+): (\w+)\s*$)"};
  std::smatch match;
  for (std::string line; std::getline(text, line);)
    if (std::regex_match(line, match, arrow))
      rows.insert(fmt::format("{} --> {}: {}", match.str(1), match.str(2), match.str(3)));
  return rows;
}

}  // namespace

TEST_CASE("feed: how a run ends says how many sheets are uncounted, or that nobody knows") {
  struct Row {
    const char* name;
    int kept;
    bool fails;
    int drained;
    std::optional<ErrorCode> fault;
    bool counter;
    int unseen;
    std::optional<std::uint64_t> uncounted;
  };
  const Row rows[] = {{"the stack is through", 3, false, 0, {}, true, 0, 0},
                      {"the same without a counter", 3, false, 0, {}, false, 0, 0},
                      {"a sheet not kept and two behind it", 3, true, 2, {}, true, 0, 3},
                      {"the same without a counter", 3, true, 2, {}, false, 0, 3},
                      {"a jam, and one sheet passed unseen", 3, false, 0, ErrorCode::kScannerJam, true, 1, 1},
                      {"a jam without a counter", 3, false, 0, ErrorCode::kScannerJam, false, 0, std::nullopt},
                      {"two sheets at once", 3, false, 0, ErrorCode::kScannerDoubleFeed, true, 1, std::nullopt},
                      {"a sheet lost without a fault", 3, false, 0, {}, true, 1, std::nullopt}};
  for (const Row& row : rows) {
    CAPTURE(row.name);
    ScriptedSource source;
    source.has_counter = row.counter;
    source.sheets(row.kept + (row.fails ? 1 : 0) + row.drained);
    if (row.fault) source.error(*row.fault);
    int came = 0;
    std::optional<std::uint64_t> heard;
    Feed feed{source};
    const auto report = feed.run(
        [&](SheetImage) -> Result<void> {
          source.fed += static_cast<std::uint64_t>(came == 0 ? row.unseen : 0);
          if (++came > row.kept) return fail(ErrorCode::kDiskFull);
          return {};
        },
        [&](std::uint64_t counter) -> Result<void> {
          heard = counter;
          return {};
        });
    CHECK(report.uncounted == row.uncounted);
    CHECK(heard == (row.counter ? std::optional<std::uint64_t>{100} : std::nullopt));
    CHECK(report.counter_before == heard);
  }
}

TEST_CASE("feed: no paper is taken when the counter cannot be written down, or the source does not start") {
  ScriptedSource source;
  source.sheets(3);
  Feed feed{source};
  int kept = 0;
  const auto keep = [&](SheetImage) -> Result<void> {
    ++kept;
    return {};
  };
  auto report = feed.run(keep, [](std::uint64_t) -> Result<void> { return fail(ErrorCode::kDiskFull); });
  CHECK(report.end.code == ErrorCode::kDiskFull);
  CHECK(kept == 0);
  CHECK(source.stops == 1);
  source.start_error = fail(ErrorCode::kScannerMissing);
  report = feed.run(keep);
  CHECK(report.uncounted == 0);
}

TEST_CASE("feed: the drawing shows exactly the table") {
  std::ifstream docs{"docs/scanner.md"};
  REQUIRE(docs.good());
  CHECK(drawn_rows(docs) == table_rows());
}

TEST_CASE("feed: no state hears the same event twice, and every state leads back to idle") {
  std::set<std::pair<State, Event>> seen;
  for (const Transition& row : transitions()) CHECK(seen.emplace(row.from, row.event).second);
  CHECK(transitions().size() == table_rows().size());
  CHECK_FALSE(next_state(State::kIdle, Event::kSheetKept).has_value());
}

TEST_CASE("feed: how runs end") {
  struct Case {
    const char* situation;
    std::function<void(ScriptedSource&)> prepare;
    ErrorCode end;
    std::uint64_t delivered;
    bool mismatch;
  };
  const std::vector<Case> cases{
      {"a stack goes through", [](ScriptedSource& s) { s.sheets(3); }, ErrorCode::kScannerNoDocuments, 3,
       false},
      {"an empty feeder", [](ScriptedSource&) {}, ErrorCode::kScannerNoDocuments, 0, false},
      {"a jam after two",
       [](ScriptedSource& s) {
         s.sheets(2);
         s.error(ErrorCode::kScannerJam);
       },
       ErrorCode::kScannerJam, 2, false},
      {"the scanner is missing", [](ScriptedSource& s) { s.start_error = fail(ErrorCode::kScannerMissing); },
       ErrorCode::kScannerMissing, 0, false},
      {"the feeder is empty at start", [](ScriptedSource& s) { s.start_error = no_documents(); },
       ErrorCode::kScannerNoDocuments, 0, false},
      {"the double-feed sensor tripped",
       [](ScriptedSource& s) {
         s.sheets(2);
         s.sensed.double_feed = true;
       },
       ErrorCode::kScannerDoubleFeed, 2, false},
      {"no counter, no sensors",
       [](ScriptedSource& s) {
         s.has_counter = false;
         s.sheets(2);
       },
       ErrorCode::kScannerNoDocuments, 2, false},
  };
  for (const Case& c : cases) {
    CAPTURE(c.situation);
    ScriptedSource source;
    c.prepare(source);
    Feed feed{source};
    const FeedReport report = feed.run(keep_all);
    CHECK(report.end.code == c.end);
    CHECK(report.sheets_delivered == c.delivered);
    CHECK(report.count_mismatch == c.mismatch);
    CHECK(feed.state() == State::kIdle);
  }
}

TEST_CASE("feed: a sheet the counter saw and nobody else did") {
  ScriptedSource source;
  source.sheets(2);
  Feed feed{source};
  const auto lose_one = [&](SheetImage) -> Result<void> {
    if (source.steps.empty()) ++source.fed;
    return {};
  };
  SUBCASE("is a mismatch at a normal end") {
    const FeedReport report = feed.run(lose_one);
    CHECK(report.end.code == ErrorCode::kScannerCountMismatch);
    CHECK(report.end.evidence == "fed 3, came 2");
    CHECK(report.sheets_fed == 3);
  }
  SUBCASE("is told beside a fault") {
    source.sheets(0);
    source.error(ErrorCode::kScannerJam);
    source.fed = 200;
    const FeedReport report = feed.run([&](SheetImage) -> Result<void> {
      if (source.steps.size() == 1) ++source.fed;
      return {};
    });
    CHECK(report.end.code == ErrorCode::kScannerJam);
    CHECK(report.count_mismatch);
  }
}

TEST_CASE("feed: a crash leaves the account open and the next run closes it") {
  ScriptedSource source;
  source.sheets(2);
  source.error(ErrorCode::kScannerCrashed);
  Feed feed{source};
  bool lost = true;
  SUBCASE("a sheet was lost in the crash") {}
  SUBCASE("nothing was lost") { lost = false; }
  CHECK(feed.run([&](SheetImage sheet) -> Result<void> {
              if (sheet.ordinal == 2) source.sensors_error = fail(ErrorCode::kScannerCrashed);
              return {};
            })
            .end.code == ErrorCode::kScannerCrashed);
  source.sensors_error.reset();
  source.fed += lost ? 1 : 0;
  source.sheets(1);
  const FeedReport report = feed.run(keep_all);
  CHECK(report.end.code == (lost ? ErrorCode::kScannerCountMismatch : ErrorCode::kScannerNoDocuments));
  CHECK(report.sheets_fed == (lost ? 4 : 3));
}

TEST_CASE("feed: a counter that was switched off and on begins a new account") {
  ScriptedSource source;
  source.sheets(1);
  source.error(ErrorCode::kScannerHung);
  Feed feed{source};
  (void)feed.run([&](SheetImage) -> Result<void> {
    source.sensors_error = fail(ErrorCode::kScannerHung);
    return {};
  });
  source.sensors_error.reset();
  source.fed = 0;
  source.sheets(2);
  CHECK(feed.run(keep_all).complete());
}

TEST_CASE("feed: a sheet that cannot be kept stops the feeder and the rest is told") {
  ScriptedSource source;
  source.sheets(5);
  Feed feed{source};
  const auto third_fails = [](SheetImage sheet) -> Result<void> {
    return sheet.ordinal == 3 ? Result<void>{fail(ErrorCode::kDiskFull)} : Result<void>{};
  };
  SUBCASE("and the feeder runs dry") {}
  SUBCASE("and a jam ends it") { source.error(ErrorCode::kScannerJam); }
  const FeedReport report = feed.run(third_fails);
  CHECK(report.end.code == ErrorCode::kDiskFull);
  CHECK(report.sheets_delivered == 2);
  CHECK(report.not_kept == 1);
  CHECK(report.drained_uncounted == 2);
  CHECK(source.stops == 1);
  CHECK_FALSE(report.count_mismatch);
}

TEST_CASE("feed: an endless device is not drained for ever") {
  ScriptedSource source;
  source.sheets(5'000);
  Feed feed{source};
  const FeedReport report = feed.run([](SheetImage) -> Result<void> { return fail(ErrorCode::kDiskFull); });
  CHECK(report.drained_uncounted == 2'000);
}

TEST_CASE("feed: a stop keeps what was under way") {
  ScriptedSource source;
  source.sheets(4);
  source.sensed.page_loaded = true;  // the rest of the stack stays in the feeder
  Feed feed{source};
  const FeedReport report = feed.run([&](SheetImage sheet) -> Result<void> {
    if (sheet.ordinal == 2) feed.request_stop();
    return {};
  });
  CHECK(report.complete());
  CHECK(report.stopped);
  CHECK(report.sheets_delivered == 4);
  CHECK(source.stops == 1);
}

TEST_CASE("feed: paper on the sensor after the end") {
  ScriptedSource source;
  source.sensed.page_loaded = true;
  Feed feed{source};
  SUBCASE("goes on when sheets had come, and tells when none come any more") {
    source.sheets(2);
    source.steps.emplace_back(no_documents());
    source.sheets(1);
    const FeedReport report = feed.run(keep_all);
    CHECK(report.sheets_delivered == 3);
    CHECK(source.starts == 3);
    CHECK(report.end.code == ErrorCode::kScannerStoppedEarly);
  }
  SUBCASE("is a fault when nothing came at all") {
    CHECK(feed.run(keep_all).end.code == ErrorCode::kScannerStoppedEarly);
    CHECK(source.starts == 1);
  }
}
