#include <array>

#include "config/json/json.h"
#include "tally/journal/body_fields.h"
#include "tally/journal/decode_tally.h"
#include "tally/journal/limits.h"
#include "tally/journal/records.h"

namespace kiemphieu::journal {
namespace {

using namespace body;
using json::ObjectReader;

const auto kForms = among(std::array{reading::Form::kBallot, reading::Form::kTallySheet, reading::Form::kBatchHeader,
                                     reading::Form::kUnknown});
const auto kSeals = among(std::array{reading::SealFinding::kPresent, reading::SealFinding::kDoubtful,
                                     reading::SealFinding::kAbsent});

Result<counting::CandidateMark> mark_of(const ObjectReader& item) {
  KP_TRY_VOID(item.only({"id", "mark", "shape", "score_ppm", "source"}));
  counting::CandidateMark mark;
  KP_TRY(mark.id, id_of(item, "id"));
  KP_TRY(mark.mark, word_of<election::Mark>(item, "mark", election::mark_from));
  KP_TRY(mark.shape, word_of<election::MarkShape>(item, "shape", election::mark_shape_from));
  KP_TRY(const std::int64_t millionths, item.integer("score_ppm", 0, kScoreScale));
  mark.score = static_cast<double>(millionths) / static_cast<double>(kScoreScale);
  KP_TRY(mark.source, text_of(item, "source"));
  return mark;
}

Result<counting::Interpretation> interpretation_of(const ObjectReader& body) {
  counting::Interpretation interpretation;
  KP_TRY(interpretation.contest, text_of(body, "contest"));
  KP_TRY(interpretation.outcome, word_of<election::Outcome>(body, "outcome", election::outcome_from));
  if (body.has("validity")) {
    KP_TRY(interpretation.validity, word_of<election::Validity>(body, "validity", election::validity_from));
  }
  KP_TRY(interpretation.elects, small(body, "elects", 0, election::kMaxCandidates));
  KP_TRY(const std::vector<std::string> reasons, body.texts("reasons", election::kReasonCount));
  for (const std::string& text : reasons) {
    const auto reason = election::reason_from(text);
    if (!reason) return body.wrong("reasons", "reason codes");
    interpretation.reasons.push_back(*reason);
  }
  KP_TRY(const std::vector<ObjectReader> items, body.objects("candidates", 0, election::kMaxCandidates));
  for (const ObjectReader& item : items) {
    KP_TRY(counting::CandidateMark mark, mark_of(item));
    interpretation.candidates.push_back(std::move(mark));
  }
  return interpretation;
}

/// Who commanded it; absent in records from before people signed in.
Result<std::optional<int>> by_of(const ObjectReader& body) {
  if (!body.has("by")) return std::optional<int>{};
  KP_TRY(const int number, small(body, "by", 1, kMaxMembers));
  return std::optional{number};
}

/// Ascending, nobody twice; absent, never an empty list.
Result<std::vector<int>> members_of(const ObjectReader& body) {
  std::vector<int> members;
  const auto found = body.raw().find("members");
  if (found == body.raw().end()) return members;
  if (!found->is_array() || found->empty() || found->size() > kMaxMembers)
    return body.wrong("members", "a list of numbers");
  for (const json::Json& item : *found) {
    if (!item.is_number_integer()) return body.wrong("members", "whole numbers");
    const auto number = item.get<std::int64_t>();
    const int before = members.empty() ? 0 : members.back();
    if (number <= before || number > kMaxMembers) return body.wrong("members", "numbers in ascending order");
    members.push_back(static_cast<int>(number));
  }
  return members;
}

Result<Record> created(const ObjectReader& body) {
  KP_TRY_VOID(body.only({"election", "station", "public_key", "software"}));
  JournalCreated r;
  KP_TRY(r.election, digest_of(body, "election"));
  KP_TRY(r.station, id_of(body, "station"));
  KP_TRY(r.public_key_hex, id_of(body, "public_key"));
  KP_TRY(r.software, id_of(body, "software"));
  return Record{r};
}

Result<Record> started(const ObjectReader& body) {
  KP_TRY_VOID(body.only({"boot", "wall_unix_s"}));
  StationStarted r;
  KP_TRY(r.boot, unsigned_of(body, "boot", kMaxInt64));
  KP_TRY(r.wall_unix_s, wall_of(body));
  return Record{r};
}

Result<Record> lifecycle(const ObjectReader& body) {
  KP_TRY_VOID(body.only({"from", "event", "to", "wall_unix_s", "by", "by_name", "reason_vi"}));
  LifecycleChanged r;
  KP_TRY(r.from, id_of(body, "from"));
  KP_TRY(r.event, id_of(body, "event"));
  KP_TRY(r.to, id_of(body, "to"));
  KP_TRY(r.wall_unix_s, wall_of(body));
  KP_TRY(r.by, by_of(body));
  KP_TRY(r.by_name, text_of(body, "by_name"));
  KP_TRY(r.reason_vi, text_of(body, "reason_vi"));
  return Record{r};
}

Result<Record> opened(const ObjectReader& body) {
  KP_TRY_VOID(body.only({"batch", "contest"}));
  BatchOpened r;
  KP_TRY(r.batch, batch_of(body));
  KP_TRY(r.contest, id_of(body, "contest"));
  return Record{r};
}

Result<Record> feed_started(const ObjectReader& body) {
  KP_TRY_VOID(body.only({"batch"}));
  FeedStarted r;
  KP_TRY(r.batch, batch_of(body));
  return Record{r};
}

Result<Record> feed_stopped(const ObjectReader& body) {
  KP_TRY_VOID(body.only({"batch", "reason", "sheets_fed", "sheets_recorded", "uncounted", "counter", "stop_asked"}));
  FeedStopped r;
  KP_TRY(r.batch, batch_of(body));
  KP_TRY(r.reason, id_of(body, "reason"));
  if (body.has("sheets_fed")) {
    KP_TRY(r.sheets_fed, unsigned_of(body, "sheets_fed", kMaxCount));
  }
  KP_TRY(r.sheets_recorded, unsigned_of(body, "sheets_recorded", kMaxCount));
  if (body.has("uncounted")) {
    KP_TRY(r.uncounted, unsigned_of(body, "uncounted", kMaxCount));
  }
  if (body.has("counter")) {
    KP_TRY(r.counter, unsigned_of(body, "counter", kMaxInt64));
  }
  if (body.has("stop_asked")) {
    KP_TRY(r.stop_asked, body.boolean("stop_asked"));
    if (!r.stop_asked) return body.wrong("stop_asked", "true, or absent");
  }
  return Record{r};
}

Result<Record> feeder_counted(const ObjectReader& body) {
  KP_TRY_VOID(body.only({"batch", "counter"}));
  FeederCounted r;
  KP_TRY(r.batch, batch_of(body));
  KP_TRY(r.counter, unsigned_of(body, "counter", kMaxInt64));
  return Record{r};
}

constexpr std::size_t kMaxPlaces = 1000;         // streaks or folds on one sheet
constexpr std::int64_t kMaxPlaceUm = 10'000'000;  // 10 m: beyond any scanner's bed

/// Places are thousandths of a millimetre.
Result<std::vector<double>> places_of(const ObjectReader& trouble) {
  const auto found = trouble.raw().find("at_um");
  if (found == trouble.raw().end() || !found->is_array() || found->size() > kMaxPlaces)
    return trouble.wrong("at_um", "a list of whole numbers");
  std::vector<double> places;
  for (const json::Json& item : *found) {
    if (!item.is_number_integer()) return trouble.wrong("at_um", "whole numbers");
    const auto um = item.get<std::int64_t>();
    if (um < -kMaxPlaceUm || um > kMaxPlaceUm) return trouble.wrong("at_um", "places on a sheet");
    places.push_back(static_cast<double>(um) / 1000);
  }
  return places;
}

Result<std::vector<reading::TroubleAt>> troubles_of(const ObjectReader& body) {
  std::vector<reading::TroubleAt> troubles;
  KP_TRY(const std::vector<ObjectReader> items, body.objects("troubles", 1, reading::kTroubleCount));
  for (const ObjectReader& item : items) {
    KP_TRY_VOID(item.only({"code", "at_um"}));
    reading::TroubleAt trouble;
    KP_TRY(trouble.trouble, word_of<reading::Trouble>(item, "code", reading::trouble_from));
    KP_TRY(trouble.at_mm, places_of(item));
    troubles.push_back(std::move(trouble));
  }
  return troubles;
}

constexpr std::int64_t kMaxHeader = 999;  // docs/formats/batch-header.md

Result<Record> sheet(const ObjectReader& body) {
  KP_TRY_VOID(body.only({"batch", "position", "image", "form", "seal", "upside_down", "skew_mdeg", "scale_permille",
                         "contest", "outcome", "validity", "elects", "reasons", "candidates", "readers", "troubles", "same_as",
                         "header"}));
  SheetRecorded r;
  KP_TRY(r.batch, batch_of(body));
  KP_TRY(r.position, position_of(body));
  KP_TRY(r.image, digest_of(body, "image"));
  KP_TRY(r.form, word_of<reading::Form>(body, "form", kForms));
  KP_TRY(r.interpretation, interpretation_of(body));
  KP_TRY(r.seal, word_of<reading::SealFinding>(body, "seal", kSeals));
  KP_TRY(r.upside_down, body.boolean("upside_down"));
  KP_TRY(r.skew_mdeg, small(body, "skew_mdeg", -kMaxInt32, kMaxInt32));
  KP_TRY(r.scale_permille, small(body, "scale_permille", 0, kMaxInt32));
  if (body.has("readers")) {  // not in records from before there was a second reader
    KP_TRY(const ObjectReader readers, body.object("readers"));
    KP_TRY_VOID(readers.only({"lines", "disagreements"}));
    KP_TRY(r.readers.lines, small(readers, "lines", 1, kMaxInt32));
    KP_TRY(r.readers.disagreements, small(readers, "disagreements", 0, r.readers.lines));
  }
  if (body.has("troubles")) {
    KP_TRY(r.troubles, troubles_of(body));
  }
  if (body.has("same_as")) {
    KP_TRY(const ObjectReader earlier, body.object("same_as"));
    KP_TRY_VOID(earlier.only({"batch", "position"}));
    r.same_as.emplace();
    KP_TRY(r.same_as->batch, batch_of(earlier));
    KP_TRY(r.same_as->position, position_of(earlier));
  }
  if (body.has("header")) {
    KP_TRY(r.header, small(body, "header", 1, kMaxHeader));
  }
  return Record{r};
}

Result<Record> decision(const ObjectReader& body) {
  KP_TRY_VOID(body.only({"batch", "position", "not_a_ballot", "present", "in_favour", "against", "elected", "validity",
                         "reason_vi", "by", "members"}));
  TeamDecision r;
  KP_TRY(r.batch, batch_of(body));
  KP_TRY(r.position, position_of(body));
  KP_TRY(r.ballot.validity, word_of<election::Validity>(body, "validity", election::validity_from));
  KP_TRY(r.ballot.elected, body.texts("elected", election::kMaxCandidates));
  KP_TRY(r.not_a_ballot, body.boolean("not_a_ballot"));
  KP_TRY(r.present, small(body, "present", 0, kMaxInt32));
  KP_TRY(r.in_favour, small(body, "in_favour", 0, kMaxInt32));
  KP_TRY(r.against, small(body, "against", 0, kMaxInt32));
  KP_TRY(r.reason_vi, text_of(body, "reason_vi"));
  KP_TRY(r.by, by_of(body));
  KP_TRY(r.members, members_of(body));
  return Record{r};
}

Result<Record> closed(const ObjectReader& body) {
  KP_TRY_VOID(body.only({"batch", "sheets", "papers_by_hand"}));
  BatchClosed r;
  KP_TRY(r.batch, batch_of(body));
  KP_TRY(r.sheets, unsigned_of(body, "sheets", kMaxCount));
  if (body.has("papers_by_hand")) {
    KP_TRY(r.papers_by_hand, unsigned_of(body, "papers_by_hand", kMaxCount));
  }
  return Record{r};
}

Result<Record> settled(const ObjectReader& body) {
  KP_TRY_VOID(body.only({"batch", "totals"}));
  BatchSettled r;
  KP_TRY(r.batch, batch_of(body));
  KP_TRY(const ObjectReader totals, body.object("totals"));
  KP_TRY(r.totals, totals_of(totals));
  return Record{r};
}

Result<Record> voided(const ObjectReader& body) {
  KP_TRY_VOID(body.only({"batch", "reason_vi", "by"}));
  BatchVoided r;
  KP_TRY(r.batch, batch_of(body));
  KP_TRY(r.reason_vi, text_of(body, "reason_vi"));
  KP_TRY(r.by, by_of(body));
  return Record{r};
}

Result<Record> taken_over(const ObjectReader& body) {
  KP_TRY_VOID(body.only({"epoch", "public_key", "software", "wall_unix_s"}));
  TakenOver r;
  KP_TRY(r.epoch, small(body, "epoch", 2, kMaxEpoch));
  KP_TRY(r.public_key_hex, id_of(body, "public_key"));
  KP_TRY(r.software, id_of(body, "software"));
  KP_TRY(r.wall_unix_s, wall_of(body));
  return Record{r};
}

Result<Record> images_destroyed(const ObjectReader& body) {
  KP_TRY_VOID(body.only({}));
  return Record{ImagesDestroyed{}};
}

Result<Record> incident(const ObjectReader& body) {
  KP_TRY_VOID(body.only({"code", "evidence", "wall_unix_s", "batch", "papers_by_hand"}));
  Incident r;
  KP_TRY(r.code, id_of(body, "code"));
  KP_TRY(r.evidence, text_of(body, "evidence"));
  KP_TRY(r.wall_unix_s, wall_of(body));
  if (body.has("batch")) {
    KP_TRY(r.batch, batch_of(body));
  }
  if (body.has("papers_by_hand")) {
    KP_TRY(r.papers_by_hand, unsigned_of(body, "papers_by_hand", kMaxCount));
  }
  return Record{r};
}

struct Kind {
  std::string_view name;
  Result<Record> (*decode)(const ObjectReader&);
};
constexpr std::array kKinds = {
    Kind{"journal_created", created},  Kind{"station_started", started}, Kind{"lifecycle_changed", lifecycle},
    Kind{"batch_opened", opened},      Kind{"feed_started", feed_started}, Kind{"feed_stopped", feed_stopped},
    Kind{"sheet_recorded", sheet},     Kind{"team_decision", decision},  Kind{"batch_closed", closed},
    Kind{"batch_settled", settled},    Kind{"batch_voided", voided},     Kind{"incident", incident},
    Kind{"tally_feed_started", tally_feed_started}, Kind{"tally_feed_stopped", tally_feed_stopped},
    Kind{"tally_sheet_recorded", tally_sheet}, Kind{"tally_sheet_entered", tally_entered},
    Kind{"tally_sheet_settled", tally_settled}, Kind{"tally_sheet_discarded", tally_discarded},
    Kind{"tally_correction_opened", tally_correction}, Kind{"taken_over", taken_over},
    Kind{"images_destroyed", images_destroyed}, Kind{"feeder_counted", feeder_counted}};

Result<Record> decode_known(const Kind& kind, std::string_view body) {
  constexpr json::Limits kLimits{.max_bytes = kMaxBodyBytes, .max_depth = 6, .max_values = 2000};
  KP_TRY(const json::Json document, json::parse(body, kLimits));
  KP_TRY(const ObjectReader reader, ObjectReader::open(document, ""));
  return kind.decode(reader);
}

}  // namespace

Result<Record> decode(std::string_view kind, std::string_view body) {
  for (const Kind& known : kKinds) {
    if (known.name != kind) continue;
    auto record = decode_known(known, body);
    if (record) return record;
    return fail(ErrorCode::kRecordInvalid, std::string{kind} + ": " + record.error().evidence);
  }
  return fail(ErrorCode::kRecordInvalid, "unknown kind \"" + std::string{kind.substr(0, 40)} + "\"");
}

}  // namespace kiemphieu::journal
