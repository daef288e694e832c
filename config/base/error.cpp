#include "config/base/error.h"

#include <array>

#include "config/base/check.h"

namespace kiemphieu {
namespace {

constexpr auto kTable = std::to_array<ErrorInfo>({
#define KP_ERROR(name, id, fate, vi_what, vi_do, en_what, en_do) \
  {ErrorCode::name, id, SheetFate::fate, vi_what, vi_do, en_what, en_do},
#include "config/base/errors/all.def"
#undef KP_ERROR
});

}  // namespace

std::span<const ErrorInfo> all_errors() { return kTable; }

const ErrorInfo& info(ErrorCode code) {
  const auto index = static_cast<std::size_t>(code);
  KP_CHECK(index < kTable.size());
  return kTable[index];
}

Error Error::with_context(std::string where) && {
  context.push_back(std::move(where));
  return std::move(*this);
}

std::string Error::log_line() const {
  std::string line{info(code).id};
  if (!evidence.empty()) line += ": " + evidence;
  if (context.empty()) return line;
  line += " (";
  for (std::size_t i = 0; i < context.size(); ++i) {
    if (i > 0) line += "; ";
    line += context[i];
  }
  return line + ")";
}

std::string_view fate_sentence(SheetFate fate, Language language) {
  const bool vi = language == Language::kVietnamese;
  switch (fate) {
    case SheetFate::kNoSheet:
      return "";
    case SheetFate::kNotCounted:
      return vi ? "Tờ này CHƯA được đếm; các tờ trước đó vẫn giữ nguyên."
                : "This sheet is NOT counted; the sheets before it are kept.";
    case SheetFate::kCounted:
      return vi ? "Tờ này ĐÃ được đếm." : "This sheet IS counted.";
    case SheetFate::kSeeCounter:
      return vi ? "Các tờ đã đếm vẫn giữ nguyên; hãy so số đếm trên màn hình với chồng giấy."
                : "Counted sheets are kept; compare the counter on the screen with the stack.";
  }
  return "";
}

std::string operator_sentence(const Error& error, Language language) {
  const ErrorInfo& row = info(error.code);
  const bool vi = language == Language::kVietnamese;
  std::string text{vi ? row.vi_what : row.en_what};
  const std::string_view fate = fate_sentence(row.fate, language);
  if (!fate.empty()) text.append(" ").append(fate);
  return text.append(" ").append(vi ? row.vi_do : row.en_do);
}

}  // namespace kiemphieu
