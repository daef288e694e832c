#include "sync/committee/objections.h"

#include <algorithm>
#include <array>

namespace kiemphieu::committee {
namespace {

struct Row {
  std::string_view text;
  Level level;
  std::string_view vi, en;
};
constexpr std::array kRows{
#define KP_OBJECTION(name, code, level, vi, en) Row{code, Level::level, vi, en},
#include "sync/committee/objections.def"
#undef KP_OBJECTION
};
const Row& row(Objection objection) { return kRows.at(static_cast<std::size_t>(objection)); }

}  // namespace

std::string_view to_text(Objection objection) { return row(objection).text; }
Level level_of(Objection objection) { return row(objection).level; }
std::string_view sentence(Objection objection, Language language) {
  return language == Language::kVietnamese ? row(objection).vi : row(objection).en;
}

std::optional<Objection> objection_from(std::string_view text) {
  const auto found = std::ranges::find(kRows, text, &Row::text);
  if (found == kRows.end()) return std::nullopt;
  return static_cast<Objection>(found - kRows.begin());
}

}  // namespace kiemphieu::committee
