#include "tally/counting/interpret.h"

#include <algorithm>
#include <array>

/// Method: every name line gets a mark from its shape and score by the rule
/// table; marks, seal and findings give reasons; each reason's validity rule is
/// looked up; and what is not wholly clear goes to the whole team.

namespace kiemphieu::counting {
namespace {

using election::Mark;
using election::MarkShape;
using election::Outcome;
using election::Reason;
using election::Validity;

/// A set of reasons that lists itself in the order of the enum.
class Reasons {
 public:
  void insert(Reason reason) { present_.at(static_cast<std::size_t>(reason)) = true; }
  bool has(Reason reason) const { return present_.at(static_cast<std::size_t>(reason)); }
  std::vector<Reason> list() const {
    std::vector<Reason> reasons;
    for (std::size_t i = 0; i < present_.size(); ++i)
      if (present_[i]) reasons.push_back(static_cast<Reason>(i));
    return reasons;
  }

 private:
  std::array<bool, election::kReasonCount> present_{};
};

/// What the score alone says; a score outside 0 to 1, or none, says nothing.
Mark mark_of_score(double score, const Thresholds& thresholds) {
  const bool kept = score >= 0 && score <= thresholds.kept_max;
  const bool struck = score >= thresholds.struck_min && score <= 1;
  if (kept == struck) return Mark::kDoubtful;
  return kept ? Mark::kKept : Mark::kStruck;
}

/// Why the team looks at a name with this shape (Hỏi đáp, câu 167, 175(2)).
Reason reason_of(MarkShape shape) {
  switch (shape) {
    case MarkShape::kPartial:
    case MarkShape::kOneOfTwoLines: return Reason::kPartialStrike;
    case MarkShape::kCircle: return Reason::kCircled;
    case MarkShape::kUnderline: return Reason::kUnderlined;
    case MarkShape::kOverline: return Reason::kOverlined;
    case MarkShape::kScribble: return Reason::kCorrection;
    case MarkShape::kNone:
    case MarkShape::kHorizontal:
    case MarkShape::kSlanted:
    case MarkShape::kVertical:
    case MarkShape::kCross:
    case MarkShape::kOther: return Reason::kFaintStrike;
  }
  check_failed("a shape without a reason", __FILE__, __LINE__);
}

/// The ballot is handed back: why, or nothing when it can be interpreted.
std::optional<Reason> reason_to_return(const election::Contest* contest, const reading::SheetReading& reading,
                                       const std::string& expected_contest) {
  const auto found = [&](Reason reason) {
    return std::find(reading.findings.begin(), reading.findings.end(), reason) != reading.findings.end();
  };
  if (contest == nullptr || found(Reason::kWrongForm)) return Reason::kWrongForm;
  if (found(Reason::kWrongContest)) return Reason::kWrongContest;
  if (!expected_contest.empty() && reading.contest != expected_contest) return Reason::kWrongContest;
  if (found(Reason::kUnreadable)) return Reason::kUnreadable;
  // A reading that does not name this contest's candidates, each once and in
  // ballot order, was made with something else's template.
  const bool same = std::equal(contest->candidates.begin(), contest->candidates.end(), reading.candidates.begin(),
                               reading.candidates.end(), [](const auto& a, const auto& b) { return a.id == b.id; });
  if (!same) return Reason::kWrongForm;
  return std::nullopt;
}

Interpretation returned(const reading::SheetReading& reading, std::optional<Reason> why) {
  Interpretation result;
  result.contest = reading.contest;
  result.outcome = Outcome::kReturned;
  Reasons reasons;
  for (const Reason finding : reading.findings) reasons.insert(finding);
  if (why) reasons.insert(*why);
  result.reasons = reasons.list();
  return result;
}

/// A sheet whose form is not a ballot. Our own batch headers and tally sheets
/// are what they are, nothing is wrong with them.
Interpretation returned_form(const reading::SheetReading& reading) {
  if (reading.form != reading::Form::kUnknown) return returned(reading, std::nullopt);
  const bool unreadable = std::find(reading.findings.begin(), reading.findings.end(), Reason::kUnreadable) !=
                          reading.findings.end();
  return returned(reading, unreadable ? Reason::kUnreadable : Reason::kWrongForm);
}

struct Marks {
  std::vector<CandidateMark> candidates;
  int kept = 0, doubtful = 0;
  bool review = false;
};

/// Shape and score must say the same: the rule table gives the meaning of the
/// shape, the score must confirm it, or the name is doubtful.
Marks mark_names(const election::RuleTable& rules, const reading::SheetReading& reading, const Thresholds& thresholds,
                 Reasons& reasons) {
  Marks marks;
  for (const reading::CandidateReading& seen : reading.candidates) {
    const election::MarkRule& rule = rules.rule_for(seen.shape);
    const bool agreed = mark_of_score(seen.score, thresholds) == rule.meaning;
    const Mark mark = agreed ? rule.meaning : Mark::kDoubtful;
    if (mark == Mark::kKept) ++marks.kept;
    if (mark == Mark::kDoubtful) ++marks.doubtful;
    if (mark == Mark::kDoubtful || rule.review) {
      marks.review = true;
      reasons.insert(reason_of(seen.shape));
    }
    marks.candidates.push_back({seen.id, mark, seen.shape, seen.score, rule.source});
  }
  return marks;
}

/// What follows from the names left and the seal (Luật 85/2015 Điều 74(1) b, c, d).
/// Doubtful names count against neither: no reading of them may make it valid.
void add_legal_reasons(const Marks& marks, int seats, reading::SealFinding seal, Reasons& reasons) {
  if (marks.kept > seats) reasons.insert(Reason::kTooManyLeft);
  if (marks.kept + marks.doubtful == 0) reasons.insert(Reason::kAllStruck);
  if (seal == reading::SealFinding::kAbsent) reasons.insert(Reason::kNoSeal);
  if (seal == reading::SealFinding::kDoubtful) reasons.insert(Reason::kSealDoubtful);
}

}  // namespace

Interpretation interpret(const election::Election& election, const reading::SheetReading& reading,
                         const std::string& expected_contest, const Thresholds& thresholds) {
  if (reading.form != reading::Form::kBallot) return returned_form(reading);
  const election::Contest* contest = election.find_contest(reading.contest);
  if (const auto why = reason_to_return(contest, reading, expected_contest)) return returned(reading, why);

  Reasons reasons;
  for (const Reason finding : reading.findings) reasons.insert(finding);
  Marks marks = mark_names(election.rules, reading, thresholds, reasons);
  add_legal_reasons(marks, contest->seats, reading.seal, reasons);

  Interpretation result;
  result.contest = reading.contest;
  result.reasons = reasons.list();
  result.elects = marks.kept;
  result.candidates = std::move(marks.candidates);
  result.validity = Validity::kValid;
  bool review = marks.review;
  for (const Reason reason : result.reasons) {
    const election::ValidityRule& rule = election.rules.rule_for(reason);
    if (rule.validity == Validity::kInvalid) result.validity = Validity::kInvalid;
    review = review || rule.review;
  }
  // Presumed invalid always goes to the team, whatever the table says (Luật 85/2015 Điều 74(2)).
  const bool invalid = result.validity == Validity::kInvalid;
  result.outcome = review || invalid ? Outcome::kReview : Outcome::kAccepted;
  return result;
}

}  // namespace kiemphieu::counting
