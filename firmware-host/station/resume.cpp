#include "firmware-host/station/resume.h"

#include <algorithm>
#include <array>

namespace kiemphieu::station {
namespace {

struct Row {
  std::string_view text, vi, en;
};
constexpr std::array kRows{
#define KP_RESUME_STEP(name, text, vi, en) Row{text, vi, en},
#include "firmware-host/station/resume_steps.def"
#undef KP_RESUME_STEP
};
const Row& row(ResumeStep step) { return kRows.at(static_cast<std::size_t>(step)); }

bool is_one_of(const std::string& reason, std::initializer_list<ErrorCode> codes) {
  return std::any_of(codes.begin(), codes.end(), [&](ErrorCode code) { return info(code).id == reason; });
}

/// Paper may hang inside.
bool paper_in_machine(const std::string& reason) {
  return is_one_of(reason, {ErrorCode::kScannerJam, ErrorCode::kScannerCoverOpen, ErrorCode::kScannerDoubleFeed,
                            ErrorCode::kScannerIo, ErrorCode::kScannerDisconnected, ErrorCode::kScannerHung,
                            ErrorCode::kScannerCrashed, ErrorCode::kFeedUnfinished});
}

void add_uncounted(Resume& resume) {
  using enum ResumeStep;
  const bool anywhere = is_one_of(resume.reason, {ErrorCode::kScannerCountMismatch, ErrorCode::kScannerStoppedEarly});
  if (anywhere && !resume.uncounted) {
    resume.steps.push_back(kCountByHand);
    return;
  }
  if (!resume.uncounted) resume.steps.push_back(resume.last ? kFindLast : kPutAllBack);
  else resume.steps.push_back(*resume.uncounted > 0 ? kPutBack : kNoneUncounted);
  if (resume.last && !resume.calm) resume.steps.push_back(kCompare);
}

void add_steps(Resume& resume) {
  using enum ResumeStep;
  const std::uint64_t out = resume.uncounted.value_or(0);
  if (is_one_of(resume.reason, {ErrorCode::kPileFedBefore, ErrorCode::kPileOfOthers}) && out > 0) {
    resume.steps = {kPutAside};
    if (resume.last) resume.steps.push_back(kCompare);
    resume.steps.push_back(kRightPile);
    return;
  }
  if (is_one_of(resume.reason, {ErrorCode::kSecondPile}) && out > 0) {
    resume.steps = {kNextPile, kCompare, kFinishFirst};
    return;
  }
  if (paper_in_machine(resume.reason)) resume.steps.push_back(kClearMachine);
  add_uncounted(resume);
  const bool through = is_one_of(resume.reason, {ErrorCode::kScannerNoDocuments}) && !resume.stop_asked;
  resume.steps.push_back(through ? kScanOrFinish : kScan);
}

void put(std::string& text, std::string_view mark, const std::string& value) {
  if (const auto at = text.find(mark); at != std::string::npos) text.replace(at, mark.size(), value);
}

Resume resume_from(const journal::BatchState& pile, const journal::FeedRun& run) {
  Resume resume;
  resume.batch = pile.batch;
  resume.contest = pile.contest;
  resume.reason = run.reason;
  resume.stop_asked = run.stop_asked;
  resume.sheets = pile.sheets.size();
  resume.papers = papers_of(pile);
  if (!pile.sheets.empty()) resume.last = pile.sheets.back().record.position;
  resume.uncounted = run.told_uncounted();
  resume.calm = is_one_of(run.reason, {ErrorCode::kScannerNoDocuments}) && !run.stop_asked &&
                resume.uncounted.value_or(0) == 0;
  add_steps(resume);
  return resume;
}

}  // namespace

std::string_view to_text(ResumeStep step) { return row(step).text; }

std::optional<Resume> resume_of(const journal::State& state) {
  const journal::BatchState* pile = state.open_batch();
  if (pile == nullptr || pile->feeding || pile->runs.empty()) return std::nullopt;
  return resume_from(*pile, pile->runs.back());
}

std::optional<Resume> resume_after(const journal::State& state, const journal::FeedStopped& end) {
  const journal::BatchState* pile = state.open_batch();
  if (pile == nullptr || !pile->feeding) return std::nullopt;
  journal::FeedRun run = pile->runs.back();
  run.stop(end);
  return resume_from(*pile, run);
}

std::string sentence(ResumeStep step, const Resume& resume, settings::OutputStack stack, Language language) {
  const bool vietnamese = language == Language::kVietnamese;
  const bool top = stack == settings::OutputStack::kLastOnTop;
  std::string text{vietnamese ? row(step).vi : row(step).en};
  put(text, "{n}", std::to_string(resume.uncounted.value_or(0)));
  put(text, "{last}", std::to_string(resume.last.value_or(0)));
  put(text, "{side}", vietnamese ? (top ? "trên cùng" : "dưới cùng") : (top ? "top" : "bottom"));
  return text;
}

}  // namespace kiemphieu::station
