#include "firmware-host/web/pile_json.h"

#include <fmt/format.h>

#include "config/json/json.h"

namespace kiemphieu::web {
namespace {

using json::OrderedJson;

OrderedJson place_of(const station::View& view, int batch, int position) {
  const auto found = view.places.find({batch, position});
  if (found == view.places.end()) return nullptr;
  const auto& [from_top, of] = found->second;
  return {{"from_top", from_top},
          {"of", of},
          {"text_vi", fmt::format("tờ thứ {} từ trên xuống", from_top)},
          {"text_en", fmt::format("sheet {} from the top", from_top)}};
}

OrderedJson last_json(const station::View& view, int batch, int position) {
  return {{"batch", batch},
          {"position", position},
          {"place", place_of(view, batch, position)},
          {"image", fmt::format("/api/v1/sheets/{}/{}/image", batch, position)}};
}

}  // namespace

std::string place_json(const station::View& view, int batch, int position) {
  return place_of(view, batch, position).dump();
}

std::string resume_json(const station::View& view) {
  if (!view.resume) return "null";
  const station::Resume& resume = *view.resume;
  OrderedJson object = {{"batch", resume.batch},   {"contest", resume.contest}, {"reason", resume.reason},
                        {"stop_asked", resume.stop_asked}, {"calm", resume.calm}, {"sheets", resume.sheets},
                        {"papers", resume.papers}, {"last", nullptr},           {"uncounted", nullptr},
                        {"steps", OrderedJson::array()}};
  if (resume.last) object["last"] = last_json(view, resume.batch, *resume.last);
  if (resume.uncounted) object["uncounted"] = *resume.uncounted;
  for (const station::ResumeStep step : resume.steps)
    object["steps"].push_back({{"code", station::to_text(step)},
                               {"text_vi", sentence(step, resume, view.output_stack, Language::kVietnamese)},
                               {"text_en", sentence(step, resume, view.output_stack, Language::kEnglish)}});
  return object.dump();
}

PileSentence pile_sentence(const Error& error) {
  const ErrorInfo& row = info(error.code);
  PileSentence sentence{std::string{row.vi_what}, std::string{row.en_what}};
  const auto figures = station::pile_figures_from(error.evidence);
  if (!figures) return sentence;
  sentence.vi += fmt::format(" Máy đếm {} phiếu trong chồng {}.", figures->papers, figures->batch);
  sentence.en += fmt::format(" The machine counted {} ballots in pile {}.", figures->papers, figures->batch);
  if (figures->by_hand) {
    sentence.vi += fmt::format(" Tổ đếm tay {} phiếu.", *figures->by_hand);
    sentence.en += fmt::format(" The team counted {} by hand.", *figures->by_hand);
  }
  if (figures->fed && figures->moved) {
    sentence.vi += fmt::format(" Máy quét đã kéo {} tờ, máy chỉ biết {} tờ.", *figures->fed, *figures->moved);
    sentence.en += fmt::format(" The scanner fed {} sheets, the machine knows of {}.", *figures->fed, *figures->moved);
  }
  if (figures->same_papers > 0) {
    sentence.vi += fmt::format(" {} tờ chờ cả Tổ vì giống tờ đã quét trong chồng này: xem xét trước.", figures->same_papers);
    sentence.en += fmt::format(" {} sheets wait for the team as fed twice in this pile: decide them first.", figures->same_papers);
  }
  return sentence;
}

}  // namespace kiemphieu::web
