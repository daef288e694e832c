#include "tally/journal/ordinary_sheet.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "config/base/text.h"
#include "tally/journal/limits.h"

/// Method: refuse whatever needs cutting, cleaning or escaping; what is left has one
/// spelling. The order of the keys is that of their bytes (docs/formats/journal.md).

namespace kiemphieu::journal {
namespace {

constexpr int kFarFromLimits = 1'000'000;

bool is_plain(std::string_view text) {
  return !text.empty() && text.size() <= kMaxIdBytes && text.find_first_of("\"\\") == std::string_view::npos &&
         is_clean_utf8(text);
}

bool is_plain(const counting::CandidateMark& mark) {
  return is_plain(mark.id) && is_plain(mark.source) && mark.score >= 0 && mark.score <= 1;
}

bool is_ordinary(const SheetRecorded& sheet) {
  const counting::Interpretation& seen = sheet.interpretation;
  const auto near = [](int value, int least, int most) { return value >= least && value <= most; };
  return near(sheet.batch, 1, kMaxBatch) && near(sheet.position, 1, kMaxPosition) && is_plain(seen.contest) &&
         near(seen.elects, 0, election::kMaxCandidates) && seen.candidates.size() <= static_cast<std::size_t>(election::kMaxCandidates) &&
         seen.reasons.size() <= election::kReasonCount && sheet.troubles.empty() && !sheet.same_as && !sheet.header &&
         std::abs(sheet.skew_mdeg) < kFarFromLimits && near(sheet.scale_permille, 0, kFarFromLimits) &&
         near(sheet.readers.lines, 0, kFarFromLimits) && near(sheet.readers.disagreements, 0, sheet.readers.lines) &&
         std::ranges::all_of(seen.candidates, [](const auto& mark) { return is_plain(mark); });
}

class Writer {
 public:
  Writer& raw(std::string_view text) {
    out_ += text;
    return *this;
  }
  Writer& text(std::string_view text) {
    out_ += '"';
    out_ += text;
    out_ += '"';
    return *this;
  }
  Writer& number(long long value) {
    out_ += std::to_string(value);
    return *this;
  }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

void put(Writer& to, std::vector<counting::CandidateMark>& candidates) {
  bool first = true;
  for (counting::CandidateMark& mark : candidates) {
    const long long millionths = std::llround(mark.score * static_cast<double>(kScoreScale));
    mark.score = static_cast<double>(millionths) / static_cast<double>(kScoreScale);
    to.raw(first ? "{\"id\":" : ",{\"id\":").text(mark.id).raw(",\"mark\":").text(to_text(mark.mark));
    to.raw(",\"score_ppm\":").number(millionths).raw(",\"shape\":").text(to_text(mark.shape));
    to.raw(",\"source\":").text(mark.source).raw("}");
    first = false;
  }
}

void put(Writer& to, const std::vector<election::Reason>& reasons) {
  for (std::size_t i = 0; i < reasons.size(); ++i) to.raw(i == 0 ? "" : ",").text(to_text(reasons[i]));
}

}  // namespace

std::optional<StoredSheet> ordinary_sheet(const SheetRecorded& sheet) {
  if (!is_ordinary(sheet)) return std::nullopt;
  StoredSheet stored{{}, sheet};
  counting::Interpretation& seen = stored.record.interpretation;
  Writer to;
  to.raw("{\"batch\":").number(sheet.batch).raw(",\"candidates\":[");
  put(to, seen.candidates);
  to.raw("],\"contest\":").text(seen.contest).raw(",\"elects\":").number(seen.elects);
  to.raw(",\"form\":").text(to_text(sheet.form)).raw(",\"image\":").text(sheet.image.hex());
  to.raw(",\"outcome\":").text(to_text(seen.outcome)).raw(",\"position\":").number(sheet.position);
  if (sheet.readers.lines > 0)
    to.raw(",\"readers\":{\"disagreements\":").number(sheet.readers.disagreements).raw(",\"lines\":").number(sheet.readers.lines).raw("}");
  to.raw(",\"reasons\":[");
  put(to, seen.reasons);
  to.raw("],\"scale_permille\":").number(sheet.scale_permille).raw(",\"seal\":").text(to_text(sheet.seal));
  to.raw(",\"skew_mdeg\":").number(sheet.skew_mdeg).raw(",\"upside_down\":").raw(sheet.upside_down ? "true" : "false");
  if (seen.validity) to.raw(",\"validity\":").text(to_text(*seen.validity));
  stored.body = to.raw("}").take();
  if (sheet.readers.lines == 0) stored.record.readers = {};
  return stored;
}

}  // namespace kiemphieu::journal
