#pragma once
/// The election definition: everything that is known before the doors open.
/// One JSON file (docs/formats/election.md, config/examples/election.schema.json),
/// whose canonical SHA-256 every template, journal, record and bundle refers to.
///
/// Plain values; immutable after load(); safe to share between threads.

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/base/count.h"
#include "config/base/digest.h"
#include "config/base/result.h"
#include "config/election/marks.h"

namespace kiemphieu::election {

/// Which prescribed ballot a contest uses (Nghị quyết 40/NQ-HĐBCQG).
enum class BallotForm : std::uint8_t {
  kNationalAssembly,   ///< Mẫu 13/HĐBC-QH; "national_assembly"
  kProvincialCouncil,  ///< Mẫu 14/HĐBC-HĐND; "provincial_council"
  kCommuneCouncil,     ///< Mẫu 15/HĐBC-HĐND; "commune_council"
  kHamlet,             ///< trưởng thôn, ấp, khu phố: local design; "hamlet"
};
std::string_view to_text(BallotForm form);

enum class Honorific : std::uint8_t { kOng, kBa };
std::string_view to_text(Honorific honorific);  ///< "Ông", "Bà"

struct Candidate {
  std::string id;
  Honorific honorific = Honorific::kOng;
  std::string family_name, middle_name, given_name;  ///< middle may be empty
  std::optional<std::string> other_name;             ///< printed in parentheses after the birth name
  bool other_name_on_own_line = false;
  std::string birth_date;  ///< "1978-05-21"; decides the order of equal names
  bool print_birth_date = false;  ///< set by load(): wholly equal names carry the date on the ballot

  std::string full_name() const;  ///< family, middle, given
  /// The text of the printed name lines without "Ông/Bà", one or two.
  std::vector<std::string> printed_lines() const;
};

struct Colour {
  std::string name_vi;             ///< "hồng"
  std::array<std::uint8_t, 3> rgb{};  ///< as the paper looks in a scan
};

struct Contest {
  std::string id;  ///< "qh-1"
  BallotForm form = BallotForm::kNationalAssembly;
  std::string title_vi;            ///< body, for pages and minutes: "Đại biểu Quốc hội khóa XVI"
  std::string constituency;        ///< "Đơn vị bầu cử số …": the number
  std::string area;                ///< "Tỉnh Đắk Lắk", "Xã Ea Kly"
  std::string term;                ///< khóa: "XVI"
  std::string years;               ///< "2026-2031"
  int seats = 0;                   ///< number to elect (n)
  Colour paper;
  std::vector<Candidate> candidates;  ///< in the law's order

  const Candidate* find(std::string_view candidate_id) const;
};

/// What a shape on a name line means, with its legal source.
struct MarkRule {
  MarkShape shape = MarkShape::kNone;
  Mark meaning = Mark::kDoubtful;  ///< what the law says it counts as; the proposal
  bool review = true;              ///< true: the whole team looks before it counts
  std::string source;              ///< "QA 167; TT21/2025"
  std::string text_vi;             ///< the rule in plain words, shown with the proposal
};

/// Why a ballot is invalid, with its legal source (Luật 85/2015 Điều 74).
struct ValidityRule {
  Reason reason = Reason::kTooManyLeft;
  Validity validity = Validity::kInvalid;
  bool review = true;
  std::string source;
  std::string text_vi;
};

struct RuleTable {
  std::vector<MarkRule> marks;         ///< exactly one row for every shape
  std::vector<ValidityRule> validity;  ///< exactly one row for every reason

  const MarkRule& rule_for(MarkShape shape) const;
  const ValidityRule& rule_for(Reason reason) const;
};

struct Station {
  std::string id;            ///< "dl-eakly-03"
  std::string number;        ///< khu vực bỏ phiếu số
  std::string commune;       ///< "Xã Ea Kly"
  std::string province;      ///< "Tỉnh Đắk Lắk"
  std::string place;         ///< where the room is
  int team_members = 0;      ///< size of the polling team, for majorities
  struct ContestVoters {
    std::string contest;
    Count voters;            ///< voters listed for this contest
  };
  std::vector<ContestVoters> contests;

  bool has_contest(std::string_view contest_id) const;
  Count voters(std::string_view contest_id) const;
};

struct Election {
  int version = 1;
  std::string id;        ///< "bau-cu-2026-03-15"
  std::string name_vi;
  std::string date;      ///< "2026-03-15"
  std::vector<Contest> contests;
  std::vector<Station> stations;
  RuleTable rules;
  /// Clock times of the day in Vietnam, "HH:MM". Empty: the definition sets none.
  std::string polls_close;              ///< no result is shown before it
  std::vector<std::string> turnout_at;  ///< when every station reports how many have voted; ascending
  /// No picture of a ballot outlives the sealing of its station.
  bool destroy_images_at_sealing = false;
  Digest digest;         ///< SHA-256 of the canonical JSON (sorted keys, no spaces, UTF-8, NFC)

  const Contest* find_contest(std::string_view id) const;
  const Station* find_station(std::string_view id) const;
  /// `at` ("HH:MM") on the election's day in Vietnam (UTC+7, no summer time), seconds since 1970 UTC.
  std::int64_t unix_s(std::string_view at) const;
};

/// Limits of a definition, with where they come from.
inline constexpr int kMaxSeats = 5;            ///< Luật 85/2015 Điều 10(4): 3 for QH, 5 for councils
inline constexpr int kMaxCandidates = 20;      ///< more lines than an A5 ballot holds
inline constexpr std::size_t kMaxElectionBytes = 8U << 20U;

/// Parses and validates. Errors: kElectionUnreadable (not JSON, too deep, too
/// large), kElectionVersion, kElectionInvalid (evidence: the field and the fix).
Result<Election> parse(std::string_view json_text);
/// parse() of a file; also kElectionUnreadable when it cannot be opened.
Result<Election> load(const std::filesystem::path& path);

/// The law's order on a ballot: given name, family name, middle name, birth
/// date (Nghị quyết 40/NQ-HĐBCQG, notes to Mẫu 13-15).
bool ballot_order(const Candidate& a, const Candidate& b);

}  // namespace kiemphieu::election
