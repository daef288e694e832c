#pragma once
/// The words for what can stand on a name line, and for what is wrong with a
/// sheet. Shared by reading (which sees), by the rule table (which says what it
/// means) and by every format that carries them. The spellings are contracts.

#include <cstdint>
#include <optional>
#include <string_view>

namespace kiemphieu::election {

/// The shape of the ink on one candidate's name.
enum class MarkShape : std::uint8_t {
  kNone, kHorizontal, kSlanted, kVertical, kCross, kScribble, kPartial, kCircle,
  kUnderline, kOverline, kOneOfTwoLines, kOther,
};
inline constexpr int kMarkShapeCount = 12;

/// What a mark means for the candidate.
enum class Mark : std::uint8_t {
  kKept,      ///< name left: elected by this ballot
  kStruck,    ///< not elected by this ballot
  kDoubtful,  ///< the whole team looks
};

enum class Validity : std::uint8_t { kValid, kInvalid };

enum class Outcome : std::uint8_t {
  kAccepted,  ///< clear: may be counted as proposed
  kReview,    ///< the whole team looks; the reading is a proposal
  kReturned,  ///< not a form of this station, or unreadable: handed back
};

/// Why a sheet is not simply valid and clear. Most important first wherever listed.
enum class Reason : std::uint8_t {
  kTooManyLeft, kAllStruck, kNoSeal, kSealDoubtful, kWrongForm, kWrongContest, kExtraContent,
  kFaintStrike, kPartialStrike, kCircled, kUnderlined, kOverlined, kCorrection, kDamaged,
  kTwoSheets, kStreak, kFoldOnName, kScale, kReadersDisagree, kSamePaper, kUnreadable,
};
inline constexpr int kReasonCount = 21;

std::string_view to_text(MarkShape shape);  ///< "horizontal", "one_of_two_lines" …
std::string_view to_text(Mark mark);        ///< "kept" …
std::string_view to_text(Validity validity);
std::string_view to_text(Outcome outcome);
std::string_view to_text(Reason reason);

std::optional<MarkShape> mark_shape_from(std::string_view text);
std::optional<Mark> mark_from(std::string_view text);
std::optional<Validity> validity_from(std::string_view text);
std::optional<Outcome> outcome_from(std::string_view text);
std::optional<Reason> reason_from(std::string_view text);

}  // namespace kiemphieu::election
