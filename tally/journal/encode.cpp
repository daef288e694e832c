#include <algorithm>
#include <cmath>

#include "config/base/text.h"
#include "config/json/json.h"
#include "tally/journal/limits.h"
#include "tally/journal/records.h"

namespace kiemphieu::journal {
namespace {

using json::Json;

/// The longest start of `text` that JSON can carry: bytes that are no clean
/// UTF-8 and control characters become '?', at most `max_bytes` are kept.
std::string plain(std::string_view text, std::size_t max_bytes) {
  std::string clean;
  while (!text.empty()) {
    const auto lead = static_cast<unsigned char>(text.front());
    std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    const bool good = is_clean_utf8(text.substr(0, length));
    if (!good) length = 1;
    if (clean.size() + length > max_bytes) break;
    clean += good ? std::string{text.substr(0, length)} : "?";
    text.remove_prefix(length);
  }
  return clean;
}

std::string id(std::string_view text) { return plain(text, kMaxIdBytes); }

/// Free text may be empty; an empty text is left out.
void put_text(Json& object, const char* key, std::string_view text) {
  if (!text.empty()) object[key] = plain(text, kMaxTextBytes);
}

std::int64_t millionths(double score) {
  if (!(score > 0)) return 0;
  return std::llround(std::min(score, 1.0) * static_cast<double>(kScoreScale));
}

Json json_of(const counting::ContestTotals& totals) {
  Json classes = Json::array();
  for (const Count count : totals.classes) classes.push_back(count.value());
  Json candidates = Json::array();
  for (const auto& [candidate, votes] : totals.candidates)
    candidates.push_back({{"id", id(candidate)}, {"votes", votes.value()}});
  return {{"contest", id(totals.contest)},       {"seats", totals.seats},
          {"collected", totals.collected.value()}, {"valid", totals.valid.value()},
          {"invalid", totals.invalid.value()},     {"in_review", totals.in_review.value()},
          {"classes", std::move(classes)},         {"candidates", std::move(candidates)}};
}

void put(Json& body, const counting::Interpretation& interpretation) {
  Json reasons = Json::array();
  for (const election::Reason reason : interpretation.reasons) reasons.push_back(to_text(reason));
  Json candidates = Json::array();
  for (const counting::CandidateMark& mark : interpretation.candidates)
    candidates.push_back({{"id", id(mark.id)},
                          {"mark", to_text(mark.mark)},
                          {"shape", to_text(mark.shape)},
                          {"score_ppm", millionths(mark.score)},
                          {"source", id(mark.source)}});
  if (!interpretation.contest.empty()) body["contest"] = id(interpretation.contest);
  body["outcome"] = to_text(interpretation.outcome);
  if (interpretation.validity) body["validity"] = to_text(*interpretation.validity);
  body["elects"] = interpretation.elects;
  body["reasons"] = std::move(reasons);
  body["candidates"] = std::move(candidates);
}

Json json_of(const std::vector<reading::TroubleAt>& troubles) {
  Json list = Json::array();
  for (const reading::TroubleAt& trouble : troubles) {
    Json places = Json::array();
    for (const double mm : trouble.at_mm) places.push_back(std::llround(mm * 1000));
    list.push_back({{"code", to_text(trouble.trouble)}, {"at_um", std::move(places)}});
  }
  return list;
}

Json json_of(const std::vector<counting::FigureResult>& figures) {
  Json list = Json::array();
  for (const counting::FigureResult& figure : figures) {
    Json item = {{"id", id(figure.id)},
                 {"sure", figure.sure},
                 {"outcome", to_text(figure.outcome)},
                 {"doubt", to_text(figure.doubt)},
                 {"at", {figure.at.x_px, figure.at.y_px, figure.at.w_px, figure.at.h_px}}};
    if (figure.value) item["value"] = *figure.value;
    if (figure.proposal) item["proposal"] = *figure.proposal;
    list.push_back(std::move(item));
  }
  return list;
}

Json json_of(const std::vector<EnteredFigure>& figures) {
  Json list = Json::array();
  for (const EnteredFigure& figure : figures)
    list.push_back({{"id", id(figure.id)}, {"value", figure.value}, {"typed", figure.typed}});
  return list;
}

struct BodyOf {
  Json operator()(const JournalCreated& r) const {
    return {{"election", r.election.hex()}, {"station", id(r.station)},
            {"public_key", id(r.public_key_hex)}, {"software", id(r.software)}};
  }
  Json operator()(const StationStarted& r) const { return {{"boot", r.boot}, {"wall_unix_s", r.wall_unix_s}}; }
  Json operator()(const LifecycleChanged& r) const {
    Json body = {{"from", id(r.from)}, {"event", id(r.event)}, {"to", id(r.to)}, {"wall_unix_s", r.wall_unix_s}};
    if (r.by) body["by"] = *r.by;
    put_text(body, "by_name", r.by_name);
    put_text(body, "reason_vi", r.reason_vi);
    return body;
  }
  Json operator()(const BatchOpened& r) const { return {{"batch", r.batch}, {"contest", id(r.contest)}}; }
  Json operator()(const FeedStarted& r) const { return {{"batch", r.batch}}; }
  Json operator()(const FeedStopped& r) const {
    Json body = {{"batch", r.batch}, {"reason", id(r.reason)}, {"sheets_recorded", r.sheets_recorded}};
    if (r.sheets_fed) body["sheets_fed"] = *r.sheets_fed;
    if (r.uncounted) body["uncounted"] = *r.uncounted;
    if (r.counter) body["counter"] = *r.counter;
    if (r.stop_asked) body["stop_asked"] = true;
    return body;
  }
  Json operator()(const FeederCounted& r) const { return {{"batch", r.batch}, {"counter", r.counter}}; }
  Json operator()(const SheetRecorded& r) const {
    Json body = {{"batch", r.batch},           {"position", r.position},         {"image", r.image.hex()},
                 {"form", to_text(r.form)},    {"seal", to_text(r.seal)},        {"upside_down", r.upside_down},
                 {"skew_mdeg", r.skew_mdeg},   {"scale_permille", r.scale_permille}};
    if (r.readers.lines > 0)
      body["readers"] = {{"lines", r.readers.lines}, {"disagreements", r.readers.disagreements}};
    if (!r.troubles.empty()) body["troubles"] = json_of(r.troubles);
    if (r.same_as) body["same_as"] = {{"batch", r.same_as->batch}, {"position", r.same_as->position}};
    if (r.header) body["header"] = *r.header;
    put(body, r.interpretation);
    return body;
  }
  Json operator()(const TeamDecision& r) const {
    Json elected = Json::array();
    for (const std::string& candidate : r.ballot.elected) elected.push_back(id(candidate));
    Json body = {{"batch", r.batch},          {"position", r.position},   {"not_a_ballot", r.not_a_ballot},
                 {"present", r.present},      {"in_favour", r.in_favour}, {"against", r.against},
                 {"elected", std::move(elected)}, {"validity", to_text(r.ballot.validity)}};
    put_text(body, "reason_vi", r.reason_vi);
    if (r.by) body["by"] = *r.by;
    if (!r.members.empty()) body["members"] = r.members;
    return body;
  }
  Json operator()(const BatchClosed& r) const {
    Json body = {{"batch", r.batch}, {"sheets", r.sheets}};
    if (r.papers_by_hand) body["papers_by_hand"] = *r.papers_by_hand;
    return body;
  }
  Json operator()(const BatchSettled& r) const { return {{"batch", r.batch}, {"totals", json_of(r.totals)}}; }
  Json operator()(const BatchVoided& r) const {
    Json body = {{"batch", r.batch}};
    put_text(body, "reason_vi", r.reason_vi);
    if (r.by) body["by"] = *r.by;
    return body;
  }
  Json operator()(const TallyFeedStarted&) const { return Json::object(); }
  Json operator()(const TallyFeedStopped& r) const {
    Json body = {{"reason", id(r.reason)}, {"sheets_recorded", r.sheets_recorded}};
    if (r.sheets_fed) body["sheets_fed"] = *r.sheets_fed;
    return body;
  }
  Json operator()(const TallySheetRecorded& r) const {
    Json body = {{"sheet", r.sheet},
                 {"image", r.image.hex()},
                 {"form", to_text(r.form)},
                 {"outcome", to_text(r.judged.outcome)},
                 {"figures", json_of(r.judged.figures)},
                 {"broken", r.judged.broken},
                 {"upside_down", r.upside_down},
                 {"skew_mdeg", r.skew_mdeg},
                 {"scale_permille", r.scale_permille}};
    if (!r.contest.empty()) body["contest"] = id(r.contest);
    if (!r.refusal.empty()) body["refusal"] = id(r.refusal);
    return body;
  }
  Json operator()(const TallySheetEntered& r) const {
    return {{"sheet", r.sheet}, {"round", r.round}, {"member", r.member}, {"figures", json_of(r.figures)}};
  }
  Json operator()(const TallySheetSettled& r) const {
    Json body = {{"sheet", r.sheet},
                 {"voters", r.count.voters.value()},
                 {"voted", r.count.voted.value()},
                 {"issued", r.count.issued.value()},
                 {"totals", json_of(r.count.totals)}};
    if (r.replaces) body["replaces"] = *r.replaces;
    return body;
  }
  Json operator()(const TallySheetDiscarded& r) const {
    Json body = {{"sheet", r.sheet}, {"member", r.member}};
    put_text(body, "reason_vi", r.reason_vi);
    return body;
  }
  Json operator()(const TallyCorrectionOpened& r) const {
    Json body = {{"contest", id(r.contest)}};
    put_text(body, "reason_vi", r.reason_vi);
    return body;
  }
  Json operator()(const TakenOver& r) const {
    return {{"epoch", r.epoch},
            {"public_key", id(r.public_key_hex)},
            {"software", id(r.software)},
            {"wall_unix_s", r.wall_unix_s}};
  }
  Json operator()(const ImagesDestroyed&) const { return Json::object(); }
  Json operator()(const Incident& r) const {
    Json body = {{"code", id(r.code)}, {"wall_unix_s", r.wall_unix_s}};
    put_text(body, "evidence", r.evidence);
    if (r.batch) body["batch"] = *r.batch;
    if (r.papers_by_hand) body["papers_by_hand"] = *r.papers_by_hand;
    return body;
  }
};

}  // namespace

std::string encode(const Record& record) { return json::canonical(std::visit(BodyOf{}, record)); }

}  // namespace kiemphieu::journal
