#include "firmware-host/web/routes.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "config/json/json.h"
#include "firmware-host/web/pile_json.h"
#include "firmware-host/team/permissions.h"
#include "firmware-host/web/view_json.h"
#include "firmware-host/web/metrics.h"
#include "firmware-host/web/sign_in.h"
#include "sync/http/asset.h"
#include "sync/http/local.h"
#include "sync/http/metrics.h"
#include "tally/counting/figures.h"
#include "tally/journal/export.h"
#include "firmware-host/web/web_assets.h"

namespace kiemphieu::web {
namespace {

constexpr std::string_view kApi = "/api/v1/";
constexpr std::string_view kSheets = "/api/v1/sheets/";
constexpr std::string_view kTallySheets = "/api/v1/tally/";
constexpr int kMaxMembers = team::kMaxNumber;

int status_of(const Error& error) {
  switch (error.code) {
    case ErrorCode::kNotAllowedNow:
    case ErrorCode::kRecordOrder:
    case ErrorCode::kQuorum:
    case ErrorCode::kBallotImpossible:
    case ErrorCode::kBallotsScanned:
    case ErrorCode::kCountedByHand:
    case ErrorCode::kTallyWaits:
    case ErrorCode::kTallyConfirmed:
    case ErrorCode::kSamePerson:
    case ErrorCode::kStationSuperseded:
    case ErrorCode::kSpaceShort:
    case ErrorCode::kPileCountDiffers:
    case ErrorCode::kMembersPresent:
    case ErrorCode::kPowerOnBattery:
    case ErrorCode::kCodesTooMany:
    case ErrorCode::kTotalsMismatch: return 409;
    case ErrorCode::kSignInNeeded: return 401;
    case ErrorCode::kRoleNotAllowed:
    case ErrorCode::kNotThisPerson: return 403;
    case ErrorCode::kFigureNotTyped:
    case ErrorCode::kFiguresImpossible: return 422;
    case ErrorCode::kFieldInvalid:
    case ErrorCode::kJsonInvalid:
    case ErrorCode::kReopenWhoWhy:
    case ErrorCode::kJsonLimit:
    case ErrorCode::kUnknownContest:
    case ErrorCode::kHttpBadRequest: return 400;
    case ErrorCode::kSheetUnknown:
    case ErrorCode::kFileNotFound:
    case ErrorCode::kHttpNotFound: return 404;
    default: return 503;
  }
}

/// Figures that cannot be: also which rules they break, in words. The evidence is
/// the rules' codes alone, so that no figure of one person reaches another.
http::Response refuse_figures(const Error& error) {
  json::OrderedJson rules = json::OrderedJson::array();
  std::string vi, en;
  for (std::string_view rest = error.evidence; !rest.empty();) {
    const std::string_view code = rest.substr(0, rest.find(' '));
    rest.remove_prefix(std::min(rest.size(), code.size() + 1));
    const counting::RuleSentence sentence = counting::rule_sentence(code);
    vi.append(" ").append(sentence.vi), en.append(" ").append(sentence.en);
    rules.push_back(code);
  }
  const ErrorInfo& row = info(error.code);
  const json::OrderedJson body{{"code", row.id},
                               {"message_vi", fmt::format("{}{} {}", row.vi_what, vi, row.vi_do)},
                               {"message_en", fmt::format("{}{} {}", row.en_what, en, row.en_do)},
                               {"rules", rules}};
  return {.status = status_of(error), .content_type = "application/json", .body = body.dump() + "\n", .headers = {}};
}

/// The numbers that do not agree, in words.
http::Response refuse_count(const Error& error) {
  const ErrorInfo& row = info(error.code);
  const PileSentence what = pile_sentence(error);
  const json::OrderedJson body{{"code", row.id},
                               {"message_vi", fmt::format("{} {}", what.vi, row.vi_do)},
                               {"message_en", fmt::format("{} {}", what.en, row.en_do)}};
  return {.status = status_of(error), .content_type = "application/json", .body = body.dump() + "\n", .headers = {}};
}

http::Response refuse(const Error& error) {
  if (error.code == ErrorCode::kPileCountDiffers) return refuse_count(error);
  if (error.code == ErrorCode::kFiguresImpossible) return refuse_figures(error);
  return http::error_response(status_of(error), error);
}

/// "tally/3/image" → 3.
std::optional<int> tally_path(std::string_view path) {
  path.remove_prefix(kTallySheets.size());
  int sheet = 0;
  const auto [rest, wrong] = std::from_chars(path.data(), path.data() + path.size(), sheet);
  if (wrong != std::errc{} || std::string_view(rest, path.data() + path.size()) != "/image") return std::nullopt;
  return sheet;
}

/// "sheets/3/47/image" → batch 3, position 47.
struct SheetPath {
  int batch = 0, position = 0;
};
std::optional<SheetPath> sheet_path(std::string_view path) {
  path.remove_prefix(kSheets.size());
  SheetPath found;
  auto [after_batch, e1] = std::from_chars(path.data(), path.data() + path.size(), found.batch);
  if (e1 != std::errc{} || after_batch == path.data() + path.size() || *after_batch != '/') return std::nullopt;
  auto [rest, e2] = std::from_chars(after_batch + 1, path.data() + path.size(), found.position);
  if (e2 != std::errc{} || std::string_view(rest, path.data() + path.size()) != "/image") return std::nullopt;
  return found;
}

/// Numbers of the members present; none when they are not named.
Result<std::vector<int>> parse_members(const json::ObjectReader& body) {
  std::vector<int> members;
  const auto found = body.raw().find("members");
  if (found == body.raw().end()) return members;
  if (!found->is_array() || found->size() > std::size_t{kMaxMembers}) return body.wrong("members", "a list of numbers");
  for (const json::Json& item : *found) {
    if (!item.is_number_integer() || item.get<std::int64_t>() < 1 || item.get<std::int64_t>() > kMaxMembers)
      return body.wrong("members", "numbers in the polling team's list");
    members.push_back(item.get<int>());
  }
  return members;
}

Result<journal::TeamDecision> parse_decision(const json::ObjectReader& body) {
  KP_TRY_VOID(body.only({"batch", "position", "validity", "elected", "not_a_ballot", "present", "in_favour", "against",
                         "reason_vi", "members"}));
  journal::TeamDecision decision;
  KP_TRY(const auto batch, body.integer("batch", 1, 100'000));
  KP_TRY(const auto position, body.integer("position", 1, 100'000));
  KP_TRY(const auto present, body.integer("present", 0, kMaxMembers));
  KP_TRY(const auto in_favour, body.integer("in_favour", 0, kMaxMembers));
  KP_TRY(const auto against, body.integer("against", 0, kMaxMembers));
  KP_TRY(const auto reason, body.optional_text("reason_vi", 500));
  decision.batch = static_cast<int>(batch);
  decision.position = static_cast<int>(position);
  decision.present = static_cast<int>(present);
  decision.in_favour = static_cast<int>(in_favour);
  decision.against = static_cast<int>(against);
  decision.reason_vi = reason.value_or("");
  KP_TRY(decision.members, parse_members(body));
  if (body.has("not_a_ballot")) {
    KP_TRY(decision.not_a_ballot, body.boolean("not_a_ballot"));
  }
  if (decision.not_a_ballot) return decision;
  KP_TRY(const std::string validity, body.text("validity"));
  const auto value = election::validity_from(validity);
  if (!value) return body.wrong("validity", "\"valid\" or \"invalid\"");
  decision.ballot.validity = *value;
  if (body.has("elected")) {
    KP_TRY(decision.ballot.elected, body.texts("elected", election::kMaxCandidates));
  }
  return decision;
}

constexpr int kMaxSheet = 1'000'000;
constexpr std::int64_t kMaxFigure = 1'000'000;  // the station's own limits are below

Result<int> small(const json::ObjectReader& body, std::string_view key, std::int64_t max) {
  KP_TRY(const std::int64_t value, body.integer(key, 1, max));
  return static_cast<int>(value);
}

Result<station::TallyEntry> parse_entry(const json::ObjectReader& body) {
  KP_TRY_VOID(body.only({"sheet", "round", "member", "figures"}));
  station::TallyEntry entry;
  KP_TRY(entry.sheet, small(body, "sheet", kMaxSheet));
  KP_TRY(entry.round, small(body, "round", kMaxSheet));
  KP_TRY(entry.member, small(body, "member", kMaxMembers));
  KP_TRY(const json::ObjectReader figures, body.object("figures"));
  for (const auto& [id, value] : figures.raw().items()) {
    KP_TRY(const std::int64_t number, figures.integer(id, 0, kMaxFigure));
    entry.typed.emplace(id, static_cast<int>(number));
  }
  return entry;
}

}  // namespace

Routes::Routes(station::Station& station, const election::Election& election, const election::Station& polling_station,
               CurrentView current, team::People* people, std::filesystem::path data)
    : station_(&station), election_(&election), polling_station_(&polling_station), current_(std::move(current)),
      people_(people), codes_(std::move(data)) {}

http::Response Routes::handle(const http::Request& request) {
  if (!http::is_local_host(request)) return http::error_response(403, fail(ErrorCode::kHttpBadRequest, "Host is not local"));
  if (request.method == "GET" || request.method == "HEAD") return get(request);
  if (request.method == "POST") return post(request);
  return http::error_response(405, fail(ErrorCode::kHttpBadRequest, request.method));
}

http::Response Routes::get(const http::Request& request) {
  if (request.path == "/healthz") return {200, "text/plain", "ok\n", {}};
  if (request.path == "/metrics") return http::metrics_response(station_metrics(current_()));
  if (request.path == "/api/v1/state") return state_for(session_token(request));
  if (request.path == "/api/v1/totals") {
    const station::View view = current_();
    return {200, "application/json", journal::totals_json(view.totals, view.last_sequence), {}};
  }
  if (request.path.starts_with(kSheets)) return picture(request);
  if (request.path.starts_with(kTallySheets)) return tally_picture(request);
  if (request.path == "/api/v1/codes" || request.path.starts_with("/api/v1/codes/")) {
    auto codes = codes_.answer(request);
    return codes ? *std::move(codes) : refuse(codes.error());
  }
  if (auto asset = http::asset_response(assets(), request)) return *std::move(asset);
  return refuse(fail(ErrorCode::kHttpNotFound, request.path));
}

http::Response Routes::picture(const http::Request& request) const {
  const auto path = sheet_path(request.path);
  if (!path) return refuse(fail(ErrorCode::kHttpNotFound, request.path));
  const auto plain = request.query.find("plain");
  auto jpeg = station_->sheet_picture(path->batch, path->position, plain != request.query.end());
  if (!jpeg) return refuse(jpeg.error());
  return {200, "image/jpeg", std::string{as_text(*jpeg)}, {}};
}

http::Response Routes::tally_picture(const http::Request& request) const {
  const auto sheet = tally_path(request.path);
  if (!sheet) return refuse(fail(ErrorCode::kHttpNotFound, request.path));
  auto jpeg = station_->tally_sheet_picture(*sheet);
  if (!jpeg) return refuse(jpeg.error());
  return {200, "image/jpeg", std::string{as_text(*jpeg)}, {}};
}

http::Response Routes::post(const http::Request& request) {
  const auto type = request.headers.find("content-type");
  if (type == request.headers.end() || !type->second.starts_with("application/json"))
    return http::error_response(415, fail(ErrorCode::kHttpBadRequest, "content-type must be application/json"));
  if (!http::is_same_origin(request)) return http::error_response(403, fail(ErrorCode::kHttpBadRequest, "another origin"));
  if (request.path == "/api/v1/login") return sign_in(request);
  if (request.path == "/api/v1/logout") return sign_out(request);
  auto done = command(request);
  if (!done) return refuse(done.error());
  return state_for(session_token(request));
}

http::Response Routes::state_for(std::string_view token) {
  const auto person = people_ != nullptr ? people_->signed_in(token) : std::nullopt;
  return {200, "application/json", state_json(current_(), *election_, *polling_station_, person), {}};
}

http::Response Routes::sign_in(const http::Request& request) {
  int number = 0;
  const auto signed_in = [&]() -> Result<std::string> {
    KP_TRY(const json::Json document, json::parse(request.body));
    KP_TRY(const json::ObjectReader body, json::ObjectReader::open(document, ""));
    KP_TRY_VOID(body.only({"member", "pin"}));
    KP_TRY(number, small(body, "member", kMaxMembers));
    KP_TRY(const std::string pin, body.text("pin"));
    if (people_ == nullptr) return fail(ErrorCode::kSignInWrong, "no list of the team");
    return people_->sign_in(number, pin);
  }();
  if (signed_in) {
    people_->sign_out(session_token(request));  // who was here before
    http::Response response = state_for(*signed_in);
    response.headers["Set-Cookie"] = session_cookie(*signed_in);
    return response;
  }
  const Error& error = signed_in.error();
  const bool about_pin = error.code == ErrorCode::kSignInWrong || error.code == ErrorCode::kSignInWait;
  if (!about_pin) return refuse(error);
  return sign_in_refusal(error, people_ != nullptr ? people_->wait(number) : std::chrono::seconds{0});
}

http::Response Routes::sign_out(const http::Request& request) {
  if (people_ != nullptr) people_->sign_out(session_token(request));
  http::Response response = state_for("");
  response.headers["Set-Cookie"] = session_cookie("");
  return response;
}

Result<team::Who> Routes::may_command(std::string_view token, std::string_view name, const json::ObjectReader& body) {
  team::Who who;
  if (people_ == nullptr) return who;
  KP_TRY(who.roster, people_->roster());
  if (who.roster.empty()) return who;
  who.person = people_->signed_in(token);
  if (!who.person) return fail(ErrorCode::kSignInNeeded, std::string{name});
  std::string command{name};
  if (name == "lifecycle") {
    KP_TRY(const std::string event, body.text("event"));
    command += "/" + event;
  }
  // A command that the table forgot is nobody's.
  if (!team::is_command(command)) return fail(ErrorCode::kHttpNotFound, command);
  if (team::may(who.person->role, command)) return who;
  return fail(ErrorCode::kRoleNotAllowed, fmt::format("{} by a {}", command, team::to_text(who.person->role)));
}

Result<void> Routes::command(const http::Request& request) {
  KP_TRY(const json::Json document, json::parse(request.body.empty() ? "{}" : request.body));
  KP_TRY(const json::ObjectReader body, json::ObjectReader::open(document, ""));
  const std::string_view path = request.path;
  const std::string_view name = path.starts_with(kApi) ? path.substr(kApi.size()) : "";
  KP_TRY(const team::Who who, may_command(session_token(request), name, body));
  if (name == "scan") return scan(body);
  if (name == "stop") return station_->stop_feed();
  if (name == "batch/finish") return finish(body);
  if (name == "batch/void") {
    KP_TRY_VOID(body.only({"batch", "reason_vi"}));
    KP_TRY(const auto batch, body.integer("batch", 1, 100'000));
    KP_TRY(const std::string reason, body.text("reason_vi", 500));
    return station_->void_batch(static_cast<int>(batch), reason, who);
  }
  if (name == "decision") {
    KP_TRY(const journal::TeamDecision decision, parse_decision(body));
    return station_->decide(decision, who);
  }
  if (name == "lifecycle") return lifecycle(body, who);
  constexpr std::string_view kTally = "tally/";
  if (name.starts_with(kTally)) return tally_command(name.substr(kTally.size()), body, who);
  return fail(ErrorCode::kHttpNotFound, request.path);
}

Result<void> Routes::finish(const json::ObjectReader& body) {
  KP_TRY_VOID(body.only({"papers"}));
  if (!body.has("papers")) return station_->finish_batch();
  KP_TRY(const std::int64_t papers, body.integer("papers", 0, 100'000));
  return station_->finish_batch(static_cast<std::uint64_t>(papers));
}

Result<void> Routes::scan(const json::ObjectReader& body) {
  KP_TRY_VOID(body.only({"contest", "form"}));
  KP_TRY(const auto contest, body.optional_text("contest"));
  KP_TRY(const auto form, body.optional_text("form"));
  if (!form) return station_->scan(contest.value_or(""));
  if (*form != reading::to_text(reading::Form::kTallySheet)) return body.wrong("form", "\"tally_sheet\" or no form");
  if (contest) return body.wrong("contest", "no contest: a tally sheet says its own");
  return station_->scan_tally_sheets();
}

Result<void> Routes::lifecycle(const json::ObjectReader& body, team::Who who) {
  KP_TRY(const std::string event, body.text("event"));
  const auto value = station::lifecycle_event_from(event);
  if (!value) return body.wrong("event", "the name of a lifecycle event");
  if (*value != station::LifecycleEvent::kUnseal) {
    KP_TRY_VOID(body.only({"event"}));
    return station_->change_lifecycle(*value, who);
  }
  KP_TRY_VOID(who.person ? body.only({"event", "reason_vi"}) : body.only({"event", "reason_vi", "name"}));
  KP_TRY(const auto reason, body.optional_text("reason_vi", 500));
  KP_TRY(const auto name, body.optional_text("name"));
  who.name = name.value_or("");
  return station_->change_lifecycle(*value, who, reason.value_or(""));
}

Result<void> Routes::tally_command(std::string_view name, const json::ObjectReader& body, const team::Who& who) {
  const auto themselves = [&](int member) -> Result<void> {
    if (!who.person || who.person->number == member) return {};
    return fail(ErrorCode::kNotThisPerson, fmt::format("{} is signed in, not {}", who.person->number, member));
  };
  if (name == "enter") {
    KP_TRY(const station::TallyEntry entry, parse_entry(body));
    KP_TRY_VOID(themselves(entry.member));
    return station_->enter_tally_sheet(entry);
  }
  if (name == "discard") {
    KP_TRY_VOID(body.only({"sheet", "member", "reason_vi"}));
    KP_TRY(const int sheet, small(body, "sheet", kMaxSheet));
    KP_TRY(const int member, small(body, "member", kMaxMembers));
    KP_TRY_VOID(themselves(member));
    KP_TRY(const std::string reason, body.text("reason_vi", 500));
    return station_->discard_tally_sheet(sheet, member, reason);
  }
  if (name == "correct") {
    KP_TRY_VOID(body.only({"contest", "reason_vi"}));
    KP_TRY(const std::string contest, body.text("contest"));
    KP_TRY(const std::string reason, body.text("reason_vi", 500));
    return station_->correct_hand_count(contest, reason);
  }
  return fail(ErrorCode::kHttpNotFound, "tally/" + std::string{name});
}

}  // namespace kiemphieu::web
