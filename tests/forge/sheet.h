#pragma once
/// One scanned sheet with known truth: the plan says all that is done to a
/// blank ballot, the truth follows from the plan alone, and the forge draws it.
/// Independent of the reader and of counting: it states the law by itself.

#include <optional>
#include <string>
#include <vector>

#include "config/imaging/image.h"
#include "tests/forge/extra.h"
#include "tests/forge/odd_sheet.h"
#include "tests/forge/print.h"
#include "tests/forge/scanner.h"
#include "tests/forge/seal.h"
#include "tests/forge/stroke.h"

namespace kiemphieu::forge {

struct SheetPlan {
  SheetKind kind = SheetKind::kBallot;
  std::string pile;                          ///< the contest being scanned when it is not this ballot's own
  std::vector<std::optional<Stroke>> marks;  ///< by candidate, in the template's order
  Pen pen;
  Hand hand;
  Seal seal;
  std::vector<ExtraKind> extras;
  PrintState print;
  Paper paper;
  Scanner scanner;
  std::uint64_t seed = 0;  ///< of the hand's jitter and the noise
};

/// What a reader must make of it.
enum class Expected : std::uint8_t {
  kClear,       ///< the truth, accepted; going to review is no error but costs the team time
  kEither,      ///< the truth, accepted, or review: people might argue
  kMustReview,  ///< whatever it proposes, the team must see it
  kMustReturn,  ///< not a ballot of this pile: never accepted
};
std::string_view to_text(Expected expected);

struct CandidateTruth {
  std::string id;
  election::Mark mark = election::Mark::kKept;
  election::MarkShape shape = election::MarkShape::kNone;
  Certainty certainty = Certainty::kSure;
};

struct SheetTruth {
  std::string contest;
  std::optional<election::Validity> validity;  ///< as the team decides; nullopt: not a ballot
  int elects = 0;                              ///< names left, valid or not
  std::vector<CandidateTruth> candidates;      ///< empty when it is not a ballot
  Expected expected = Expected::kClear;
  std::vector<election::Reason> reasons;  ///< why it must be looked at, most important first
};
SheetTruth truth_of(const SheetPlan& plan, const forms::Template& form);

/// Makes sheets of one contest as one shop printed it. Thread-safe after construction.
class BallotForge {
 public:
  /// `blank`: the printed blank ballot, page edge to page edge, gray or RGB (taken as gray), dpi set.
  BallotForge(forms::Template form, const imaging::Image& blank);
  /// A print shop's: with its ink, and with the neighbour constituency's ballot.
  BallotForge(const Typeset& set, const PrintJob& job);

  const forms::Template& form() const { return form_; }
  /// The same plan gives the same pixels. The frame itself; through_file() makes it a JPEG's.
  imaging::Image make(const SheetPlan& plan) const;

 private:
  void mark(Canvas& canvas, const SheetPlan& plan, const Rng& rng) const;

  forms::Template form_;
  std::array<std::uint8_t, 3> ink_{0, 0, 0};
  double px_per_mm_;
  cv::Mat plate_, stranger_, behind_;
  Stamp stamp_;
};

}  // namespace kiemphieu::forge
