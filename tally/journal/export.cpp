#include "tally/journal/export.h"

#include <utility>

#include "config/crypto/signing.h"
#include "config/json/json.h"
#include "config/storage/files.h"

namespace kiemphieu::journal {
namespace {

using json::OrderedJson;

/// A number below `end`, each equally likely.
std::uint64_t random_below(std::uint64_t end) {
  const std::uint64_t fair = UINT64_MAX - UINT64_MAX % end;
  for (;;) {
    std::uint64_t value = 0;
    for (const std::uint8_t byte : crypto::random_bytes(8)) value = value << 8U | byte;
    if (value < fair) return value % end;
  }
}

template <class T>
void shuffle(std::vector<T>& items) {
  for (std::size_t left = items.size(); left > 1; --left)
    std::swap(items[left - 1], items[random_below(left)]);
}

OrderedJson json_of(const counting::ContestTotals& totals, bool reporting, std::uint64_t last_sequence) {
  OrderedJson classes = OrderedJson::object();
  for (std::size_t i = 0; i < totals.classes.size(); ++i) classes[std::to_string(i + 1)] = totals.classes[i].value();
  OrderedJson candidates = OrderedJson::array();
  for (const auto& [id, votes] : totals.candidates) {
    OrderedJson candidate;
    candidate["id"] = id;
    candidate["votes"] = votes.value();
    candidates.push_back(std::move(candidate));
  }
  OrderedJson object;
  object["contest"] = totals.contest;
  object["seats"] = totals.seats;
  object["stations_reporting"] = reporting ? 1 : 0;
  object["collected"] = totals.collected.value();
  object["valid"] = totals.valid.value();
  object["invalid"] = totals.invalid.value();
  object["classes"] = std::move(classes);
  object["candidates"] = std::move(candidates);
  object["in_review"] = totals.in_review.value();
  object["last_sequence"] = last_sequence;
  return object;
}

OrderedJson ballot_json(const std::string& contest, const counting::CountedBallot& ballot) {
  OrderedJson elects = OrderedJson::array();
  for (const std::string& id : ballot.elected) elects.push_back(id);
  OrderedJson object;
  object["contest"] = contest;
  object["validity"] = to_text(ballot.validity);
  object["elects"] = std::move(elects);
  return object;
}

/// The names of a decision come as the team clicked them; a ballot lists them as printed.
void into_ballot_order(counting::CountedBallot& ballot, const election::Contest& contest) {
  std::vector<std::string> ordered;
  for (const election::Candidate& candidate : contest.candidates)
    for (const std::string& id : ballot.elected)
      if (id == candidate.id) ordered.push_back(id);
  ballot.elected = std::move(ordered);
}

/// One ballot a line, in no order.
std::string ballots_json(const election::Election& election, const State& state) {
  std::vector<std::string> lines;
  for (const auto& [number, batch] : state.batches()) {
    if (batch.status == BatchStatus::kVoided) continue;
    for (const SheetState& sheet : batch.sheets) {
      auto ballot = sheet.counted();
      if (!ballot) continue;
      into_ballot_order(*ballot, *election.find_contest(batch.contest));
      lines.push_back(ballot_json(batch.contest, *ballot).dump());
    }
  }
  shuffle(lines);
  std::string text = "[";
  for (std::size_t i = 0; i < lines.size(); ++i) text += (i == 0 ? "\n" : ",\n") + lines[i];
  return text + "\n]\n";
}

/// Records that say nothing of a single sheet.
bool about_no_sheet(const Record& record) {
  return !std::holds_alternative<SheetRecorded>(record) && !std::holds_alternative<TeamDecision>(record);
}

}  // namespace

std::string totals_json(std::span<const counting::ContestTotals> contests, std::uint64_t last_sequence) {
  OrderedJson all = OrderedJson::array();
  for (const counting::ContestTotals& totals : contests)
    all.push_back(json_of(totals, totals.collected != Count{}, last_sequence));
  return all.dump(1) + "\n";
}

Result<void> export_journal(const std::filesystem::path& folder, const election::Election& election,
                            const std::filesystem::path& out_dir) {
  std::string records;
  const auto keep = [&](const Record& record, std::uint64_t sequence) -> Result<void> {
    if (!about_no_sheet(record)) return {};
    OrderedJson line;
    line["sequence"] = sequence;
    line["kind"] = kind_of(record);
    line["body"] = OrderedJson::parse(encode(record));
    records += (records.empty() ? "\n" : ",\n") + line.dump();
    return {};
  };
  KP_TRY(const Replay replayed, replay(folder, election, keep));
  KP_TRY_VOID(storage::create_folders_durably(out_dir));
  const auto write = [&](const char* name, const std::string& text) {
    return storage::write_file_durably(out_dir / name, as_bytes(text));
  };
  KP_TRY_VOID(write("totals.json", totals_json(replayed.state.totals(), replayed.head.sequence)));
  KP_TRY_VOID(write("ballots.json", ballots_json(election, replayed.state)));
  return write("records.json", "[" + records + "\n]\n");
}

}  // namespace kiemphieu::journal
