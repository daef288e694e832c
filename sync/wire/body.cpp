#include "sync/wire/body.h"

#include <set>

#include "config/crypto/signing.h"
#include "config/json/json.h"

namespace kiemphieu::wire {
namespace {

using json::Json;
using json::ObjectReader;

// As in the election definition: no contest elects more, no ballot holds more.
constexpr std::int64_t kMaxSeats = 50;
constexpr std::size_t kMaxCandidates = 100;
constexpr std::size_t kMaxContests = 32;
constexpr std::size_t kMaxIdBytes = 64;
constexpr std::size_t kMaxReasonBytes = 2'000;  // as the journal takes one
constexpr std::int64_t kMaxBatch = 1'000'000;
constexpr std::int64_t kMaxEpoch = 1'000;
constexpr json::Limits kLimits{.max_bytes = 64U << 10U, .max_depth = 4, .max_values = 2'000};

Error broken(std::string what) { return fail(ErrorCode::kWireInvalid, std::move(what)); }

/// What the JSON reader finds wrong is a wrong record here.
template <class T>
Result<T> as_wire(Result<T> result) {
  if (result) return result;
  return broken(result.error().log_line());
}

Result<Count> count(const ObjectReader& reader, std::string_view key) {
  KP_TRY(const std::int64_t value, reader.integer(key, 0, static_cast<std::int64_t>(kMaxSheets)));
  return Count{static_cast<std::uint64_t>(value)};
}

Result<std::string> text_or_empty(const ObjectReader& reader, std::string_view key) {
  const Json& object = reader.raw();
  const auto found = object.find(std::string{key});
  if (found != object.end() && found->is_string() && found->get_ref<const std::string&>().empty())
    return std::string{};
  return reader.text(key, kMaxIdBytes);
}

Json as_json(Count value) { return value.value(); }

Result<Status::Progress> read_progress(const ObjectReader& reader) {
  KP_TRY_VOID(reader.only({"contest", "in_review", "scanned"}));
  Status::Progress progress;
  KP_TRY(progress.contest, reader.text("contest", kMaxIdBytes));
  KP_TRY(progress.scanned, count(reader, "scanned"));
  KP_TRY(progress.in_review, count(reader, "in_review"));
  if (progress.in_review > progress.scanned) return reader.wrong("in_review", "at most scanned");
  return progress;
}

Result<Status> read_status(const ObjectReader& reader) {
  KP_TRY_VOID(reader.only({"batch", "contest", "contests", "state"}));
  Status status;
  KP_TRY(status.state, reader.text("state", kMaxIdBytes));
  KP_TRY(status.contest, text_or_empty(reader, "contest"));
  KP_TRY(const std::int64_t batch, reader.integer("batch", 0, kMaxBatch));
  status.batch = static_cast<std::uint64_t>(batch);
  KP_TRY(const auto rows, reader.objects("contests", 0, kMaxContests));
  std::set<std::string> seen;
  for (const ObjectReader& row : rows) {
    KP_TRY(Status::Progress progress, read_progress(row));
    if (!seen.insert(progress.contest).second) return row.wrong("contest", "each contest once");
    status.contests.push_back(std::move(progress));
  }
  return status;
}

Result<std::vector<Count>> read_classes(const ObjectReader& reader, int seats) {
  KP_TRY(const ObjectReader object, reader.object("classes"));
  if (object.raw().size() != static_cast<std::size_t>(seats))
    return reader.wrong("classes", "one for each seat");
  std::vector<Count> classes;
  for (int k = 1; k <= seats; ++k) {
    KP_TRY(const Count ballots, count(object, std::to_string(k)));
    classes.push_back(ballots);
  }
  return classes;
}

Result<std::vector<BatchTotal::Votes>> read_votes(const ObjectReader& reader) {
  KP_TRY(const auto rows, reader.objects("candidates", 1, kMaxCandidates));
  std::vector<BatchTotal::Votes> votes;
  std::set<std::string> seen;
  for (const ObjectReader& row : rows) {
    KP_TRY_VOID(row.only({"id", "votes"}));
    BatchTotal::Votes line;
    KP_TRY(line.id, row.text("id", kMaxIdBytes));
    KP_TRY(line.votes, count(row, "votes"));
    if (!seen.insert(line.id).second) return row.wrong("id", "each candidate once");
    votes.push_back(std::move(line));
  }
  return votes;
}

/// `number`: the field that says which pile or sheet it is, or how many piles.
Result<BatchTotal> read_sums(const ObjectReader& reader, std::string_view number, std::int64_t least = 1) {
  BatchTotal total;
  KP_TRY(total.contest, reader.text("contest", kMaxIdBytes));
  KP_TRY(const std::int64_t batch, reader.integer(number, least, kMaxBatch));
  total.batch = static_cast<std::uint64_t>(batch);
  KP_TRY(const std::int64_t seats, reader.integer("seats", 1, kMaxSeats));
  total.seats = static_cast<int>(seats);
  KP_TRY(total.collected, count(reader, "collected"));
  KP_TRY(total.valid, count(reader, "valid"));
  KP_TRY(total.invalid, count(reader, "invalid"));
  KP_TRY(total.classes, read_classes(reader, total.seats));
  KP_TRY(total.candidates, read_votes(reader));
  return total;
}

/// A correction says why, and what corrects nothing has nothing to explain.
Result<std::string> read_reason(const ObjectReader& reader, bool corrects) {
  if (corrects) return reader.text("reason", kMaxReasonBytes);
  if (reader.has("reason")) return reader.wrong("reason", "nothing, as it corrects nothing");
  return std::string{};
}

Result<BatchTotal> read_batch_total(const ObjectReader& reader) {
  KP_TRY_VOID(
      reader.only({"batch", "candidates", "classes", "collected", "contest", "invalid", "seats", "valid"}));
  return read_sums(reader, "batch");
}

Result<TallyTotal> read_tally_total(const ObjectReader& reader) {
  KP_TRY_VOID(reader.only({"candidates", "classes", "collected", "contest", "invalid", "issued", "reason", "replaces", "seats",
                           "sheet", "valid", "voted", "voters"}));
  TallyTotal total;
  KP_TRY(total.sums, read_sums(reader, "sheet"));
  KP_TRY(const std::int64_t replaces, reader.integer("replaces", 0, kMaxBatch));
  total.replaces = static_cast<std::uint64_t>(replaces);
  if (total.replaces >= total.sums.batch) return reader.wrong("replaces", "a sheet before this one");
  KP_TRY(total.reason, read_reason(reader, replaces > 0));
  KP_TRY(total.voters, count(reader, "voters"));
  KP_TRY(total.voted, count(reader, "voted"));
  KP_TRY(total.issued, count(reader, "issued"));
  return total;
}

Result<BatchWithdrawn> read_batch_withdrawn(const ObjectReader& reader) {
  KP_TRY_VOID(reader.only({"batch", "contest", "reason"}));
  BatchWithdrawn withdrawn;
  KP_TRY(withdrawn.contest, reader.text("contest", kMaxIdBytes));
  KP_TRY(const std::int64_t batch, reader.integer("batch", 1, kMaxBatch));
  withdrawn.batch = static_cast<std::uint64_t>(batch);
  KP_TRY(withdrawn.reason, reader.text("reason", kMaxReasonBytes));
  return withdrawn;
}

Result<Turnout> read_turnout(const ObjectReader& reader) {
  KP_TRY_VOID(reader.only({"at", "contests"}));
  Turnout turnout;
  KP_TRY(turnout.at, reader.text("at", 5));
  KP_TRY(const auto rows, reader.objects("contests", 1, kMaxContests));
  std::set<std::string> seen;
  for (const ObjectReader& row : rows) {
    KP_TRY_VOID(row.only({"contest", "voted"}));
    Turnout::Voted voted;
    KP_TRY(voted.contest, row.text("contest", kMaxIdBytes));
    KP_TRY(voted.voted, count(row, "voted"));
    if (!seen.insert(voted.contest).second) return row.wrong("contest", "each contest once");
    turnout.contests.push_back(std::move(voted));
  }
  return turnout;
}

Result<ContestResult> read_contest_result(const ObjectReader& reader) {
  KP_TRY_VOID(reader.only({"candidates", "classes", "collected", "contest", "invalid", "issued", "piles", "reason", "replaces",
                           "seats", "valid", "voted", "voters"}));
  ContestResult result;
  KP_TRY(result.sums, read_sums(reader, "piles", 0));
  KP_TRY(const std::int64_t replaces, reader.integer("replaces", 0, INT64_MAX));
  result.replaces = static_cast<std::uint64_t>(replaces);
  KP_TRY(result.reason, read_reason(reader, replaces > 0));
  KP_TRY(result.voters, count(reader, "voters"));
  KP_TRY(result.voted, count(reader, "voted"));
  KP_TRY(result.issued, count(reader, "issued"));
  return result;
}

Result<TakeOver> read_take_over(const ObjectReader& reader) {
  KP_TRY_VOID(reader.only({"epoch", "public_key"}));
  TakeOver take_over;
  KP_TRY(const std::int64_t epoch, reader.integer("epoch", 2, kMaxEpoch));
  take_over.epoch = static_cast<std::uint64_t>(epoch);
  KP_TRY(take_over.public_key_hex, reader.text("public_key", kMaxIdBytes));
  if (!crypto::PublicKey::from_hex(take_over.public_key_hex)) return reader.wrong("public_key", "a key in hex");
  return take_over;
}

Json sums_json(const BatchTotal& total, const char* number) {
  Json classes = Json::object();
  for (std::size_t k = 1; k <= total.classes.size(); ++k)
    classes[std::to_string(k)] = as_json(total.classes[k - 1]);
  Json candidates = Json::array();
  for (const auto& line : total.candidates)
    candidates.push_back({{"id", line.id}, {"votes", as_json(line.votes)}});
  return {{"contest", total.contest},
          {number, total.batch},
          {"seats", total.seats},
          {"collected", as_json(total.collected)},
          {"valid", as_json(total.valid)},
          {"invalid", as_json(total.invalid)},
          {"classes", classes},
          {"candidates", candidates}};
}

}  // namespace

std::string encode(const Status& status) {
  Json rows = Json::array();
  for (const auto& row : status.contests)
    rows.push_back(
        {{"contest", row.contest}, {"scanned", as_json(row.scanned)}, {"in_review", as_json(row.in_review)}});
  return json::canonical(
      {{"state", status.state}, {"contest", status.contest}, {"batch", status.batch}, {"contests", rows}});
}

std::string encode(const BatchTotal& total) { return json::canonical(sums_json(total, "batch")); }

std::string encode(const TallyTotal& total) {
  Json body = sums_json(total.sums, "sheet");
  body["replaces"] = total.replaces;
  if (total.replaces > 0) body["reason"] = total.reason;
  body["voters"] = as_json(total.voters);
  body["voted"] = as_json(total.voted);
  body["issued"] = as_json(total.issued);
  return json::canonical(body);
}

std::string encode(const BatchWithdrawn& withdrawn) {
  return json::canonical({{"contest", withdrawn.contest}, {"batch", withdrawn.batch}, {"reason", withdrawn.reason}});
}

std::string encode(const Turnout& turnout) {
  Json rows = Json::array();
  for (const auto& row : turnout.contests) rows.push_back({{"contest", row.contest}, {"voted", as_json(row.voted)}});
  return json::canonical({{"at", turnout.at}, {"contests", rows}});
}

std::string encode(const ContestResult& result) {
  Json body = sums_json(result.sums, "piles");
  body["replaces"] = result.replaces;
  if (result.replaces > 0) body["reason"] = result.reason;
  body["voters"] = as_json(result.voters);
  body["voted"] = as_json(result.voted);
  body["issued"] = as_json(result.issued);
  return json::canonical(body);
}

std::string encode(const TakeOver& take_over) {
  return json::canonical({{"epoch", take_over.epoch}, {"public_key", take_over.public_key_hex}});
}

// Decoding ends with a comparison to our own spelling: a document has one, so
// that equal bytes are equal records.
namespace {

template <class Body>
Result<Body> decode_as(std::string_view body, Result<Body> (*read)(const ObjectReader&)) {
  KP_TRY(const Json document, as_wire(json::parse(body, kLimits)));
  KP_TRY(const ObjectReader reader, as_wire(ObjectReader::open(document, "")));
  KP_TRY(Body decoded, as_wire(read(reader)));
  if (encode(decoded) != body) return broken(std::string{Body::kKind} + ": not in canonical form");
  return decoded;
}

std::optional<std::string> impossible_turnout(const BatchTotal& sums, Count voters, Count voted, Count issued) {
  if (sums.collected > voted) return "more ballots collected than voters voted";
  if (voted > voters) return "more voters voted than are listed";
  if (sums.collected > issued) return "more ballots collected than issued";
  return std::nullopt;
}

}  // namespace

Result<Status> decode_status(std::string_view body) { return decode_as(body, &read_status); }
Result<BatchTotal> decode_batch_total(std::string_view body) { return decode_as(body, &read_batch_total); }
Result<TallyTotal> decode_tally_total(std::string_view body) { return decode_as(body, &read_tally_total); }
Result<BatchWithdrawn> decode_batch_withdrawn(std::string_view body) { return decode_as(body, &read_batch_withdrawn); }
Result<Turnout> decode_turnout(std::string_view body) { return decode_as(body, &read_turnout); }
Result<ContestResult> decode_contest_result(std::string_view body) { return decode_as(body, &read_contest_result); }
Result<TakeOver> decode_take_over(std::string_view body) { return decode_as(body, &read_take_over); }

Result<Body> decode_body(std::string_view kind, std::string_view body) {
  Result<Body> decoded = broken("unknown kind " + std::string{kind});
  const auto take = [&](auto read) {
    auto result = read(body);
    decoded = result ? Result<Body>{Body{*std::move(result)}} : Result<Body>{std::move(result).error()};
  };
  if (kind == Status::kKind) take(&decode_status);
  else if (kind == BatchTotal::kKind) take(&decode_batch_total);
  else if (kind == TallyTotal::kKind) take(&decode_tally_total);
  else if (kind == BatchWithdrawn::kKind) take(&decode_batch_withdrawn);
  else if (kind == Turnout::kKind) take(&decode_turnout);
  else if (kind == ContestResult::kKind) take(&decode_contest_result);
  else if (kind == TakeOver::kKind) take(&decode_take_over);
  return decoded;
}

std::optional<std::string> impossible(const BatchTotal& total) {
  if (total.collected != total.valid + total.invalid) return "collected is not valid + invalid";
  Count ballots, names, votes;
  for (std::size_t k = 1; k <= total.classes.size(); ++k) {
    ballots += total.classes[k - 1];
    names += Count{k} * total.classes[k - 1];
  }
  if (ballots != total.valid) return "valid is not the sum of the classes";
  for (const auto& line : total.candidates) {
    if (line.votes > total.valid) return line.id + " has more votes than there are valid ballots";
    votes += line.votes;
  }
  if (names != votes) return "the sum of k x class k is not the sum of the votes";
  return std::nullopt;
}

std::optional<std::string> impossible(const TallyTotal& total) {
  if (auto why = impossible(total.sums)) return why;
  return impossible_turnout(total.sums, total.voters, total.voted, total.issued);
}

std::optional<std::string> impossible(const ContestResult& result) {
  if (auto why = impossible(result.sums)) return why;
  if (!result.knows_turnout()) return std::nullopt;
  return impossible_turnout(result.sums, result.voters, result.voted, result.issued);
}

}  // namespace kiemphieu::wire
