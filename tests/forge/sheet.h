#pragma once
/// One scanned sheet with known truth: the plan says all that is done to a
/// blank ballot, the truth follows from the plan alone, and the forge draws it.
/// Independent of the reader and of counting: it states the law by itself.

#include <optional>
#include <string>
#include <vector>

#include "config/imaging/image.h"
#include "tests/forge/extra.h"
#include "tests/forge/physics.h"
#include "tests/forge/seal.h"
#include "tests/forge/stroke.h"

namespace kiemphieu::forge {

enum class SheetKind : std::uint8_t {
  kBallot,
  kTornBallot,  ///< its lower part is missing
  kBlankPaper,
  kForeignPaper,  ///< a printed page that is no ballot
};

struct SheetPlan {
  SheetKind kind = SheetKind::kBallot;
  std::vector<std::optional<Stroke>> marks;  ///< by candidate, in the template's order
  Pen pen;
  Seal seal;
  std::vector<ExtraKind> extras;
  Physics physics;
  std::uint64_t seed = 0;  ///< of the hand's jitter and the noise
};

/// What a reader must make of it.
enum class Expected : std::uint8_t {
  kClear,       ///< the truth, accepted; going to review is no error but costs the team time
  kMustReview,  ///< whatever it proposes, the team must see it
  kMustReturn,  ///< not a ballot of this station
};
std::string_view to_text(Expected expected);

struct CandidateTruth {
  std::string id;
  election::Mark mark = election::Mark::kKept;
  election::MarkShape shape = election::MarkShape::kNone;
};

struct SheetTruth {
  std::string contest;
  std::optional<election::Validity> validity;  ///< as the team decides; nullopt: not a ballot
  int elects = 0;                              ///< names left, valid or not
  std::vector<CandidateTruth> candidates;      ///< empty when it is not a ballot
  Expected expected = Expected::kClear;
  std::vector<election::Reason> reasons;  ///< most important first
};
SheetTruth truth_of(const SheetPlan& plan, const forms::Template& form);

/// Makes sheets of one contest. Thread-safe after construction.
class BallotForge {
 public:
  /// `blank`: the printed blank ballot, page edge to page edge, gray or RGB, dpi set.
  BallotForge(forms::Template form, const imaging::Image& blank);

  const forms::Template& form() const { return form_; }
  /// The same plan gives the same pixels.
  imaging::Image make(const SheetPlan& plan) const;

 private:
  forms::Template form_;
  Canvas blank_;
  Stamp stamp_;
};

}  // namespace kiemphieu::forge
