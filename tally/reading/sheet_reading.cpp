#include "tally/reading/sheet_reading.h"

#include "config/base/check.h"

namespace kiemphieu::reading {

std::string_view to_text(Form form) {
  switch (form) {
    case Form::kBallot:
      return "ballot";
    case Form::kTallySheet:
      return "tally_sheet";
    case Form::kBatchHeader:
      return "batch_header";
    case Form::kUnknown:
      return "unknown";
  }
  check_failed("a form without a name", __FILE__, __LINE__);
}

std::string_view to_text(SealFinding seal) {
  switch (seal) {
    case SealFinding::kPresent:
      return "present";
    case SealFinding::kDoubtful:
      return "doubtful";
    case SealFinding::kAbsent:
      return "absent";
  }
  check_failed("a seal finding without a name", __FILE__, __LINE__);
}

ReaderAgreement agreement_of(const SheetReading& reading) {
  ReaderAgreement agreement;
  for (const CandidateReading& candidate : reading.candidates)
    for (const LineEvidence& line : candidate.lines) {
      ++agreement.lines;
      agreement.disagreements += line.second.agrees ? 0 : 1;
    }
  return agreement;
}

std::string_view to_text(SecondView view) {
  switch (view) {
    case SecondView::kKept:
      return "kept";
    case SecondView::kStruck:
      return "struck";
    case SecondView::kUnsure:
      return "unsure";
  }
  check_failed("a second view without a name", __FILE__, __LINE__);
}

}  // namespace kiemphieu::reading
