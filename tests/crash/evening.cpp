#include "tests/crash/evening.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <map>

#include "config/crypto/sha256.h"
#include "sync/wire/body.h"
#include "sync/wire/envelope.h"
#include "tally/counting/interpret.h"
#include "tally/journal/verify.h"
#include "tests/unit/tally/counting/example.h"

namespace kiemphieu::crash {
namespace {

using station::FeedEnd;
using station::Ledger;
using station::LifecycleEvent;
using station::LifecycleState;

constexpr int kJamAfter = 5, kVoidAfter = 4;
constexpr std::size_t kVoidedContest = 1;
const std::string kVoidReason = "rơi xấp phiếu";

std::size_t index_of(const Evening& evening, const std::string& contest) {
  for (std::size_t i = 0; i < evening.election.contests.size(); ++i)
    if (evening.election.contests[i].id == contest) return i;
  KP_CHECK(false);
  return 0;
}

bool has_batch(const Ledger& ledger, const std::string& contest, journal::BatchStatus status) {
  const auto& batches = ledger.state().batches();
  return std::any_of(batches.begin(), batches.end(),
                     [&](const auto& entry) { return entry.second.contest == contest && entry.second.status == status; });
}

journal::TeamDecision decision_about(const journal::SheetRecorded& sheet) {
  journal::TeamDecision decision;
  decision.batch = sheet.batch, decision.position = sheet.position;
  decision.ballot = {election::Validity::kInvalid, {}};
  decision.present = 11, decision.in_favour = 9, decision.against = 2;
  decision.reason_vi = "Cả Tổ thống nhất: không hợp lệ";
  return decision;
}

/// Feeds the open pile until it is through, jams, or is dropped on the floor.
Result<void> feed(const Evening& evening, Ledger& ledger, const Said& said) {
  const journal::BatchState* open = ledger.state().open_batch();
  const std::size_t contest = index_of(evening, open->contest);
  const int begun_at = static_cast<int>(open->sheets.size());
  for (int next = begun_at + 1; next <= evening.papers[contest]; ++next) {
    const station::ScannedSheet sheet = evening.paper(contest, next);
    KP_TRY_VOID(ledger.record_sheet(sheet));
    Acknowledged told{ledger.state().open_batch()->batch, next, ledger.head().sequence};
    const Digest digest = crypto::sha256(sheet.jpeg);
    std::memcpy(told.image, digest.bytes.data(), sizeof told.image);
    said(told);
    if (contest == 0 && next == kJamAfter && begun_at < kJamAfter)
      return ledger.end_feed({ErrorCode::kScannerJam, "after 5", static_cast<std::uint64_t>(next - begun_at)});
    if (contest == kVoidedContest && next == kVoidAfter &&
        !has_batch(ledger, open->contest, journal::BatchStatus::kVoided))
      break;
  }
  return ledger.end_feed({});
}

Result<void> next_step_of_pile(const Evening& evening, Ledger& ledger, const Said& said) {
  const journal::BatchState& open = *ledger.state().open_batch();
  const std::size_t contest = index_of(evening, open.contest);
  const int recorded = static_cast<int>(open.sheets.size());
  const bool dropped = contest == kVoidedContest && recorded >= kVoidAfter &&
                       !has_batch(ledger, open.contest, journal::BatchStatus::kVoided);
  if (dropped) return ledger.void_batch(open.batch, kVoidReason);
  if (recorded == evening.papers[contest]) return ledger.finish_batch();
  KP_TRY_VOID(ledger.begin_feed(""));
  return feed(evening, ledger, said);
}

std::string not_said(const Ledger& ledger, const std::vector<Acknowledged>& said) {
  for (const Acknowledged& told : said) {
    if (told.batch == 0) continue;  // the mirror's
    const journal::SheetState* sheet = ledger.state().find_sheet(told.batch, told.position);
    if (sheet == nullptr) return fmt::format("batch {} sheet {} was counted and is lost", told.batch, told.position);
    if (std::memcmp(sheet->record.image.bytes.data(), told.image, sizeof told.image) != 0)
      return fmt::format("batch {} sheet {} is another sheet", told.batch, told.position);
  }
  return {};
}

/// Unlike that of any other paper.
reading::Fingerprint fingerprint(const std::string& name) {
  reading::Fingerprint print;
  const Digest digest = crypto::sha256(as_bytes(name));
  for (std::size_t line = 0; line < 4; ++line) {
    print.lines[line].number = static_cast<std::uint8_t>(line + 1);
    for (std::size_t column = 0; column < print.lines[line].rows.size(); ++column)
      print.lines[line].rows[column] = static_cast<std::uint8_t>(1 + digest.bytes[(line * 7 + column) % 32] % 60);
  }
  return print;
}

/// No paper counts in two places, and each batch is the papers in their order.
std::string out_of_order(const Evening& evening, const Ledger& ledger) {
  for (const auto& [number, batch] : ledger.state().batches()) {
    const std::size_t contest = index_of(evening, batch.contest);
    for (std::size_t i = 0; i < batch.sheets.size(); ++i)
      if (batch.sheets[i].record.image != crypto::sha256(evening.paper(contest, static_cast<int>(i) + 1).jpeg))
        return fmt::format("batch {} sheet {} is not the {}-th paper of {}", number, i + 1, i + 1, batch.contest);
  }
  return {};
}

/// The committee's records: chained, and for each settled batch its totals, once.
std::string outbox_wrong(Ledger& ledger, storage::Database& database) {
  auto items = ledger.outbox().records_from(database, 1, 100'000, std::size_t{64} << 20U);
  if (!items) return items.error().log_line();
  std::map<std::uint64_t, wire::BatchTotal> told;
  Digest previous;
  for (const outbox::Item& item : *items) {
    const auto envelope = wire::decode(item.envelope);
    if (!envelope) return envelope.error().log_line();
    if (envelope->previous != previous || envelope->sequence != item.sequence) return "the outbox's chain is broken";
    previous = wire::record_digest(item.envelope);
    if (envelope->kind != wire::BatchTotal::kKind) continue;
    const auto total = wire::decode_batch_total(envelope->body);
    if (!total) return total.error().log_line();
    if (!told.emplace(total->batch, *total).second) return fmt::format("batch {} was told twice", total->batch);
  }
  std::size_t settled = 0;
  for (const auto& [number, batch] : ledger.state().batches()) {
    if (batch.status != journal::BatchStatus::kSettled) continue;
    ++settled;
    const auto it = told.find(static_cast<std::uint64_t>(number));
    if (it == told.end()) return fmt::format("batch {} is settled and was not told", number);
    if (it->second.valid != batch.totals.valid || it->second.invalid != batch.totals.invalid)
      return fmt::format("batch {} was told otherwise", number);
  }
  return settled == told.size() ? std::string{} : "a batch was told that is not settled";
}

}  // namespace

Evening::Evening(std::uint64_t seed)
    : election(example::election()), key(crypto::SigningKey::from_seed({7})), papers{11, 8, 5}, seed_(seed) {
  election.destroy_images_at_sealing = seed % 2 == 1;
  for (const election::Contest& contest : election.contests)
    election.stations.front().contests.push_back({contest.id, {}});
}

/// Every fourth paper leaves too many names: the team decides. The others leave one to `seats`.
std::vector<std::size_t> Evening::struck(std::size_t contest, int number) const {
  const election::Contest& c = election.contests[contest];
  const auto mixed = seed_ * 31 + contest * 7 + static_cast<std::size_t>(number) * 5;
  const std::size_t left =
      number % 4 == 0 ? static_cast<std::size_t>(c.seats) + 1 : 1 + mixed % static_cast<std::size_t>(c.seats);
  std::vector<std::size_t> places;
  for (std::size_t i = left; i < c.candidates.size(); ++i) places.push_back((i + mixed) % c.candidates.size());
  std::sort(places.begin(), places.end());
  return places;
}

station::ScannedSheet Evening::paper(std::size_t contest, int number) const {
  station::ScannedSheet sheet;
  const std::string name = fmt::format("seed {} contest {} paper {}", seed_, contest, number);
  sheet.jpeg.assign(name.begin(), name.end());
  sheet.jpeg.resize(9000, static_cast<std::uint8_t>(number));  // three pages and a part
  sheet.reading = example::ballot(election.contests[contest], struck(contest, number));
  sheet.reading.fingerprint = fingerprint(name);
  sheet.interpretation = counting::interpret(election, sheet.reading, election.contests[contest].id);
  return sheet;
}

std::vector<counting::ContestTotals> Evening::truth() const {
  std::vector<counting::ContestTotals> all;
  for (std::size_t c = 0; c < election.contests.size(); ++c) {
    counting::ContestTotals totals = counting::empty_totals(election.contests[c]);
    for (int number = 1; number <= papers[c]; ++number) {
      counting::CountedBallot ballot{election::Validity::kInvalid, {}};
      if (number % 4 != 0) {
        const std::vector<std::size_t> gone = struck(c, number);
        ballot.validity = election::Validity::kValid;
        for (std::size_t i = 0; i < election.contests[c].candidates.size(); ++i)
          if (std::find(gone.begin(), gone.end(), i) == gone.end())
            ballot.elected.push_back(election.contests[c].candidates[i].id);
      }
      KP_CHECK(counting::add(totals, ballot).has_value());
    }
    all.push_back(std::move(totals));
  }
  return all;
}

Result<void> work(const Evening& evening, Ledger& ledger, const Said& said, const std::function<void()>& rests) {
  for (;;) {
    const LifecycleState state = ledger.lifecycle();
    if (state == LifecycleState::kSealed) return rests(), Result<void>{};
    if (state == LifecycleState::kIdle) {
      KP_TRY_VOID(ledger.change_lifecycle(LifecycleEvent::kStartCounting));
    } else if (state == LifecycleState::kClosing) {
      KP_TRY_VOID(ledger.change_lifecycle(LifecycleEvent::kSeal));
    } else if (const auto waiting = ledger.state().waiting();
               !waiting.empty() && ledger.state().open_batch() == nullptr) {
      KP_TRY_VOID(ledger.decide(decision_about(waiting.front()->record)));
    } else if (const journal::BatchState* open = ledger.state().open_batch(); open != nullptr) {
      if (open->feeding) KP_TRY_VOID(ledger.end_feed({}));  // an error left it running
      KP_TRY_VOID(next_step_of_pile(evening, ledger, said));
      if (ledger.state().open_batch() != nullptr) rests();
    } else {
      const auto& contests = evening.election.contests;
      const auto next = std::find_if(contests.begin(), contests.end(), [&](const election::Contest& contest) {
        return !has_batch(ledger, contest.id, journal::BatchStatus::kSettled);
      });
      if (next == contests.end()) {
        if (state == LifecycleState::kPaused) KP_TRY_VOID(ledger.change_lifecycle(LifecycleEvent::kResume));
        KP_TRY_VOID(ledger.change_lifecycle(LifecycleEvent::kClose));
      } else {
        KP_TRY_VOID(ledger.begin_feed(next->id));
        KP_TRY_VOID(feed(evening, ledger, said));
        rests();
      }
    }
  }
}

std::string wrong_with(const Evening& evening, const std::filesystem::path& folder, Ledger& ledger,
                       const std::vector<Acknowledged>& said, bool sealed) {
  if (std::string lost = not_said(ledger, said); !lost.empty()) return lost;
  if (std::string order = out_of_order(evening, ledger); !order.empty()) return order;
  const auto report = journal::verify(folder, &evening.election);
  if (!report) return report.error().log_line();
  if (!report->findings.empty()) return report->findings.front().what;
  storage::OpenOptions to_read;
  to_read.read_only = true;
  auto database = storage::Database::open(folder / "journal.db", to_read);
  if (!database) return database.error().log_line();
  if (std::string outbox = outbox_wrong(ledger, *database); !outbox.empty()) return outbox;
  if (!sealed) return {};
  if (ledger.lifecycle() != LifecycleState::kSealed) return "the station is not sealed";
  return ledger.state().totals() == evening.truth() ? std::string{} : "the totals are not the truth";
}

}  // namespace kiemphieu::crash
