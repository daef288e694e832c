#include "config/election/marks.h"

#include <array>
#include <cstddef>

#include "config/base/check.h"

namespace kiemphieu::election {
namespace {

constexpr std::array<std::string_view, kMarkShapeCount> kShapes = {
    "none", "horizontal", "slanted", "vertical", "cross", "scribble", "partial", "circle",
    "underline", "overline", "one_of_two_lines", "other"};
constexpr std::array<std::string_view, 3> kMarks = {"kept", "struck", "doubtful"};
constexpr std::array<std::string_view, 2> kValidities = {"valid", "invalid"};
constexpr std::array<std::string_view, 3> kOutcomes = {"accepted", "review", "returned"};
constexpr std::array<std::string_view, kReasonCount> kReasons = {
    "too_many_left", "all_struck", "no_seal", "seal_doubtful", "wrong_form", "wrong_contest", "extra_content",
    "faint_strike", "partial_strike", "circled", "underlined", "overlined", "correction", "damaged",
    "two_sheets", "streak", "fold_on_name", "scale", "readers_disagree", "same_paper", "unreadable"};

template <class E, std::size_t N>
std::string_view name_of(const std::array<std::string_view, N>& names, E value) {
  const auto index = static_cast<std::size_t>(value);
  KP_CHECK(index < N);
  return names[index];
}

template <class E, std::size_t N>
std::optional<E> value_of(const std::array<std::string_view, N>& names, std::string_view text) {
  for (std::size_t i = 0; i < N; ++i)
    if (names[i] == text) return static_cast<E>(i);
  return std::nullopt;
}

}  // namespace

std::string_view to_text(MarkShape shape) { return name_of(kShapes, shape); }
std::string_view to_text(Mark mark) { return name_of(kMarks, mark); }
std::string_view to_text(Validity validity) { return name_of(kValidities, validity); }
std::string_view to_text(Outcome outcome) { return name_of(kOutcomes, outcome); }
std::string_view to_text(Reason reason) { return name_of(kReasons, reason); }

std::optional<MarkShape> mark_shape_from(std::string_view text) { return value_of<MarkShape>(kShapes, text); }
std::optional<Mark> mark_from(std::string_view text) { return value_of<Mark>(kMarks, text); }
std::optional<Validity> validity_from(std::string_view text) { return value_of<Validity>(kValidities, text); }
std::optional<Outcome> outcome_from(std::string_view text) { return value_of<Outcome>(kOutcomes, text); }
std::optional<Reason> reason_from(std::string_view text) { return value_of<Reason>(kReasons, text); }

}  // namespace kiemphieu::election
