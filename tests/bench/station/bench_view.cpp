// bench_view: what a recorded sheet costs besides its own record, as the count grows: the journal's view, its JSON, and
// the record itself (on a memory disk where there is one), after 1,000 and after 11,000 sheets. A ratio near 1 is flat.
// Run from the root of the tree.
//   one pile: nothing is finished, one sheet in 25 waits for the team
//   piles of 100: each finished and decided
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <string>

#include "config/base/log.h"
#include "firmware-host/station/ledger.h"
#include "firmware-host/station/view.h"
#include "firmware-host/web/view_json.h"
#include "tests/unit/tally/counting/example.h"

using namespace kiemphieu;

namespace {

constexpr int kFew = 1'000, kMany = 11'000, kEach = 300;  // kMany: or as the first argument says
constexpr int kWaitsOneIn = 25, kSmallPile = 100;

double now_us() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) / 1e3;
}

void must(const Result<void>& done) {
  if (!done) fmt::print(stderr, "{}\n", done.error().log_line());
  KP_CHECK(done.has_value());
}

double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
  return values[values.size() / 2];
}

struct Cost {
  std::vector<double> record, view, json;
};

election::Election example() {
  auto loaded = election::load("config/examples/election.json");
  KP_CHECK(loaded.has_value());
  return *std::move(loaded);
}

class Evening {
 public:
  explicit Evening(const std::filesystem::path& folder) : election_(example()), station_(&election_.stations.front()) {
    set_log_level(LogLevel::kError);
    auto opened = station::Ledger::open(folder, election_, *station_, key_, clock_);
    KP_CHECK(opened.has_value());
    ledger_ = *std::move(opened);
    must(ledger_->change_lifecycle(station::LifecycleEvent::kStartCounting));
    must(ledger_->begin_feed("qh-1"));
  }

  /// One more sheet; what it took in three parts.
  void sheet(Cost* cost) {
    ++count_;
    station::ScannedSheet sheet;
    const std::string words = fmt::format("picture {}", count_);
    sheet.jpeg.assign(words.begin(), words.end());
    const bool waits = count_ % kWaitsOneIn == 0;
    sheet.reading = kiemphieu::example::ballot(election_.contests[0], waits ? std::vector<std::size_t>{} : std::vector<std::size_t>{3, 4});
    sheet.reading.form = reading::Form::kBallot;
    sheet.interpretation = counting::interpret(election_, sheet.reading, "qh-1");
    const double start = now_us();
    must(ledger_->record_sheet(sheet));
    const double recorded = now_us();
    const station::View view = station::view_of(*ledger_);
    const double viewed = now_us();
    const std::string text = web::state_json(view, election_, *station_);
    KP_CHECK(!text.empty());
    if (cost == nullptr) return;
    cost->record.push_back(recorded - start), cost->view.push_back(viewed - recorded);
    cost->json.push_back(now_us() - viewed);
  }

  void finish_pile() {
    must(ledger_->end_feed({ErrorCode::kScannerNoDocuments, "", {}}));
    must(ledger_->finish_batch());
    for (const journal::SheetState* sheet : std::vector(ledger_->state().waiting())) {
      journal::TeamDecision decision;
      decision.batch = sheet->record.batch, decision.position = sheet->record.position;
      decision.present = decision.in_favour = station_->team_members;
      decision.ballot.validity = election::Validity::kInvalid;
      must(ledger_->decide(decision));
    }
    must(ledger_->begin_feed("qh-1"));
  }

 private:
  SystemClock clock_;
  election::Election election_;
  const election::Station* station_;
  crypto::SigningKey key_ = crypto::SigningKey::from_seed({7});
  std::unique_ptr<station::Ledger> ledger_;
  int count_ = 0;
};

void measure(const char* name, const std::filesystem::path& folder, bool small_piles, int most) {
  Evening evening{folder};
  Cost few, many;
  for (int i = 1; i <= most + kEach; ++i) {
    evening.sheet(i > most ? &many : i > kFew && i <= kFew + kEach ? &few : nullptr);
    if (small_piles && i % kSmallPile == 0) evening.finish_pile();
  }
  const auto line = [&](const char* what, const std::vector<double>& a, const std::vector<double>& b) {
    fmt::print("{:<14} {:<7} {:8.0f} us at sheet {}, {:8.0f} us at sheet {}: ratio {:.2f}\n", name, what, median(a), kFew,
               median(b), most, median(b) / median(a));
  };
  line("record", few.record, many.record);
  line("view", few.view, many.view);
  line("JSON", few.json, many.json);
}

}  // namespace

int main(int argc, char** argv) {
  const int most = argc > 1 ? std::stoi(argv[1]) : kMany;
  const std::filesystem::path root = std::filesystem::exists("/dev/shm") ? "/dev/shm" : std::filesystem::temp_directory_path();
  for (const bool small_piles : {false, true}) {
    const auto folder = root / fmt::format("kiemphieu-bench-view-{}", std::chrono::steady_clock::now().time_since_epoch().count());
    std::filesystem::create_directories(folder);
    measure(small_piles ? "piles of 100" : "one pile", folder, small_piles, most);
    std::filesystem::remove_all(folder);
  }
  return 0;
}
