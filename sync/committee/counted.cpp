#include "sync/committee/counted.h"

#include <algorithm>

namespace kiemphieu::committee {
namespace {

bool same_form(const wire::BatchTotal& a, const wire::BatchTotal& b) {
  return a.contest == b.contest && a.seats == b.seats && a.classes.size() == b.classes.size() &&
         std::ranges::equal(a.candidates, b.candidates, {}, &wire::BatchTotal::Votes::id, &wire::BatchTotal::Votes::id);
}

bool same_numbers(const wire::BatchTotal& a, const wire::BatchTotal& b) {
  return a.collected == b.collected && a.valid == b.valid && a.invalid == b.invalid && a.classes == b.classes &&
         a.candidates == b.candidates;
}

template <class Change>
Result<void> change_each(wire::BatchTotal& a, const wire::BatchTotal& b, Change change) {
  if (!same_form(a, b)) return fail(ErrorCode::kWireInvalid, "sums of " + a.contest + " and " + b.contest);
  bool done = change(a.collected, b.collected) && change(a.valid, b.valid) && change(a.invalid, b.invalid);
  for (std::size_t i = 0; i < a.classes.size(); ++i) done = done && change(a.classes[i], b.classes[i]);
  for (std::size_t i = 0; i < a.candidates.size(); ++i) done = done && change(a.candidates[i].votes, b.candidates[i].votes);
  return done ? Result<void>{} : fail(ErrorCode::kWireInvalid, "more is taken away of " + a.contest + " than there is");
}

}  // namespace

const wire::BatchTotal* Counted::standing() const {
  if (result) return &result->sums;
  if (tally) return &tally->sums;
  return piles ? &*piles : nullptr;
}

bool Counted::result_differs() const {
  if (!result) return false;
  if (tally) return !same_numbers(result->sums, tally->sums);
  if (piles) return !same_numbers(result->sums, *piles);
  return result->sums.collected != Count{};
}

Result<void> add(wire::BatchTotal& a, const wire::BatchTotal& b) {
  return change_each(a, b, [](Count& to, Count of) {
    to += of;
    return true;
  });
}

Result<void> take_away(wire::BatchTotal& a, const wire::BatchTotal& b) {
  return change_each(a, b, [](Count& from, Count of) {
    if (of > from) return false;
    from = Count{from.value() - of.value()};
    return true;
  });
}

std::map<std::string, std::int64_t> fields_of(const wire::BatchTotal* standing) {
  std::map<std::string, std::int64_t> fields;
  if (standing == nullptr) return fields;
  const auto number = [](Count count) { return static_cast<std::int64_t>(count.value()); };
  fields["stations"] = 1;
  fields["collected"] = number(standing->collected);
  fields["valid"] = number(standing->valid);
  fields["invalid"] = number(standing->invalid);
  for (std::size_t k = 1; k <= standing->classes.size(); ++k) fields["class:" + std::to_string(k)] = number(standing->classes[k - 1]);
  for (const auto& line : standing->candidates) fields["votes:" + line.id] = number(line.votes);
  return fields;
}

}  // namespace kiemphieu::committee
