// The JSON of an election definition becomes values here: limits first, then
// every field by type, then validate(). Tested by tests/unit/config/election.
#include "config/base/hex.h"
#include "config/crypto/sha256.h"
#include "config/election/election.h"
#include "config/election/validate.h"
#include "config/json/json.h"
#include "config/storage/files.h"

namespace kiemphieu::election {
namespace {

using json::Json;
using json::ObjectReader;

constexpr int kVersion = 1;
constexpr std::size_t kMaxNamePart = 96;  ///< bytes; the longest Vietnamese family name group has under 40
constexpr std::size_t kMaxSentence = 600;
constexpr std::size_t kMaxContests = 64;
constexpr std::size_t kMaxStations = 4'000;  ///< the largest province has under 4,000 polling areas
constexpr std::size_t kMaxTurnoutHours = 24;
constexpr std::int64_t kMaxVoters = 10'000;  ///< Luật 83/2025: 4,000 a polling area; slack for exceptions

Error invalid(const std::string& field, const std::string& fix) {
  return fail(ErrorCode::kElectionInvalid, field + ": " + fix);
}

/// Every text and key is NFC and every number whole: the digest needs one spelling.
Result<void> check_spelling(const Json& value, const std::string& path) {
  if (value.is_number_float()) return invalid(path, "write a whole number");
  if (value.is_string() && find_decomposed(value.get_ref<const std::string&>()) != std::string::npos)
    return invalid(path,
                   "a letter and its mark are typed as two characters; type it as one composed letter (NFC)");
  if (value.is_array()) {
    for (std::size_t i = 0; i < value.size(); ++i)
      KP_TRY_VOID(check_spelling(value[i], path + "[" + std::to_string(i) + "]"));
  }
  if (value.is_object()) {
    for (const auto& [key, item] : value.items())
      KP_TRY_VOID(check_spelling(item, path.empty() ? key : path + "." + key));
  }
  return {};
}

/// Text as it is printed: no blanks at the ends, none doubled.
Result<std::string> tidy_text(const ObjectReader& reader, std::string_view key, std::size_t max_bytes = 256) {
  KP_TRY(std::string text, reader.text(key, max_bytes));
  if (text.front() == ' ' || text.back() == ' ' || text.find("  ") != std::string::npos)
    return reader.wrong(key, "text without blanks at its ends or doubled inside");
  return text;
}

Result<std::optional<std::string>> optional_tidy_text(const ObjectReader& reader, std::string_view key,
                                                      std::size_t max_bytes = 256) {
  if (!reader.has(key)) return std::optional<std::string>{};
  KP_TRY(std::string text, tidy_text(reader, key, max_bytes));
  return std::optional<std::string>{std::move(text)};
}

Result<std::string> id_of(const ObjectReader& reader, std::string_view key = "id") {
  KP_TRY(std::string id, reader.text(key, 64));
  if (!is_id(id)) return reader.wrong(key, "1 to 32 of a-z, 0-9 and inner hyphens");
  return id;
}

Result<std::string> date_of(const ObjectReader& reader, std::string_view key) {
  KP_TRY(std::string date, reader.text(key, 10));
  if (!is_date(date)) return reader.wrong(key, "a date like \"2026-03-15\"");
  return date;
}

/// A word of one of the enumerations of marks.h.
template <class FromText>
auto word_of(const ObjectReader& reader, std::string_view key, FromText from_text, std::string_view expected)
    -> Result<typename decltype(from_text(std::string_view{}))::value_type> {
  KP_TRY(std::string text, reader.text(key, 64));
  const auto value = from_text(text);
  if (!value) return reader.wrong(key, expected);
  return *value;
}

std::optional<BallotForm> ballot_form_from(std::string_view text) {
  for (const BallotForm form : {BallotForm::kNationalAssembly, BallotForm::kProvincialCouncil,
                                BallotForm::kCommuneCouncil, BallotForm::kHamlet})
    if (to_text(form) == text) return form;
  return std::nullopt;
}

std::optional<Honorific> honorific_from(std::string_view text) {
  for (const Honorific honorific : {Honorific::kOng, Honorific::kBa})
    if (to_text(honorific) == text) return honorific;
  return std::nullopt;
}

Result<Candidate> read_candidate(const ObjectReader& reader) {
  KP_TRY_VOID(reader.only({"id", "honorific", "family_name", "middle_name", "given_name", "other_name",
                           "other_name_on_own_line", "birth_date"}));
  Candidate candidate;
  KP_TRY(candidate.id, id_of(reader));
  KP_TRY(candidate.honorific, word_of(reader, "honorific", honorific_from, "\"Ông\" or \"Bà\""));
  KP_TRY(candidate.family_name, tidy_text(reader, "family_name", kMaxNamePart));
  KP_TRY(auto middle, optional_tidy_text(reader, "middle_name", kMaxNamePart));
  candidate.middle_name = middle.value_or("");
  KP_TRY(candidate.given_name, tidy_text(reader, "given_name", kMaxNamePart));
  KP_TRY(candidate.other_name, optional_tidy_text(reader, "other_name", kMaxNamePart));
  if (candidate.other_name && candidate.other_name->find_first_of("()") != std::string::npos)
    return reader.wrong("other_name", "the name without parentheses, which are printed around it");
  if (reader.has("other_name_on_own_line")) {
    KP_TRY(candidate.other_name_on_own_line, reader.boolean("other_name_on_own_line"));
    if (candidate.other_name_on_own_line && !candidate.other_name)
      return reader.wrong("other_name_on_own_line", "false, or an other_name beside it");
  }
  KP_TRY(candidate.birth_date, date_of(reader, "birth_date"));
  return candidate;
}

Result<Colour> read_paper(const ObjectReader& reader) {
  KP_TRY_VOID(reader.only({"name_vi", "rgb"}));
  Colour colour;
  KP_TRY(colour.name_vi, tidy_text(reader, "name_vi", 64));
  KP_TRY(std::string rgb, reader.text("rgb", 7));
  const auto bytes = rgb.size() == 7 && rgb[0] == '#' ? from_hex(rgb.substr(1)) : Result<Bytes>{Bytes{}};
  if (!bytes.has_value() || bytes->size() != 3) return reader.wrong("rgb", "a colour like \"#F6C9D3\"");
  std::copy(bytes->begin(), bytes->end(), colour.rgb.begin());
  return colour;
}

Result<Contest> read_contest(const ObjectReader& reader) {
  KP_TRY_VOID(reader.only(
      {"id", "form", "title_vi", "constituency", "area", "term", "years", "seats", "paper", "candidates"}));
  Contest contest;
  KP_TRY(contest.id, id_of(reader));
  KP_TRY(contest.form,
         word_of(reader, "form", ballot_form_from,
                 "\"national_assembly\", \"provincial_council\", \"commune_council\" or \"hamlet\""));
  KP_TRY(contest.title_vi, tidy_text(reader, "title_vi"));
  KP_TRY(contest.constituency, tidy_text(reader, "constituency", 32));
  KP_TRY(contest.area, tidy_text(reader, "area", 96));
  // Mẫu 13 prints the term, Mẫu 14 and 15 the term and its years, a hamlet's own form neither.
  KP_TRY(auto term, optional_tidy_text(reader, "term", 16));
  KP_TRY(auto years, optional_tidy_text(reader, "years", 16));
  const bool council =
      contest.form == BallotForm::kProvincialCouncil || contest.form == BallotForm::kCommuneCouncil;
  if (!term && contest.form != BallotForm::kHamlet)
    return reader.wrong("term", "the term (khóa), like \"XVI\"");
  if (!years && council) return reader.wrong("years", "the years of the term, like \"2026-2031\"");
  contest.term = term.value_or("");
  contest.years = years.value_or("");
  KP_TRY(const std::int64_t seats, reader.integer("seats", 1, kMaxSeats));
  contest.seats = static_cast<int>(seats);
  KP_TRY(ObjectReader paper, reader.object("paper"));
  KP_TRY(contest.paper, read_paper(paper));
  KP_TRY(auto candidates, reader.objects("candidates", 1, kMaxCandidates));
  for (const ObjectReader& item : candidates) {
    KP_TRY(Candidate candidate, read_candidate(item));
    contest.candidates.push_back(std::move(candidate));
  }
  mark_equal_names(contest);
  return contest;
}

Result<Station> read_station(const ObjectReader& reader) {
  KP_TRY_VOID(reader.only({"id", "number", "commune", "province", "place", "team_members", "contests"}));
  Station station;
  KP_TRY(station.id, id_of(reader));
  KP_TRY(station.number, tidy_text(reader, "number", 32));
  KP_TRY(station.commune, tidy_text(reader, "commune", 96));
  KP_TRY(station.province, tidy_text(reader, "province", 96));
  KP_TRY(station.place, tidy_text(reader, "place"));
  KP_TRY(const std::int64_t members, reader.integer("team_members", 3, 99));
  station.team_members = static_cast<int>(members);
  KP_TRY(auto contests, reader.objects("contests", 1, kMaxContests));
  for (const ObjectReader& item : contests) {
    KP_TRY_VOID(item.only({"contest", "voters"}));
    Station::ContestVoters row;
    KP_TRY(row.contest, id_of(item, "contest"));
    KP_TRY(const std::int64_t voters, item.integer("voters", 1, kMaxVoters));
    row.voters = Count{static_cast<std::uint64_t>(voters)};
    station.contests.push_back(std::move(row));
  }
  return station;
}

Result<RuleTable> read_rules(const ObjectReader& reader) {
  KP_TRY_VOID(reader.only({"marks", "validity"}));
  RuleTable rules;
  KP_TRY(auto marks, reader.objects("marks", 1, 2 * kMarkShapeCount));
  for (const ObjectReader& item : marks) {
    KP_TRY_VOID(item.only({"shape", "meaning", "review", "source", "text_vi"}));
    MarkRule rule;
    KP_TRY(rule.shape, word_of(item, "shape", mark_shape_from, "a shape of docs/formats/election.md"));
    KP_TRY(rule.meaning, word_of(item, "meaning", mark_from, "\"kept\", \"struck\" or \"doubtful\""));
    KP_TRY(rule.review, item.boolean("review"));
    KP_TRY(rule.source, tidy_text(item, "source"));
    KP_TRY(rule.text_vi, tidy_text(item, "text_vi", kMaxSentence));
    rules.marks.push_back(std::move(rule));
  }
  KP_TRY(auto validity, reader.objects("validity", 1, 2 * kReasonCount));
  for (const ObjectReader& item : validity) {
    KP_TRY_VOID(item.only({"reason", "validity", "review", "source", "text_vi"}));
    ValidityRule rule;
    KP_TRY(rule.reason, word_of(item, "reason", reason_from, "a reason of docs/formats/election.md"));
    KP_TRY(rule.validity, word_of(item, "validity", validity_from, "\"valid\" or \"invalid\""));
    KP_TRY(rule.review, item.boolean("review"));
    KP_TRY(rule.source, tidy_text(item, "source"));
    KP_TRY(rule.text_vi, tidy_text(item, "text_vi", kMaxSentence));
    rules.validity.push_back(std::move(rule));
  }
  return rules;
}

bool is_hour(std::string_view text) {
  const auto digit = [&](std::size_t i) { return text[i] >= '0' && text[i] <= '9'; };
  return text.size() == 5 && digit(0) && digit(1) && text[2] == ':' && digit(3) && digit(4) && text.substr(0, 2) < "24" && text[3] < '6';
}

Result<void> read_hours(const ObjectReader& reader, Election& election) {
  KP_TRY(const auto close, reader.optional_text("polls_close", 5));
  if (close && !is_hour(*close)) return reader.wrong("polls_close", "a time like \"19:00\"");
  election.polls_close = close.value_or("");
  if (!reader.has("turnout_at")) return {};
  KP_TRY(election.turnout_at, reader.texts("turnout_at", kMaxTurnoutHours, 5));
  for (std::size_t i = 0; i < election.turnout_at.size(); ++i)
    if (!is_hour(election.turnout_at[i]) || (i > 0 && election.turnout_at[i] <= election.turnout_at[i - 1]))
      return reader.wrong("turnout_at", "times like \"08:00\", each later than the one before");
  return {};
}

Result<Election> read_election(const Json& document) {
  KP_TRY(ObjectReader reader, ObjectReader::open(document, ""));
  KP_TRY(const std::int64_t version, reader.integer("version", 0, INT32_MAX));
  if (version != kVersion)
    return fail(ErrorCode::kElectionVersion,
                "version: " + std::to_string(version) + "; this program reads " + std::to_string(kVersion));
  KP_TRY_VOID(reader.only({"version", "id", "name_vi", "date", "contests", "stations", "rules", "images",
                           "polls_close", "turnout_at"}));
  KP_TRY_VOID(check_spelling(document, ""));
  Election election;
  KP_TRY(election.id, id_of(reader));
  KP_TRY(election.name_vi, tidy_text(reader, "name_vi"));
  KP_TRY(election.date, date_of(reader, "date"));
  KP_TRY(auto contests, reader.objects("contests", 1, kMaxContests));
  for (const ObjectReader& item : contests) {
    KP_TRY(Contest contest, read_contest(item));
    election.contests.push_back(std::move(contest));
  }
  KP_TRY(auto stations, reader.objects("stations", 1, kMaxStations));
  for (const ObjectReader& item : stations) {
    KP_TRY(Station station, read_station(item));
    election.stations.push_back(std::move(station));
  }
  KP_TRY(ObjectReader rules, reader.object("rules"));
  KP_TRY(election.rules, read_rules(rules));
  KP_TRY(const auto images, reader.optional_text("images"));
  if (images && *images != "keep" && *images != "destroy_at_sealing")
    return reader.wrong("images", "\"keep\" or \"destroy_at_sealing\"");
  election.destroy_images_at_sealing = images == "destroy_at_sealing";
  KP_TRY_VOID(read_hours(reader, election));
  KP_TRY_VOID(validate(election));
  election.digest = crypto::sha256(as_bytes(json::canonical(document)));
  return election;
}

}  // namespace

Result<Election> parse(std::string_view json_text) {
  const auto document = json::parse(json_text, {.max_bytes = kMaxElectionBytes, .max_depth = 8});
  if (!document) return fail(ErrorCode::kElectionUnreadable, document.error().evidence);
  auto election = read_election(*document);
  if (!election && election.error().code == ErrorCode::kFieldInvalid)
    return fail(ErrorCode::kElectionInvalid, election.error().evidence);
  return election;
}

Result<Election> load(const std::filesystem::path& path) {
  const auto bytes = storage::read_file(path, kMaxElectionBytes);
  if (!bytes)
    return fail(ErrorCode::kElectionUnreadable, bytes.error().log_line())
        .with_context("reading " + path.string());
  auto election = parse(as_text(*bytes));
  if (!election) return std::move(election).error().with_context("reading " + path.string());
  return election;
}

}  // namespace kiemphieu::election
