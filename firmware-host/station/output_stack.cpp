#include "firmware-host/station/output_stack.h"

#include <cstddef>
#include <vector>

namespace kiemphieu::station {
namespace {

bool was_taken_out(const journal::BatchState& pile, const journal::SheetState& sheet) {
  // The second pass of a paper of this pile: the paper stays, whatever was decided about the second picture.
  if (sheet.record.same_as && sheet.record.same_as->batch == pile.batch) return false;
  if (sheet.decision) return sheet.decision->not_a_ballot;
  const bool handed_back = sheet.record.interpretation.outcome == election::Outcome::kReturned &&
                           sheet.record.form != reading::Form::kBatchHeader;
  return handed_back && pile.status != journal::BatchStatus::kOpen;
}

/// For each sheet the one that lies there: itself, a later pass of its paper, or 0: none.
/// A team that says of two passes that they are two papers is heard.
std::vector<std::size_t> lying(const journal::BatchState& pile) {
  std::vector<std::size_t> at(pile.sheets.size() + 1);
  for (std::size_t i = pile.sheets.size(); i > 0; --i) {
    const journal::SheetState& sheet = pile.sheets[i - 1];
    if (at[i] == 0 && !was_taken_out(pile, sheet)) at[i] = i;
    const auto& earlier = sheet.record.same_as;
    const bool one_paper = earlier && earlier->batch == pile.batch && !sheet.counted();
    if (one_paper && earlier->position > 0 && static_cast<std::size_t>(earlier->position) < i)
      if (std::size_t& first = at[static_cast<std::size_t>(earlier->position)]; first == 0) first = at[i];
  }
  return at;
}

}  // namespace

std::vector<std::optional<StackPlace>> places_in(const journal::BatchState& pile, settings::OutputStack stack) {
  const std::vector<std::size_t> at = lying(pile);
  std::vector<int> before(at.size() + 1);  // papers that lie there for sheets earlier than i
  for (std::size_t i = 1; i < at.size(); ++i) before[i + 1] = before[i] + (at[i] == i ? 1 : 0);
  const int all = before.back();
  std::vector<std::optional<StackPlace>> places(pile.sheets.size());
  for (std::size_t i = 1; i < at.size(); ++i) {
    if (at[i] == 0) continue;
    const int earlier = before[at[i]], later = all - before[at[i] + 1];
    // The sheet that lies there counts as one whether or not it lies for itself.
    places[i - 1] = StackPlace{(stack == settings::OutputStack::kLastOnTop ? later : earlier) + 1, earlier + later + 1};
  }
  return places;
}

std::optional<StackPlace> place_of(const journal::BatchState& pile, int position, settings::OutputStack stack) {
  if (position < 1 || static_cast<std::size_t>(position) > pile.sheets.size()) return std::nullopt;
  return places_in(pile, stack)[static_cast<std::size_t>(position) - 1];
}

}  // namespace kiemphieu::station
