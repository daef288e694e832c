#include "firmware-host/web/tally_json.h"

#include <algorithm>

#include "config/json/json.h"
#include "tally/counting/figures.h"

namespace kiemphieu::web {
namespace {

using json::OrderedJson;

OrderedJson figure_json(const counting::FigureResult& figure, const station::TallySheetView& sheet,
                        const election::Contest& contest) {
  const auto in = [&](const std::vector<std::string>& ids) {
    return std::ranges::find(ids, figure.id) != ids.end();
  };
  OrderedJson object = {{"id", figure.id},
                        {"label_vi", counting::figure_label_vi(figure.id, contest)},
                        {"value", nullptr},
                        {"proposal", nullptr},
                        {"must_type", in(sheet.typed)},
                        {"differed", in(sheet.differed)},
                        {"doubt", counting::to_text(figure.doubt)},
                        {"doubt_vi", counting::sentence_vi(figure.doubt)},
                        {"at_px", {figure.at.x_px, figure.at.y_px, figure.at.w_px, figure.at.h_px}}};
  if (figure.value) object["value"] = *figure.value;
  if (figure.proposal) object["proposal"] = *figure.proposal;
  return object;
}

/// Why it was handed back; null when it was not.
OrderedJson refusal_json(const std::string& id) {
  for (const ErrorInfo& row : all_errors())
    if (row.id == id)
      return {{"code", row.id}, {"what_vi", row.vi_what}, {"do_vi", row.vi_do}, {"what_en", row.en_what}};
  return nullptr;
}

OrderedJson tally_sheet_json(const station::TallySheetView& sheet, const election::Election& election) {
  const journal::TallySheetRecorded& record = sheet.record;
  OrderedJson object = {{"sheet", record.sheet},
                        {"contest", record.contest},
                        {"status", journal::to_text(sheet.status)},
                        {"refusal", refusal_json(record.refusal)},
                        {"upside_down", record.upside_down},
                        {"round", sheet.round},
                        {"entered_by", sheet.entered_by},
                        {"figures", OrderedJson::array()},
                        {"broken", OrderedJson::array()}};
  const election::Contest* contest = election.find_contest(record.contest);
  if (contest != nullptr)
    for (const counting::FigureResult& figure : record.judged.figures)
      object["figures"].push_back(figure_json(figure, sheet, *contest));
  for (const std::string& code : record.judged.broken)
    object["broken"].push_back({{"code", code},
                                {"text_vi", counting::rule_sentence(code).vi},
                                {"text_en", counting::rule_sentence(code).en}});
  return object;
}

}  // namespace

std::string tally_sheets_json(const station::View& view, const election::Election& election) {
  OrderedJson list = OrderedJson::array();
  for (const station::TallySheetView& sheet : view.tally_sheets)
    list.push_back(tally_sheet_json(sheet, election));
  return list.dump();
}

}  // namespace kiemphieu::web
