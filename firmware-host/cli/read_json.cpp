#include "firmware-host/cli/read_json.h"

#include <cmath>

#include "config/json/json.h"

namespace kiemphieu::cli {
namespace {

using json::OrderedJson;

/// Two decimals: more would promise a precision that the score does not have.
double rounded(double score) { return std::round(score * 100.0) / 100.0; }

/// The second reader's view of each name line of this candidate.
OrderedJson second_json(const reading::SheetReading& reading, const std::string& id) {
  OrderedJson list = OrderedJson::array();
  for (const reading::CandidateReading& candidate : reading.candidates)
    if (candidate.id == id)
      for (const reading::LineEvidence& line : candidate.lines)
        list.push_back({{"view", reading::to_text(line.second.view)},
                        {"kept", rounded(line.second.kept_permille / 1000.0)},
                        {"struck", rounded(line.second.struck_permille / 1000.0)}});
  return list;
}

OrderedJson candidates_json(const counting::Interpretation& interpretation, const reading::SheetReading& reading) {
  OrderedJson list = OrderedJson::array();
  for (const counting::CandidateMark& mark : interpretation.candidates) {
    list.push_back({{"id", mark.id},
                    {"mark", election::to_text(mark.mark)},
                    {"shape", election::to_text(mark.shape)},
                    {"score", rounded(mark.score)},
                    {"second", second_json(reading, mark.id)}});
  }
  return list;
}

OrderedJson figures_json(const counting::TallySheet& sheet) {
  OrderedJson list = OrderedJson::array();
  for (const counting::FigureResult& figure : sheet.figures) {
    OrderedJson field = {{"id", figure.id},
                         {"value", nullptr},
                         {"confidence", rounded(figure.sure / 10000.0)},
                         {"outcome", election::to_text(figure.outcome)},
                         {"doubt", counting::to_text(figure.doubt)}};
    if (figure.value) field["value"] = *figure.value;
    if (figure.proposal) field["proposal"] = *figure.proposal;
    list.push_back(std::move(field));
  }
  return list;
}

/// Places with one decimal: a streak is no thinner.
OrderedJson troubles_json(const std::vector<reading::TroubleAt>& troubles) {
  OrderedJson list = OrderedJson::array();
  for (const reading::TroubleAt& trouble : troubles) {
    OrderedJson entry = {{"code", reading::to_text(trouble.trouble)}};
    if (!trouble.at_mm.empty()) entry["at_mm"] = OrderedJson::array();
    for (const double mm : trouble.at_mm) entry["at_mm"].push_back(std::round(mm * 10.0) / 10.0);
    list.push_back(std::move(entry));
  }
  return list;
}

/// The keys of a tally sheet in place of a ballot's.
void add_tally_sheet(const counting::TallySheet& sheet, OrderedJson& object) {
  object["outcome"] = election::to_text(sheet.outcome);
  object["fields"] = figures_json(sheet);
  object["broken"] = sheet.broken;
}

/// The sentence, and where.
std::string trouble_words(const reading::TroubleAt& trouble) {
  std::string words{reading::sentence_vi(trouble.trouble)};
  for (std::size_t i = 0; i < trouble.at_mm.size(); ++i)
    words += (i == 0 ? " [" : ", ") + std::to_string(std::lround(trouble.at_mm[i])) + " mm";
  return trouble.at_mm.empty() ? words : words + "]";
}

}  // namespace

std::string to_json_line(const PageResult& result) {
  const auto& [file, page, reading, interpretation, tally_sheet, decode_us, error_id] = result;
  OrderedJson reasons = OrderedJson::array();
  for (const election::Reason reason : interpretation.reasons) reasons.push_back(election::to_text(reason));
  OrderedJson object = {{"file", file},
                        {"page", page},
                        {"form", reading::to_text(reading.form)},
                        {"contest", nullptr},
                        {"outcome", election::to_text(interpretation.outcome)},
                        {"validity", nullptr},
                        {"elects", interpretation.elects},
                        {"reasons", std::move(reasons)},
                        {"candidates", candidates_json(interpretation, reading)},
                        {"seal", reading::to_text(reading.seal)},
                        {"troubles", troubles_json(reading.troubles)},
                        {"upside_down", reading.quality.upside_down},
                        {"skew_mdeg", reading.quality.skew_mdeg},
                        {"scale_permille", reading.quality.scale_permille},
                        {"timing_us",
                         {{"decode", decode_us},
                          {"register", reading.timing.register_us},
                          {"read", reading.timing.read_us}}}};
  if (!reading.contest.empty()) object["contest"] = reading.contest;
  if (interpretation.validity) object["validity"] = election::to_text(*interpretation.validity);
  if (reading.form == reading::Form::kTallySheet) {
    object.erase("candidates");
    add_tally_sheet(tally_sheet, object);
  }
  if (!error_id.empty()) object["error"] = error_id;
  return object.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
}

namespace {

/// "… chờ hai người xem xét" and a line for each figure in the form's own words.
std::string tally_sheet_text(const PageResult& result, const election::Contest& contest) {
  const counting::TallySheet& sheet = result.tally_sheet;
  std::string text = "bảng ghi kết quả kiểm phiếu " + result.reading.contest;
  if (sheet.outcome == election::Outcome::kReturned) return text + ", trả lại: không phải của khu vực bỏ phiếu này";
  if (sheet.outcome == election::Outcome::kReview) text += ", chờ hai người xem xét";
  for (const counting::FigureResult& figure : sheet.figures) {
    text += "\n    " + counting::figure_label_vi(figure.id, contest) + ": " +
            (figure.value ? std::to_string(*figure.value) : "?");
    if (figure.outcome == election::Outcome::kAccepted) continue;
    text += " (" + std::string{counting::sentence_vi(figure.doubt)};
    if (figure.proposal) text += "; theo các phép cộng có thể là " + std::to_string(*figure.proposal);
    text += ")";
  }
  for (const std::string& code : sheet.broken)
    text += "\n    " + code + ": " + std::string{counting::rule_sentence(code).vi};
  return text;
}

}  // namespace

std::string to_text_line(const PageResult& result, const election::Election& election) {
  const counting::Interpretation& interpretation = result.interpretation;
  std::string line = result.file + ", trang " + std::to_string(result.page) + ": ";
  const election::Contest* contest = election.find_contest(result.reading.contest);
  if (result.reading.form == reading::Form::kTallySheet && contest != nullptr)
    return line + tally_sheet_text(result, *contest);
  if (interpretation.outcome == election::Outcome::kReturned) {
    line += "trả lại";
  } else {
    const bool valid = interpretation.validity == election::Validity::kValid;
    line += "phiếu " + interpretation.contest + (valid ? ", hợp lệ, bầu " : ", không hợp lệ, để lại ") +
            std::to_string(interpretation.elects) + " người";
    if (interpretation.outcome == election::Outcome::kReview) line += ", chờ cả Tổ xem xét";
  }
  for (std::size_t i = 0; i < interpretation.reasons.size(); ++i)
    line += (i == 0 ? " (" : ", ") + std::string{election::to_text(interpretation.reasons[i])};
  if (!interpretation.reasons.empty()) line += ")";
  for (const reading::TroubleAt& trouble : result.reading.troubles) line += "\n    " + trouble_words(trouble);
  return line;
}

}  // namespace kiemphieu::cli
