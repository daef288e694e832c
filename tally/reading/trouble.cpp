#include "tally/reading/trouble.h"

#include <array>

#include "config/base/check.h"

namespace kiemphieu::reading {
namespace {

struct Row {
  std::string_view text, vi, en;
};
constexpr std::array<Row, kTroubleCount> kRows{{
#define KP_TROUBLE(name, text, vi, en) {text, vi, en},
#include "tally/reading/troubles.def"
#undef KP_TROUBLE
}};

const Row& row(Trouble trouble) {
  const auto index = static_cast<std::size_t>(trouble);
  KP_CHECK(index < kRows.size());
  return kRows.at(index);
}

}  // namespace

std::string_view to_text(Trouble trouble) { return row(trouble).text; }
std::optional<Trouble> trouble_from(std::string_view text) {
  for (std::size_t i = 0; i < kRows.size(); ++i)
    if (kRows.at(i).text == text) return static_cast<Trouble>(i);
  return std::nullopt;
}
std::string_view sentence_vi(Trouble trouble) { return row(trouble).vi; }
std::string_view sentence_en(Trouble trouble) { return row(trouble).en; }

}  // namespace kiemphieu::reading
