#pragma once
/// What a journal record can say. Each struct is one kind; docs/formats/journal.md
/// has the bytes. Sheet records carry no time of day: order in the pile is known,
/// but nothing that could be held against a list of voters (docs/adr).

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "config/base/digest.h"
#include "tally/counting/hand_count.h"
#include "tally/counting/interpret.h"
#include "tally/counting/tally_sheet.h"
#include "tally/counting/totals.h"

namespace kiemphieu::journal {

/// First record of every journal.
struct JournalCreated {
  Digest election;
  std::string station;
  std::string public_key_hex;
  std::string software;  ///< "kiemphieu 0.1.0"
};

/// The daemon started. `boot` grows by one each time; with the sequence it is
/// the order of everything, the wall clock is a label.
struct StationStarted {
  std::uint64_t boot = 0;
  std::int64_t wall_unix_s = 0;
};

/// The lifecycle went from one state to another (firmware-host/station/lifecycle.h).
struct LifecycleChanged {
  std::string from, event, to;
  std::int64_t wall_unix_s = 0;
  std::optional<int> by{};  ///< number in the polling team's list of who commanded it; absent when nobody was signed in
  std::string by_name{};    ///< who reopened a sealed station that has no list of its team
  std::string reason_vi{};  ///< why a sealed station was reopened; else empty
};

/// A pile is being scanned. At most one batch is open at a time.
struct BatchOpened {
  int batch = 0;  ///< from 1, never reused
  std::string contest;
};

/// Written before the feeder takes paper: after a crash it says that sheets may
/// have moved that no record names.
struct FeedStarted {
  int batch = 0;
};

/// The feeder came to rest.
struct FeedStopped {
  int batch = 0;
  std::string reason;  ///< error id of what ended it: "scanner_no_documents", "scanner_jam" …
  std::optional<std::uint64_t> sheets_fed;  ///< the scanner's own count of this run, when it has one
  std::uint64_t sheets_recorded = 0;        ///< ours, of this run
  /// Sheets that came out after the last recorded one and count for nothing; absent: nobody knows.
  std::optional<std::uint64_t> uncounted = std::nullopt;
  std::optional<std::uint64_t> counter = std::nullopt;  ///< what the scanner's counter then said
  bool stop_asked = false;  ///< people stopped it; absent in the bytes when not
};

/// What the scanner's own counter says while no paper moves: before a feed's first
/// sheet, or at the first look after a feed that ended without one (power cut, cable).
struct FeederCounted {
  int batch = 0;
  std::uint64_t counter = 0;
};

/// A sheet by its place in the station's piles.
struct SheetPlace {
  int batch = 0, position = 0;
  bool operator==(const SheetPlace&) const = default;
};

/// One sheet. `image` names a file that was durable before this record.
struct SheetRecorded {
  int batch = 0;
  int position = 0;  ///< from 1 within the batch, as fed
  Digest image;
  reading::Form form = reading::Form::kUnknown;
  counting::Interpretation interpretation;
  reading::SealFinding seal = reading::SealFinding::kAbsent;
  bool upside_down = false;
  int skew_mdeg = 0;
  int scale_permille = 1000;
  reading::ReaderAgreement readers;  ///< absent in the bytes when no line was read
  std::vector<reading::TroubleAt> troubles;  ///< what was physically odd; absent in the bytes when nothing was
  std::optional<SheetPlace> same_as;         ///< the earlier sheet that this one seems to be, fed again
  std::optional<int> header = std::nullopt;  ///< a batch header of this contest: the number printed on it
};

/// The whole team decided about a sheet in review, or about one that was handed
/// back though it belongs to the pile (Luật 85/2015 Điều 74(2)).
struct TeamDecision {
  int batch = 0;
  int position = 0;
  counting::CountedBallot ballot;
  bool not_a_ballot = false;  ///< the sheet is taken out of the pile: not of this station
  int present = 0, in_favour = 0, against = 0;
  std::string reason_vi;      ///< what the team wrote, may be empty
  std::optional<int> by{};    ///< number in the polling team's list of who entered it
  std::vector<int> members{}; ///< numbers of those present, ascending; empty: only their number is known
};

/// The pile is fed completely; sheets may still wait for the team.
struct BatchClosed {
  int batch = 0;
  std::uint64_t sheets = 0;
  std::optional<std::uint64_t> papers_by_hand = std::nullopt;  ///< as people counted the pile, when they did
};

/// Closed and nothing waits any more: these totals go to the committee.
struct BatchSettled {
  int batch = 0;
  counting::ContestTotals totals;
};

/// The pile does not count and is scanned anew. Its sheets stay in the journal.
struct BatchVoided {
  int batch = 0;
  std::string reason_vi;
  std::optional<int> by{};  ///< number in the polling team's list
};

/// Written before the feeder takes tally sheets; they belong to no batch.
struct TallyFeedStarted {};

/// The feeder came to rest; fields as in FeedStopped.
struct TallyFeedStopped {
  std::string reason;
  std::optional<std::uint64_t> sheets_fed;
  std::uint64_t sheets_recorded = 0;
};

/// One sheet fed as a tally sheet of a count by hand. It counts for nothing yet.
struct TallySheetRecorded {
  int sheet = 0;  ///< from 1, never reused
  Digest image;
  reading::Form form = reading::Form::kUnknown;
  std::string contest;         ///< empty when it is no tally sheet
  std::string refusal;         ///< handed back: the error id that says why; else empty
  counting::TallySheet judged; ///< what was read; no figures when the sheet was not made out
  bool upside_down = false;
  int skew_mdeg = 0;
  int scale_permille = 1000;
};

/// One figure as a person confirmed it.
struct EnteredFigure {
  std::string id;
  int value = 0;
  bool typed = false;  ///< false: confirmed as read
  bool operator==(const EnteredFigure&) const = default;
};

/// One person's confirmation of a whole tally sheet, made without seeing another's.
struct TallySheetEntered {
  int sheet = 0;
  int round = 1;   ///< one more each time two people differed
  int member = 0;  ///< number in the polling team's list
  std::vector<EnteredFigure> figures;  ///< all, in the order of figure_ids
};

/// Two people entered the same: this counts, and goes to the committee.
struct TallySheetSettled {
  int sheet = 0;
  std::optional<int> replaces;  ///< the settled sheet that this one corrects
  counting::HandCount count;
};

/// The sheet counts for nothing; a new one may come.
struct TallySheetDiscarded {
  int sheet = 0;
  int member = 0;
  std::string reason_vi;
};

/// The settled count of `contest` is to be corrected: one more sheet of it may be
/// fed. The old count stands until that one is settled.
struct TallyCorrectionOpened {
  std::string contest;
  std::string reason_vi;
};

/// Another machine goes on with this journal; it signs from this record on. Which
/// keys may do so is the committee's list to say (docs/takeover.md).
struct TakenOver {
  int epoch = 2;               ///< one more each time; the first machine's is 1
  std::string public_key_hex;  ///< of the machine that signs from here on
  std::string software;
  std::int64_t wall_unix_s = 0;
};

/// The election asks that no picture outlives the sealing: from this record on
/// there are none of the sheets before it. Written before the first is removed.
struct ImagesDestroyed {};

/// Something happened that the minutes or a technician should know.
struct Incident {
  std::string code;      ///< error id
  std::string evidence;
  std::int64_t wall_unix_s = 0;
  /// With `pile_count_differs`: the pile that was not finished, and what people had
  /// counted, when they had.
  std::optional<int> batch = std::nullopt;
  std::optional<std::uint64_t> papers_by_hand = std::nullopt;
};

using Record = std::variant<JournalCreated, StationStarted, LifecycleChanged, BatchOpened, FeedStarted, FeedStopped,
                            SheetRecorded, TeamDecision, BatchClosed, BatchSettled, BatchVoided, Incident,
                            TallyFeedStarted, TallyFeedStopped, TallySheetRecorded, TallySheetEntered,
                            TallySheetSettled, TallySheetDiscarded, TallyCorrectionOpened, TakenOver, ImagesDestroyed,
                            FeederCounted>;

/// "sheet_recorded" …; the `kind` in the stored bytes.
std::string_view kind_of(const Record& record);

/// The key in hexadecimal that signs from this record on, itself included;
/// nullopt: the record changes nothing about who signs.
std::optional<std::string> signer_named_by(const Record& record);

/// Canonical JSON bytes, and back. Errors: kRecordInvalid.
std::string encode(const Record& record);
Result<Record> decode(std::string_view kind, std::string_view body);

}  // namespace kiemphieu::journal
