#pragma once
/// The station's rules over the journal: which record may be written now, and
/// what the committee is told in the same transaction. No threads, no scanner,
/// no web: values in, records out. One thread at a time.

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/base/clock.h"
#include "config/crypto/signing.h"
#include "config/election/election.h"
#include "firmware-host/station/committee_records.h"
#include "firmware-host/station/lifecycle.h"
#include "firmware-host/station/paper_memory.h"
#include "firmware-host/station/pile_check.h"
#include "firmware-host/station/resume.h"
#include "firmware-host/station/streak_watch.h"
#include "firmware-host/team/team.h"
#include "sync/outbox/outbox.h"
#include "tally/journal/journal.h"

namespace kiemphieu::station {

/// One sheet, read and encoded, not yet counted.
struct ScannedSheet {
  Bytes jpeg;
  reading::SheetReading reading;
  counting::Interpretation interpretation;
};

/// How a run of the feeder ended.
struct FeedEnd {
  ErrorCode reason = ErrorCode::kScannerNoDocuments;  ///< kScannerNoDocuments: the normal end
  std::string evidence;
  std::optional<std::uint64_t> sheets_fed;
  std::optional<std::uint64_t> uncounted = std::nullopt;  ///< as feed::FeedReport says
  std::optional<std::uint64_t> counter = std::nullopt;    ///< the scanner's own, once at rest
  bool stop_asked = false;
};

/// What one person typed while looking at a tally sheet.
struct TallyEntry {
  int sheet = 0;
  int round = 1;   ///< as the page showed it: an entry of a round that is over is refused
  int member = 0;  ///< number in the polling team's list
  std::map<std::string, int> typed;  ///< figure id → value
};

class Ledger {
 public:
  /// Opens the journal, notes the start, and closes a feed that a power cut left
  /// open (state paused, incident feed_unfinished). `election`, `station`, `key`
  /// and `clock` must outlive the Ledger. Errors: journal and storage codes.
  static Result<std::unique_ptr<Ledger>> open(const std::filesystem::path& folder, const election::Election& election,
                                              const election::Station& station, const crypto::SigningKey& key,
                                              const Clock& clock);

  LifecycleState lifecycle() const;
  const journal::State& state() const { return journal_.state(); }
  const journal::JournalHead& head() const { return journal_.head(); }
  const outbox::Outbox& outbox() const { return outbox_; }
  /// Records written for the committee so far; 0 when the database does not answer.
  std::uint64_t outbox_last_sequence();
  /// The feed that start-up found unfinished, until a scan or batch command follows.
  const std::optional<Error>& start_notice() const { return start_notice_; }

  /// Errors of all commands: kNotAllowedNow with the reason, and storage codes.
  /// On ok the records are durable; on an error nothing has changed. Sealing destroys the
  /// pictures when the election asks for it; start-up finishes what a power cut leaves of that.
  /// `why` is for kUnseal, which needs it: a head of the team's list, or without a list
  /// `who.name`. Errors also: kReopenWhoWhy, kRoleNotAllowed.
  Result<void> change_lifecycle(LifecycleEvent event, const team::Who& who = {}, const std::string& why = {});

  /// Another machine has taken the count over (said by the committee or by the
  /// mirror): noted as an incident, pauses, and nothing is counted here any more. Idempotent.
  Result<void> note_superseded(const std::string& evidence);

  /// Intent before paper moves: opens a batch of `contest` when none is open,
  /// resumes a paused count. `contest` may be empty while a batch is open.
  Result<void> begin_feed(const std::string& contest);
  /// What the scanner's counter says, before a feed's first sheet or when it is looked at
  /// again after a feed that ended without it. Nothing happens when no feed wants it.
  Result<void> note_counter(std::uint64_t counter);
  /// The last feed of the open pile ended without a look at the scanner's counter (power
  /// cut, cable), and a look would tell how many sheets it moved.
  bool wants_counter() const;
  /// Stores the picture durably, then the record. The sheet counts from here on. A paper
  /// that counts or waits already goes to the team as `same_paper`, whatever its reading.
  /// Errors also, with nothing recorded: kPileOfOthers, kPileFedBefore, kSecondPile (pile_check.h).
  Result<void> record_sheet(const ScannedSheet& sheet);
  /// A fault pauses the count and is noted as an incident.
  Result<void> end_feed(const FeedEnd& end);
  /// What people do after `end`, which the journal could not take yet.
  std::optional<Resume> resume_after(const FeedEnd& end) const;

  /// A count without a running feed rests because of the power, or goes on: with an
  /// incident of `reason`. In other states the incident alone.
  Result<void> pause_for_power(ErrorCode reason, const std::string& evidence);
  Result<void> resume_after_power(const std::string& evidence);

  /// The open pile is fed completely. Its totals go to the committee as soon as
  /// nothing of it waits for the team. `papers_by_hand`: as people counted the pile.
  /// Errors also: kPileCountDiffers, with the incident recorded and nothing else changed:
  /// the number counted by hand is not the journal's; or the scanner's counter does not
  /// agree with the journal and no number settles it (the second time it is let pass).
  Result<void> finish_batch(std::optional<std::uint64_t> papers_by_hand = std::nullopt);
  /// The pile does not count and is scanned anew. One that is settled is with the committee:
  /// the head of the team withdraws it (kRoleNotAllowed), with a reason (kFieldInvalid), and
  /// the committee is told both in the same transaction.
  Result<void> void_batch(int batch, const std::string& reason_vi, const team::Who& who = {});
  /// `decision.members` may come in any order; where there is a list of the team they must
  /// be named, each on it and no technician. `by` is taken from `who`.
  /// Errors also: kSheetUnknown, kQuorum, kMembersPresent, kBallotImpossible, kPileCountDiffers
  /// (a paper that went through twice would count twice against the number counted by hand).
  Result<void> decide(journal::TeamDecision decision, const team::Who& who = {});

  /// The same for tally sheets of contests that were counted by hand: intent, then
  /// sheet by sheet; end_feed() ends it. A sheet that may not count (no tally sheet of
  /// this station, its contest counted already) is recorded as handed back, with why.
  Result<void> begin_tally_feed();
  Result<void> record_tally_sheet(const ScannedSheet& sheet);
  /// One person's confirmation of a whole sheet: figures left out are confirmed as
  /// read. When the second person's agree with the first's, the count is settled and goes
  /// to the committee in the same transaction; when they differ, both enter again.
  /// Errors also: kSheetUnknown, kSamePerson, kFigureNotTyped, kFiguresImpossible,
  /// kFieldInvalid (no such figure).
  Result<void> enter_tally_sheet(const TallyEntry& entry);
  Result<void> discard_tally_sheet(int sheet, int member, const std::string& reason_vi);
  /// Lets one more sheet of a settled contest in; the old count stands until then.
  Result<void> correct_hand_count(const std::string& contest, const std::string& reason_vi);
  /// The stored picture. Errors: as sheet_jpeg.
  Result<Bytes> tally_sheet_jpeg(int sheet) const;

  /// Recorded ballots whose papers the station does not know again yet, and how it learns
  /// them: from the fingerprint of the stored picture.
  std::vector<journal::SheetRecorded> unknown_papers() const { return papers_.missing(state()); }
  void learn_paper(const journal::SheetRecorded& sheet, const reading::Fingerprint& fingerprint) {
    papers_.remember(sheet, fingerprint);
  }
  /// Dirt on the glass, by the sheets recorded since the start.
  std::vector<StandingStreak> standing_streaks() const { return streaks_.standing(); }

  /// The stored picture. Errors: kSheetUnknown, kFileNotFound, kStorageCorrupt.
  Result<Bytes> sheet_jpeg(int batch, int position) const;
  /// Start-up looks whether every counted sheet still has its picture. When some are gone: an
  /// incident, and start_notice() says so. Errors: storage codes.
  Result<void> note_missing_pictures();
  /// Pictures that are not here yet after a take-over lie there.
  void also_look_for_images_in(const std::filesystem::path& folder) { journal_.also_look_for_images_in(folder); }

 private:
  Ledger(const election::Election& election, const election::Station& station, const Clock& clock,
         journal::Journal journal, outbox::Outbox outbox, PaperMemory papers);
  Result<void> note_start();
  /// Appends the records with a status record for the committee, and the batch's
  /// totals when `records` settle one, all in one transaction.
  Result<void> append(const std::vector<journal::Record>& records, const std::vector<CommitteeRecord>& also = {});
  /// The final words of every contest, as they stand now.
  Result<std::vector<CommitteeRecord>> final_results();
  journal::LifecycleChanged lifecycle_record(LifecycleEvent event) const;
  /// The sheet as it is recorded: with the team's attention when its paper was here before.
  journal::SheetRecorded record_of(const ScannedSheet& sheet, const journal::BatchState& batch) const;
  journal::TallySheetRecorded tally_record_of(const ScannedSheet& sheet) const;
  /// What ends the feed that runs now; nullopt when none runs.
  std::optional<journal::Record> feed_stopped(const FeedEnd& end) const;
  /// Notes the incident and gives the refusal back.
  Result<void> refuse_count(const PileFigures& figures);
  /// A feed may begin: what is to be written before its own record.
  Result<std::vector<journal::Record>> before_a_feed() const;
  Result<void> check_counting(std::string_view what) const;
  Result<void> check_may_close() const;
  Result<void> check_may_seal() const;
  void destroy_images();
  Result<void> check_may_unseal(const team::Who& who, const std::string& why) const;
  Result<void> check_decision(const journal::TeamDecision& decision, const team::Who& who) const;

  const election::Election* election_;
  const election::Station* station_;
  const Clock* clock_;
  journal::Journal journal_;
  outbox::Outbox outbox_;
  PaperMemory papers_;
  StreakWatch streaks_;
  SamePaperRun same_papers_;
  std::optional<Error> start_notice_;
};

}  // namespace kiemphieu::station
