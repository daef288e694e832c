#include "firmware-host/web/view_json.h"

#include <cmath>

#include "config/json/json.h"
#include "firmware-host/web/pile_json.h"
#include "firmware-host/web/tally_json.h"
#include "tally/journal/export.h"

namespace kiemphieu::web {
namespace {

using json::OrderedJson;

OrderedJson error_json(const Error& error) {
  const ErrorInfo& row = info(error.code);
  const std::string what_vi = error.code == ErrorCode::kPileCountDiffers ? pile_sentence(error).vi : std::string{row.vi_what};
  return {{"code", row.id},
          {"evidence", error.evidence},
          {"what_vi", what_vi},
          {"fate_vi", fate_sentence(row.fate, Language::kVietnamese)},
          {"do_vi", row.vi_do},
          {"message_en", operator_sentence(error, Language::kEnglish)}};
}

OrderedJson reasons_json(const election::Election& election, const std::vector<election::Reason>& reasons) {
  OrderedJson list = OrderedJson::array();
  for (const election::Reason reason : reasons) {
    const election::ValidityRule& rule = election.rules.rule_for(reason);
    list.push_back({{"code", election::to_text(reason)}, {"text_vi", rule.text_vi}, {"source", rule.source}});
  }
  return list;
}

OrderedJson marks_json(const election::Election& election, const std::vector<counting::CandidateMark>& marks) {
  OrderedJson list = OrderedJson::array();
  for (const counting::CandidateMark& mark : marks) {
    list.push_back({{"id", mark.id},
                    {"mark", election::to_text(mark.mark)},
                    {"shape", election::to_text(mark.shape)},
                    {"text_vi", election.rules.rule_for(mark.shape).text_vi},
                    {"source", mark.source}});
  }
  return list;
}

OrderedJson troubles_json(const std::vector<reading::TroubleAt>& troubles) {
  OrderedJson list = OrderedJson::array();
  for (const reading::TroubleAt& trouble : troubles)
    list.push_back({{"code", reading::to_text(trouble.trouble)},
                    {"at_mm", trouble.at_mm},
                    {"text_vi", reading::sentence_vi(trouble.trouble)},
                    {"text_en", reading::sentence_en(trouble.trouble)}});
  return list;
}

OrderedJson streaks_json(const std::vector<station::StandingStreak>& streaks) {
  OrderedJson list = OrderedJson::array();
  for (const station::StandingStreak& streak : streaks)
    list.push_back({{"at_mm", std::lround(streak.at_mm)}, {"sheets", streak.sheets}});
  return list;
}

OrderedJson sheet_json(const station::View& view, const journal::SheetState& sheet, const election::Election& election) {
  const counting::Interpretation& proposal = sheet.record.interpretation;
  OrderedJson object = {{"batch", sheet.record.batch},
                        {"position", sheet.record.position},
                        {"form", reading::to_text(sheet.record.form)},
                        {"contest", proposal.contest},
                        {"outcome", election::to_text(proposal.outcome)},
                        {"validity", nullptr},
                        {"elects", proposal.elects},
                        {"waits", sheet.waits()},
                        {"decided", sheet.decision.has_value()},
                        {"reasons", reasons_json(election, proposal.reasons)},
                        {"candidates", marks_json(election, proposal.candidates)},
                        {"troubles", troubles_json(sheet.record.troubles)},
                        {"same_as", nullptr},
                        {"header", nullptr}};
  object["place"] = OrderedJson::parse(place_json(view, sheet.record.batch, sheet.record.position));
  if (sheet.record.header) object["header"] = *sheet.record.header;
  if (const auto& earlier = sheet.record.same_as)
    object["same_as"] = {{"batch", earlier->batch}, {"position", earlier->position}};
  if (proposal.validity) object["validity"] = election::to_text(*proposal.validity);
  return object;
}

OrderedJson batch_json(const station::BatchView& batch) {
  return {{"batch", batch.batch},
          {"contest", batch.contest},
          {"status", journal::to_text(batch.status)},
          {"sheets", batch.sheets},
          {"waiting", batch.waiting},
          {"returned", batch.returned},
          {"papers", batch.papers},
          {"hand_count", station::to_text(batch.hand_count)},
          {"valid", batch.totals.valid.value()},
          {"invalid", batch.totals.invalid.value()}};
}

/// What people call the pile; the full title is on the ballot.
std::string_view short_name_vi(const election::Contest& contest) {
  switch (contest.form) {
    case election::BallotForm::kNationalAssembly: return "Quốc hội";
    case election::BallotForm::kProvincialCouncil: return "HĐND tỉnh";
    case election::BallotForm::kCommuneCouncil: return "HĐND xã";
    case election::BallotForm::kHamlet: return contest.title_vi;
  }
  return contest.title_vi;
}

OrderedJson contest_json(const election::Contest& contest, Count voters) {
  OrderedJson candidates = OrderedJson::array();
  for (const election::Candidate& candidate : contest.candidates) {
    std::string name = std::string{election::to_text(candidate.honorific)};
    for (const std::string& line : candidate.printed_lines()) name += " " + line;
    candidates.push_back({{"id", candidate.id}, {"name", name}});
  }
  return {{"id", contest.id},         {"title_vi", contest.title_vi}, {"short_vi", short_name_vi(contest)},
          {"seats", contest.seats},
          {"paper_vi", contest.paper.name_vi}, {"paper_rgb", contest.paper.rgb},
          {"voters", voters.value()}, {"candidates", std::move(candidates)}};
}

OrderedJson push_json(const push::PusherStatus& push) {
  OrderedJson object = {{"online", push.online},
                        {"acknowledged", push.acknowledged_sequence},
                        {"last", push.last_sequence},
                        {"error", nullptr}};
  if (push.last_error) object["error"] = error_json(*push.last_error);
  return object;
}

/// null: no mirror is set. Never waits for the medium.
OrderedJson mirror_json(const station::View& view) {
  if (!view.mirror) return nullptr;
  const std::uint64_t behind = view.last_sequence - std::min(view.last_sequence, view.mirror->journal_sequence);
  OrderedJson object = {{"present", view.mirror->present}, {"behind", behind}, {"error", nullptr}};
  if (view.mirror->error) object["error"] = error_json(*view.mirror->error);
  return object;
}

OrderedJson power_json(const std::optional<power::PowerView>& power) {
  if (!power) return nullptr;
  OrderedJson object = {{"status", power->status}, {"charge_percent", nullptr}, {"runtime_s", nullptr}};
  if (power->charge_percent) object["charge_percent"] = *power->charge_percent;
  if (power->runtime_s) object["runtime_s"] = *power->runtime_s;
  return object;
}

OrderedJson person_json(const team::Person& person) {
  return {{"number", person.number}, {"role", team::to_text(person.role)}, {"role_vi", team::name_vi(person.role)}};
}

/// Null: the station has no list, and asks for no PIN.
OrderedJson team_json(const team::Roster& roster) {
  if (roster.empty()) return nullptr;
  OrderedJson people = OrderedJson::array();
  for (const team::Person& person : roster) people.push_back(person_json(person));
  return {{"people", std::move(people)}};
}

OrderedJson state_object(const station::View& view, const election::Election& election,
                         const election::Station& polling_station) {
  OrderedJson object = {{"lifecycle", station::to_text(view.lifecycle)},
                        {"station", polling_station.id},
                        {"number", polling_station.number},
                        {"commune", polling_station.commune},
                        {"province", polling_station.province},
                        {"team_members", polling_station.team_members},
                        {"scanning", view.scanning},
                        {"scanner", view.scanner},
                        {"open_batch", nullptr},
                        {"notice", nullptr},
                        {"waiting_total", view.waiting_total},
                        {"last_sequence", view.last_sequence},
                        {"readers", {{"lines", view.lines_read}, {"disagreements", view.readers_disagreed}}},
                        {"streaks", streaks_json(view.streaks)},
                        {"power", power_json(view.power)},
                        {"push", push_json(view.push)},
                        {"mirror", mirror_json(view)}};
  if (view.open_batch) object["open_batch"] = *view.open_batch;
  if (view.notice) object["notice"] = error_json(*view.notice);
  object["totals"] = OrderedJson::parse(journal::totals_json(view.totals, view.last_sequence));
  for (const char* key : {"contests", "batches", "last_sheets", "waiting", "handed_back"}) object[key] = OrderedJson::array();
  for (const auto& entry : polling_station.contests)
    if (const auto* contest = election.find_contest(entry.contest))
      object["contests"].push_back(contest_json(*contest, entry.voters));
  for (const auto& batch : view.batches) object["batches"].push_back(batch_json(batch));
  for (const auto& sheet : view.last_sheets) object["last_sheets"].push_back(sheet_json(view, sheet, election));
  for (const auto& sheet : view.waiting) object["waiting"].push_back(sheet_json(view, sheet, election));
  for (const auto& sheet : view.handed_back) object["handed_back"].push_back(sheet_json(view, sheet, election));
  object["tally_sheets"] = OrderedJson::parse(tally_sheets_json(view, election));
  object["resume"] = OrderedJson::parse(resume_json(view));
  object["by_hand"] = view.by_hand;
  object["correcting"] = view.correcting;
  object["team"] = team_json(view.team);
  return object;
}

}  // namespace

std::string state_json(const station::View& view, const election::Election& election,
                       const election::Station& polling_station) {
  return state_object(view, election, polling_station).dump();
}

std::string state_json(const station::View& view, const election::Election& election,
                       const election::Station& polling_station, const std::optional<team::Person>& signed_in) {
  OrderedJson object = state_object(view, election, polling_station);
  object["session"] = signed_in ? person_json(*signed_in) : OrderedJson(nullptr);
  return object.dump();
}

}  // namespace kiemphieu::web
