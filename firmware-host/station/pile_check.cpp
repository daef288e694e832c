#include "firmware-host/station/pile_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace kiemphieu::station {
namespace {

/// A paper that went through twice in its own pile, and nobody has said yet that it is two.
bool is_second_pass(const journal::SheetState& sheet) {
  return sheet.record.same_as && sheet.record.same_as->batch == sheet.record.batch && sheet.waits();
}

std::uint64_t second_passes(const journal::BatchState& pile) {
  if (pile.totals.in_review == Count{}) return 0;  // nothing waits: most piles, and asked of each after every sheet
  return static_cast<std::uint64_t>(std::count_if(pile.sheets.begin(), pile.sheets.end(), is_second_pass));
}

bool has_header(const journal::BatchState& pile, int number) {
  return std::any_of(pile.sheets.begin(), pile.sheets.end(),
                     [&](const journal::SheetState& sheet) { return sheet.record.header == number; });
}

std::optional<int> header_of(const journal::BatchState& pile) {
  for (const journal::SheetState& sheet : pile.sheets)
    if (sheet.record.header) return sheet.record.header;
  return std::nullopt;
}

}  // namespace

std::uint64_t papers_of(const journal::BatchState& pile) {
  return pile.totals.collected.value() - second_passes(pile);
}

std::optional<Error> header_refusal(const journal::State& state, const election::Election& election,
                                    const std::string& station, const journal::BatchState& pile,
                                    const reading::BatchHeader& header) {
  if (header.election_digest_hex != election.digest.hex())
    return fail(ErrorCode::kPileOfOthers, "another election");
  if (header.station != station) return fail(ErrorCode::kPileOfOthers, "station " + header.station);
  if (header.contest != pile.contest) return fail(ErrorCode::kPileOfOthers, "contest " + header.contest);
  for (const auto& [number, earlier] : state.batches()) {
    // A pile without papers was opened by mistake; a header put back before its first ballot is still first.
    if (earlier.contest != pile.contest || earlier.status == journal::BatchStatus::kVoided) continue;
    if (papers_of(earlier) > 0 && has_header(earlier, header.batch))
      return fail(ErrorCode::kPileFedBefore, fmt::format("header {} is in batch {}", header.batch, number));
  }
  const auto own = header_of(pile);
  if (own ? *own != header.batch : papers_of(pile) > 0)
    return fail(ErrorCode::kSecondPile, fmt::format("header {} in batch {}", header.batch, pile.batch));
  return std::nullopt;
}

std::optional<Error> SamePaperRun::next(const std::optional<journal::SheetPlace>& same_as) {
  earlier_.push_back(same_as ? same_as->batch : 0);
  if (earlier_.size() > kLookedAt) earlier_.pop_front();
  if (!same_as || std::count(earlier_.begin(), earlier_.end(), same_as->batch) < kKnown) return std::nullopt;
  return fail(ErrorCode::kPileFedBefore,
              fmt::format("{} of {} sheets are of batch {}", kKnown, earlier_.size(), same_as->batch));
}

std::string to_text(const PileFigures& figures) {
  std::string text = fmt::format("batch={} papers={}", figures.batch, figures.papers);
  if (figures.by_hand) text += fmt::format(" by_hand={}", *figures.by_hand);
  if (figures.fed) text += fmt::format(" fed={}", *figures.fed);
  if (figures.moved) text += fmt::format(" moved={}", *figures.moved);
  if (figures.same_papers > 0) text += fmt::format(" same_papers={}", figures.same_papers);
  return text;
}

std::optional<PileFigures> pile_figures_from(std::string_view text) {
  PileFigures figures;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    const std::size_t equals = word.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    std::uint64_t value = 0;
    const auto [end, wrong] = std::from_chars(word.data() + equals + 1, word.data() + word.size(), value);
    if (wrong != std::errc{} || end != word.data() + word.size()) return std::nullopt;
    const std::string_view name = word.substr(0, equals);
    if (name == "batch") figures.batch = static_cast<int>(value);
    else if (name == "papers") figures.papers = value;
    else if (name == "by_hand") figures.by_hand = value;
    else if (name == "fed") figures.fed = value;
    else if (name == "moved") figures.moved = value;
    else if (name == "same_papers") figures.same_papers = value;
    else return std::nullopt;
  }
  return figures;
}

PileFigures figures_of(const journal::BatchState& pile, std::optional<std::uint64_t> by_hand) {
  PileFigures figures{pile.batch, papers_of(pile), by_hand, {}, {}, second_passes(pile)};
  const journal::PileAccount account = journal::account_of(pile.runs);
  if (account.counter == journal::CounterSays::kDiffers) {
    figures.fed = account.fed;
    figures.moved = account.recorded + account.uncounted;
  }
  return figures;
}

bool differs(const journal::BatchState& pile, const PileFigures& figures) {
  if (figures.by_hand) return *figures.by_hand != figures.papers;
  const bool said_so = pile.differed_with == pile.sheets.size();
  if (said_so && pile.hand_differed) return true;  // a number that did not agree is not settled by none
  return figures.fed.has_value() && !said_so;
}

std::optional<PileFigures> counts_twice(const journal::BatchState& pile, const journal::TeamDecision& decision) {
  const auto place = static_cast<std::size_t>(decision.position) - 1;
  if (!pile.papers_by_hand || decision.not_a_ballot || place >= pile.sheets.size()) return std::nullopt;
  const journal::SheetState& sheet = pile.sheets[place];
  const bool same_pile = sheet.record.same_as && sheet.record.same_as->batch == pile.batch;
  // One that was decided to be two papers before the pile was counted is in that number.
  if (!same_pile || sheet.counted()) return std::nullopt;
  PileFigures figures = figures_of(pile, pile.papers_by_hand);
  ++figures.papers;
  return figures;
}

std::string_view to_text(HandCountWanted wanted) {
  constexpr std::array<std::string_view, 4> kNames{"optional", "no_counter", "after_stop", "differs"};
  return kNames[static_cast<std::size_t>(wanted)];
}

HandCountWanted hand_count_wanted(const journal::BatchState& pile) {
  const journal::PileAccount account = journal::account_of(pile.runs);
  if (account.counter == journal::CounterSays::kDiffers || pile.differed_with == pile.sheets.size())
    return HandCountWanted::kDiffers;
  const bool put_back = std::any_of(pile.runs.begin(), pile.runs.end(), [](const journal::FeedRun& run) {
    return run.stopped && run.told_uncounted() != std::optional<std::uint64_t>{0};
  });
  if (put_back) return HandCountWanted::kAfterStop;
  return account.counter == journal::CounterSays::kAgrees ? HandCountWanted::kOptional : HandCountWanted::kNoCounter;
}

}  // namespace kiemphieu::station
