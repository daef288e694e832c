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

/// `number`: the field that says which pile or sheet it is.
Result<BatchTotal> read_sums(const ObjectReader& reader, std::string_view number) {
  BatchTotal total;
  KP_TRY(total.contest, reader.text("contest", kMaxIdBytes));
  KP_TRY(const std::int64_t batch, reader.integer(number, 1, kMaxBatch));
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

Result<BatchTotal> read_batch_total(const ObjectReader& reader) {
  KP_TRY_VOID(
      reader.only({"batch", "candidates", "classes", "collected", "contest", "invalid", "seats", "valid"}));
  return read_sums(reader, "batch");
}

Result<TallyTotal> read_tally_total(const ObjectReader& reader) {
  KP_TRY_VOID(reader.only({"candidates", "classes", "collected", "contest", "invalid", "issued", "replaces", "seats",
                           "sheet", "valid", "voted", "voters"}));
  TallyTotal total;
  KP_TRY(total.sums, read_sums(reader, "sheet"));
  KP_TRY(const std::int64_t replaces, reader.integer("replaces", 0, kMaxBatch));
  total.replaces = static_cast<std::uint64_t>(replaces);
  KP_TRY(total.voters, count(reader, "voters"));
  KP_TRY(total.voted, count(reader, "voted"));
  KP_TRY(total.issued, count(reader, "issued"));
  return total;
}

/// The identities that every minutes must satisfy, per batch.
Result<void> check_identities(const BatchTotal& total) {
  if (total.collected != total.valid + total.invalid) return broken("collected is not valid + invalid");
  Count ballots, names, votes;
  for (std::size_t k = 1; k <= total.classes.size(); ++k) {
    ballots += total.classes[k - 1];
    names += Count{k} * total.classes[k - 1];
  }
  if (ballots != total.valid) return broken("valid is not the sum of the classes");
  for (const auto& line : total.candidates) {
    if (line.votes > total.valid) return broken(line.id + " has more votes than there are valid ballots");
    votes += line.votes;
  }
  if (names != votes) return broken("the sum of k x class k is not the sum of the votes");
  return {};
}

/// A sheet comes after the one it corrects, and nobody votes who is not listed.
Result<void> check_turnout(const TallyTotal& total) {
  if (total.replaces >= total.sums.batch) return broken("a sheet replaces one before it");
  if (total.sums.collected > total.voted) return broken("more ballots collected than voters voted");
  if (total.voted > total.voters) return broken("more voters voted than are listed");
  if (total.sums.collected > total.issued) return broken("more ballots collected than issued");
  return {};
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
  body["voters"] = as_json(total.voters);
  body["voted"] = as_json(total.voted);
  body["issued"] = as_json(total.issued);
  return json::canonical(body);
}

std::string encode(const TakeOver& take_over) {
  return json::canonical({{"epoch", take_over.epoch}, {"public_key", take_over.public_key_hex}});
}

// Decoding ends with a comparison to our own spelling: a document has one, so
// that equal bytes are equal records.
Result<Status> decode_status(std::string_view body) {
  KP_TRY(const Json document, as_wire(json::parse(body, kLimits)));
  KP_TRY(const ObjectReader reader, as_wire(ObjectReader::open(document, "")));
  KP_TRY(Status status, as_wire(read_status(reader)));
  if (encode(status) != body) return broken("status: not in canonical form");
  return status;
}

Result<BatchTotal> decode_batch_total(std::string_view body) {
  KP_TRY(const Json document, as_wire(json::parse(body, kLimits)));
  KP_TRY(const ObjectReader reader, as_wire(ObjectReader::open(document, "")));
  KP_TRY(BatchTotal total, as_wire(read_batch_total(reader)));
  if (encode(total) != body) return broken("batch_total: not in canonical form");
  KP_TRY_VOID(check_identities(total));
  return total;
}

Result<TallyTotal> decode_tally_total(std::string_view body) {
  KP_TRY(const Json document, as_wire(json::parse(body, kLimits)));
  KP_TRY(const ObjectReader reader, as_wire(ObjectReader::open(document, "")));
  KP_TRY(TallyTotal total, as_wire(read_tally_total(reader)));
  if (encode(total) != body) return broken("tally_total: not in canonical form");
  KP_TRY_VOID(check_identities(total.sums));
  KP_TRY_VOID(check_turnout(total));
  return total;
}

Result<TakeOver> decode_take_over(std::string_view body) {
  KP_TRY(const Json document, as_wire(json::parse(body, kLimits)));
  KP_TRY(const ObjectReader reader, as_wire(ObjectReader::open(document, "")));
  KP_TRY_VOID(as_wire(reader.only({"epoch", "public_key"})));
  TakeOver take_over;
  KP_TRY(const std::int64_t epoch, as_wire(reader.integer("epoch", 2, kMaxEpoch)));
  take_over.epoch = static_cast<std::uint64_t>(epoch);
  KP_TRY(take_over.public_key_hex, as_wire(reader.text("public_key", kMaxIdBytes)));
  if (!crypto::PublicKey::from_hex(take_over.public_key_hex)) return broken("take_over: public_key");
  if (encode(take_over) != body) return broken("take_over: not in canonical form");
  return take_over;
}

}  // namespace kiemphieu::wire
