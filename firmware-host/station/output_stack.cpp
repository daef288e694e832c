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

std::optional<StackPlace> place_of(const journal::BatchState& pile, int position, settings::OutputStack stack) {
  if (position < 1 || static_cast<std::size_t>(position) > pile.sheets.size()) return std::nullopt;
  const std::vector<std::size_t> at = lying(pile);
  const std::size_t mine = at[static_cast<std::size_t>(position)];
  if (mine == 0) return std::nullopt;
  int before = 0, after = 0;
  for (std::size_t i = 1; i < at.size(); ++i) {
    before += at[i] == i && i < mine ? 1 : 0;
    after += at[i] == i && i > mine ? 1 : 0;
  }
  const int from_top = (stack == settings::OutputStack::kLastOnTop ? after : before) + 1;
  return StackPlace{from_top, before + after + 1};
}

}  // namespace kiemphieu::station
