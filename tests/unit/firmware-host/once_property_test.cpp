// Random evenings with everything going wrong, against the papers on the table: what was
// settled without an alarm is exactly the papers, each once.

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <numeric>
#include <random>

#include "tests/unit/firmware-host/pile_table.h"

using namespace kiemphieu;
using namespace kiemphieu::station;
using kiemphieu::station::testing::PaperId;
using kiemphieu::station::testing::PileTable;

namespace {

enum class Deviation { kNone, kLostLast, kLostInside, kDouble, kDoubleCountsOne, kJam, kKill, kStop, kCount };
enum class ByHand { kNone, kRight, kWrong };

struct Chance {
  std::mt19937 engine;
  int below(int n) { return static_cast<int>(engine() % static_cast<unsigned>(n)); }
  bool one_in(int n) { return below(n) == 0; }
};

/// One pile from the first sheet to the last settlement, and what the oracle says.
class Evening {
 public:
  Evening(unsigned seed, bool counter) : chance_{std::mt19937{seed}}, table_{"once"} { table_.machine.has_counter = counter; }

  void pile(int number) {
    papers_.resize(static_cast<std::size_t>(3 + chance_.below(9)));
    std::iota(papers_.begin(), papers_.end(), next_);
    next_ += static_cast<int>(papers_.size());
    header_ = chance_.one_in(2) ? number : 0;
    alarm_ = false;
    deviation_ = static_cast<Deviation>(chance_.below(static_cast<int>(Deviation::kCount)));
    by_hand_ = static_cast<ByHand>(chance_.below(3));
    load();
    scan_with_deviation();
    settle();
  }

  /// A pile that was settled comes to the feeder once more: never without an alarm.
  void same_pile_again() {
    const std::size_t known = table_.counted(table_->state().batches().rbegin()->first).size();
    load();
    alarm_ = false;
    scan();
    RC_ASSERT(alarm_ || waiting() > 0);
    RC_ASSERT(table_.pile().totals.valid.value() <= papers_.size() - known);
    REQUIRE(table_->void_batch(table_.pile().batch, "đã quét rồi").has_value());
  }

 private:
  void load() {
    std::vector<PaperId> stack = papers_;
    if (header_ > 0) stack.insert(stack.begin(), -header_);
    table_.load(stack);
  }
  std::size_t waiting() { return static_cast<std::size_t>(table_.pile().totals.in_review.value()); }

  void scan() {
    if (table_.feed() != ErrorCode::kScannerNoDocuments) alarm_ = true;
  }

  void scan_with_deviation() {
    const std::size_t sheets = table_.machine.hopper.size();
    const std::size_t inside = 2 + static_cast<std::size_t>(chance_.below(static_cast<int>(sheets) - 1));
    auto& machine = table_.machine;
    switch (deviation_) {
      case Deviation::kLostLast: machine.lose_at = 1; break;
      case Deviation::kLostInside: machine.lose_at = inside; break;
      case Deviation::kDouble: case Deviation::kDoubleCountsOne:
        machine.double_at = inside;
        machine.double_counts_one = deviation_ == Deviation::kDoubleCountsOne;
        break;
      case Deviation::kJam: machine.jam_at = inside; break;
      case Deviation::kKill: return kill(sheets);
      default: break;
    }
    scan();
    if (deviation_ == Deviation::kJam) scan();
  }

  /// At any moment; the people then do what the page says, or not quite.
  void kill(std::size_t sheets) {
    alarm_ = true;
    const auto at = static_cast<std::uint64_t>(chance_.below(static_cast<int>(sheets)));
    CHECK_THROWS_AS(table_.feed(at, chance_.one_in(2)), testing::Killed);
    for (int more = chance_.below(3); more > 0 && !table_.machine.hopper.empty(); --more) table_.machine.pull();
    if (chance_.one_in(4)) table_.machine.counter = 0;
    table_.start_again();
    const auto resume = resume_of(table_->state());
    RC_ASSERT(resume.has_value());
    if (resume->uncounted) RC_ASSERT(*resume->uncounted == table_.truly_uncounted());
    if (table_.machine.has_counter && table_.machine.counter >= 1000) RC_ASSERT(resume->uncounted.has_value());
    const int careless = chance_.one_in(3) ? chance_.below(2) * 2 - 1 : 0;
    const auto back = static_cast<int>(table_.truly_uncounted()) + careless;
    table_.put_back(static_cast<std::uint64_t>(std::max(0, back)));
    if (!table_.machine.hopper.empty()) scan();
  }

  /// The team decides what waits: of one paper seen twice the second is no ballot.
  void decide_all() {
    for (const journal::SheetState* sheet : table_->state().waiting()) {
      journal::TeamDecision decision;
      decision.batch = sheet->record.batch;
      decision.position = sheet->record.position;
      decision.ballot.validity = election::Validity::kInvalid;
      decision.not_a_ballot = true;
      decision.present = decision.in_favour = table_.polling_station().team_members;
      REQUIRE(table_->decide(decision).has_value());
    }
  }

  void settle() {
    if (waiting() > 0) alarm_ = true;
    decide_all();
    const int batch = table_.pile().batch;
    const auto wanted = hand_count_wanted(table_.pile());
    const std::uint64_t truth = papers_.size();
    std::optional<std::uint64_t> said;
    if (by_hand_ == ByHand::kRight) said = truth;
    if (by_hand_ == ByHand::kWrong) said = truth + (chance_.one_in(2) ? 1 : 2);
    const bool right_now = table_.counted(batch) == papers_;
    const auto done = table_->finish_batch(said);
    if (by_hand_ == ByHand::kRight) RC_ASSERT(done.has_value() == right_now);
    if (!done) {
      RC_ASSERT(done.error().code == ErrorCode::kPileCountDiffers);
      RC_ASSERT(table_.pile().batch == batch);
      return after_alarm(batch, right_now);
    }
    if (alarm_ || right_now) return;
    // Wrong and no alarm: nothing was there that could have known, and the page asked for the count.
    RC_ASSERT(!said.has_value() || by_hand_ == ByHand::kWrong);
    RC_ASSERT(wanted == HandCountWanted::kNoCounter || deviation_ == Deviation::kDoubleCountsOne);
  }

  /// They count again: right as it is, or the pile is scanned anew.
  void after_alarm(int batch, bool right_now) {
    if (!right_now) {
      REQUIRE(table_->void_batch(batch, "quét lại").has_value());
      load();
      scan();
      batch = table_.pile().batch;
    }
    RC_ASSERT(table_->finish_batch(papers_.size()).has_value());
    RC_ASSERT(table_.counted(batch) == papers_);
  }

  Chance chance_;
  PileTable table_;
  std::vector<PaperId> papers_;
  PaperId next_ = 1;
  int header_ = 0;
  bool alarm_ = false;
  Deviation deviation_ = Deviation::kNone;
  ByHand by_hand_ = ByHand::kNone;
};

}  // namespace

TEST_CASE("what is settled without an alarm is exactly the papers, each once") {
  const bool held = rc::check("papers and journal", [](unsigned seed, bool counter) {
    Evening evening{seed, counter};
    for (int number = 1; number <= 3; ++number) evening.pile(number);
    evening.same_pile_again();
  });
  CHECK(held);
}
