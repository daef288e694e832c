// A sample of same-paper-accuracy; docs/reports/same-paper.md has the figures.
#include "tests/golden/same_paper.h"

#include <doctest/doctest.h>

#include "firmware-host/station/pile_check.h"
#include "tally/papers/papers.h"

using namespace kiemphieu;

namespace {

reading::Fingerprint print_of(const golden::Deck& deck, const imaging::Image& page) {
  const auto reading = deck.reader->read(page.view(), deck.forges[0]->form().contest);
  REQUIRE(reading.fingerprint.has_value());
  return *reading.fingerprint;
}

}  // namespace

TEST_CASE("a paper scanned again is known, and no other struck the same way is taken for it") {
  const golden::Deck deck = golden::Deck::load();
  constexpr int kPapers = 24, kRescanned = 8;
  for (const auto habits : {golden::Habits::kAlike, golden::Habits::kElectorate}) {
    CAPTURE(static_cast<int>(habits));
    std::vector<reading::Fingerprint> first;
    int again = 0;
    const auto plans = golden::paper_plans(deck, 0, habits, 0, kPapers, 4711);
    for (int i = 0; i < kPapers; ++i) {
      CAPTURE(i);
      const auto& plan = plans[static_cast<std::size_t>(i)];
      const forge::Canvas paper = golden::paper_of(deck, 0, plan);
      const auto print = print_of(deck, golden::scan_of(paper, plan, 0));
      for (const auto& other : first) CHECK(papers::distance(print, other) > 1.5 * papers::kSamePaper);
      first.push_back(print);
      if (i >= kRescanned) continue;
      for (int pass = 1; pass <= 2; ++pass)
        again += papers::distance(print, print_of(deck, golden::scan_of(paper, plan, pass))) <= papers::kSamePaper ? 1 : 0;
    }
    CHECK(again >= 2 * kRescanned - 1);
  }
}

TEST_CASE("a pile of different papers that all say the same goes through, and fed again it stops within ten sheets") {
  const golden::Deck deck = golden::Deck::load();
  constexpr int kPapers = 40, kMostFedAgain = 10;
  const auto plans = golden::paper_plans(deck, 0, golden::Habits::kAlike, 0, kPapers, 815);
  papers::Papers known;
  const auto feed = [&](int paper, int pass, station::SamePaperRun& run) {
    const auto& plan = plans[static_cast<std::size_t>(paper)];
    const auto print = print_of(deck, golden::scan_of(golden::paper_of(deck, 0, plan), plan, pass));
    const auto earlier = known.find("c", print, [](auto) { return true; });
    known.add("c", {pass + 1, paper + 1}, print);
    return run.next(earlier ? std::optional{journal::SheetPlace{earlier->batch, earlier->position}} : std::nullopt);
  };
  station::SamePaperRun first, again;
  for (int paper = 0; paper < kPapers; ++paper) CHECK_FALSE(feed(paper, 0, first).has_value());
  std::optional<Error> stopped;
  for (int paper = 0; paper < kMostFedAgain && !stopped; ++paper) stopped = feed(paper, 1, again);
  REQUIRE(stopped.has_value());
  CHECK(stopped->code == ErrorCode::kPileFedBefore);
}

TEST_CASE("the same scan gives the same fingerprint, and a ballot without pen or seal gives none") {
  const golden::Deck deck = golden::Deck::load();
  auto plan = golden::paper_plans(deck, 0, golden::Habits::kUnmarked, 3, 1, 4711).front();
  const imaging::Image page = golden::scan_of(golden::paper_of(deck, 0, plan), plan, 0);
  CHECK(print_of(deck, page).to_bytes() == print_of(deck, page).to_bytes());
  CHECK_FALSE(print_of(deck, page).empty());
  plan.seal.kind = forge::SealKind::kAbsent;
  for (int pass = 0; pass < 3; ++pass)
    CHECK(print_of(deck, golden::scan_of(golden::paper_of(deck, 0, plan), plan, pass)).empty());
}
