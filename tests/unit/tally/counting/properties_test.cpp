// Properties of counting, against a slow second count that shares no code:
// it knows nothing but the ballots and counts each question by itself.
// Tested by planting a wrong class in add(): the slow count disagrees at once.
#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <map>

#include "tally/counting/totals.h"
#include "tests/unit/tally/counting/example.h"

using namespace kiemphieu;
using counting::ContestTotals;
using counting::CountedBallot;
using election::Validity;

namespace {

constexpr int kCandidates = 6;
constexpr int kSeats = 4;
const election::Contest kContest = example::contest("xa-1", kCandidates, kSeats);

/// A ballot as the numbers of the names left; none or too many = invalid.
using Names = std::vector<int>;
using Pile = std::vector<Names>;

rc::Gen<Pile> piles() {
  return rc::gen::container<Pile>(
      rc::gen::map(rc::gen::inRange(0, 1 << kCandidates), [](int bits) {
        Names names;
        for (int i = 0; i < kCandidates; ++i)
          if ((bits >> i & 1) != 0) names.push_back(i);
        return names;
      }));
}

bool valid(const Names& names) { return !names.empty() && names.size() <= kSeats; }

ContestTotals count(const Pile& pile, const std::vector<int>& relabel = {0, 1, 2, 3, 4, 5}) {
  ContestTotals totals = counting::empty_totals(kContest);
  for (const Names& names : pile) {
    CountedBallot ballot;
    if (valid(names)) {
      ballot.validity = Validity::kValid;
      for (const int name : names)
        ballot.elected.push_back("c" + std::to_string(relabel[static_cast<std::size_t>(name)] + 1));
    }
    RC_ASSERT(counting::add(totals, ballot).has_value());
  }
  return totals;
}

void check_against_slow_count(const ContestTotals& totals, const Pile& pile) {
  const auto how_many = [&](auto wanted) {
    std::uint64_t n = 0;
    for (const Names& names : pile) n += wanted(names) ? 1U : 0U;
    return Count{n};
  };
  RC_ASSERT(totals.collected == Count{pile.size()});
  RC_ASSERT(totals.valid == how_many(valid));
  RC_ASSERT(totals.invalid == how_many([](const Names& n) { return !valid(n); }));
  for (int k = 1; k <= kSeats; ++k)
    RC_ASSERT(totals.classes[static_cast<std::size_t>(k - 1)] ==
              how_many([&](const Names& n) { return n.size() == static_cast<std::size_t>(k); }));
  for (int c = 0; c < kCandidates; ++c)
    RC_ASSERT(totals.candidates[static_cast<std::size_t>(c)].second ==
              how_many([&](const Names& n) { return valid(n) && std::count(n.begin(), n.end(), c) > 0; }));
}

}  // namespace

TEST_CASE("counting agrees with a slow second count and keeps every identity") {
  CHECK(rc::check("slow count", [] {
    const Pile pile = *piles();
    const ContestTotals totals = count(pile);
    check_against_slow_count(totals, pile);
    RC_ASSERT(counting::check_identities(totals).empty());
  }));
}

TEST_CASE("the order of ballots never changes a total") {
  CHECK(rc::check("order", [] {
    const Pile pile = *piles();
    Pile other = pile;
    std::reverse(other.begin(), other.end());
    std::rotate(other.begin(), other.begin() + *rc::gen::inRange<std::ptrdiff_t>(0, std::ssize(other) + 1), other.end());
    RC_ASSERT(count(pile) == count(other));
  }));
}

TEST_CASE("splitting a pile into batches never changes a total") {
  CHECK(rc::check("batches", [] {
    const Pile pile = *piles();
    ContestTotals sum = counting::empty_totals(kContest);
    for (auto from = pile.begin(); from != pile.end();) {
      const auto to = from + *rc::gen::inRange<std::ptrdiff_t>(1, pile.end() - from + 1);
      RC_ASSERT(counting::add(sum, count(Pile{from, to})).has_value());
      from = to;
    }
    RC_ASSERT(sum == count(pile));
  }));
}

TEST_CASE("relabelling the candidates only moves their votes") {
  CHECK(rc::check("labels", [] {
    const Pile pile = *piles();
    const std::vector<int> relabel = {3, 5, 0, 1, 2, 4};
    const ContestTotals plain = count(pile);
    const ContestTotals moved = count(pile, relabel);
    RC_ASSERT(plain.classes == moved.classes);
    for (std::size_t i = 0; i < relabel.size(); ++i)
      RC_ASSERT(plain.candidates[i].second == moved.candidates[static_cast<std::size_t>(relabel[i])].second);
  }));
}
