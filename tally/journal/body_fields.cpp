#include "tally/journal/body_fields.h"

namespace kiemphieu::journal::body {
namespace {

Result<std::vector<Count>> classes_of(const ObjectReader& body, int seats) {
  std::vector<Count> classes;
  const auto found = body.raw().find("classes");
  const auto size = static_cast<std::size_t>(seats);
  if (found == body.raw().end() || !found->is_array() || found->size() != size)
    return body.wrong("classes", "a list of " + std::to_string(seats) + " numbers");
  for (const json::Json& item : *found) {
    if (!item.is_number_unsigned() || item.get<std::uint64_t>() > static_cast<std::uint64_t>(kMaxCount))
      return body.wrong("classes", "numbers of ballots");
    classes.emplace_back(item.get<std::uint64_t>());
  }
  return classes;
}

}  // namespace

Result<counting::ContestTotals> totals_of(const ObjectReader& body) {
  KP_TRY_VOID(body.only({"contest", "seats", "collected", "valid", "invalid", "in_review", "classes", "candidates"}));
  counting::ContestTotals totals;
  KP_TRY(totals.contest, id_of(body, "contest"));
  KP_TRY(totals.seats, small(body, "seats", 1, election::kMaxSeats));
  KP_TRY(totals.collected, count_of(body, "collected"));
  KP_TRY(totals.valid, count_of(body, "valid"));
  KP_TRY(totals.invalid, count_of(body, "invalid"));
  KP_TRY(totals.in_review, count_of(body, "in_review"));
  KP_TRY(totals.classes, classes_of(body, totals.seats));
  KP_TRY(const std::vector<ObjectReader> items, body.objects("candidates", 0, election::kMaxCandidates));
  for (const ObjectReader& item : items) {
    KP_TRY_VOID(item.only({"id", "votes"}));
    KP_TRY(std::string candidate, id_of(item, "id"));
    KP_TRY(const Count votes, count_of(item, "votes"));
    totals.candidates.emplace_back(std::move(candidate), votes);
  }
  return totals;
}

}  // namespace kiemphieu::journal::body
