// The scanner, and the printed test deck with its known answers.

#include <fmt/format.h>

#include "firmware-host/selftest/checks.h"
#include "scanner/feed/feed.h"
#include "tally/counting/interpret.h"
#include "tally/forms/deck.h"

namespace kiemphieu::selftest {
namespace {

/// What differs between a page's known answer and what was read; empty: nothing.
std::string difference(const forms::ExpectedPage& expected, const counting::Interpretation& seen) {
  if (seen.contest != expected.contest) return fmt::format("contest {}", seen.contest);
  if (seen.outcome != expected.outcome)
    return fmt::format("outcome {} instead of {}", election::to_text(seen.outcome), election::to_text(expected.outcome));
  if (seen.validity != expected.validity) return "validity";
  for (const forms::ExpectedCandidate& candidate : expected.candidates) {
    const auto found = std::find_if(seen.candidates.begin(), seen.candidates.end(),
                                    [&](const auto& mark) { return mark.id == candidate.id; });
    if (found == seen.candidates.end() || found->mark != candidate.mark)
      return fmt::format("candidate {}", candidate.id);
  }
  return {};
}

/// Compares sheet after sheet with the deck, in print order.
class DeckComparison {
 public:
  DeckComparison(const reading::Reader& reader, const election::Election& election, const forms::TestDeck& deck)
      : reader_(reader), election_(election), deck_(deck) {}

  Result<void> take(const feed::SheetImage& sheet) {
    const std::size_t index = scanned_++;
    if (index >= deck_.expected.size()) return {};
    const forms::ExpectedPage& expected = deck_.expected[index];
    const reading::SheetReading reading = reader_.read(sheet.image.view(), expected.contest);
    const std::string wrong = difference(expected, counting::interpret(election_, reading, expected.contest));
    if (!wrong.empty()) wrong_.push_back(fmt::format("page {} ({}): {}", expected.page, expected.name, wrong));
    return {};
  }

  std::size_t scanned() const { return scanned_; }
  const std::vector<std::string>& wrong() const { return wrong_; }

 private:
  const reading::Reader& reader_;
  const election::Election& election_;
  const forms::TestDeck& deck_;
  std::size_t scanned_ = 0;
  std::vector<std::string> wrong_;
};

}  // namespace

Check check_scanner(feed::SheetSource& source) {
  Check check = pass("scanner", "Máy quét", "", "");
  const auto sensors = source.sensors();
  if (!sensors) return fail_with(check.id, check.title_vi, sensors.error());
  if (sensors->cover_open.value_or(false))
    return fail_with(check.id, check.title_vi, fail(ErrorCode::kScannerCoverOpen, source.description()));
  check.found_vi = "Trả lời tốt: " + source.description() + ".";
  check.found_en = source.description();
  return check;
}

Check check_deck(feed::SheetSource& source, std::vector<forms::Template> templates,
                 const election::Election& election, const std::filesystem::path& folder) {
  Check check = pass("deck", "Quét thử bộ phiếu mẫu", "", "");
  const auto deck = forms::load_test_deck(folder / "test-deck.json");
  if (!deck) return fail_with(check.id, check.title_vi, deck.error());
  if (deck->election != election.digest)
    return fail_with(check.id, check.title_vi, fail(ErrorCode::kTemplateOtherElection, folder.string()));
  for (forms::Template& form : templates) form.ignored = deck->warnings;
  const auto reader = reading::Reader::create(std::move(templates));
  if (!reader) return fail_with(check.id, check.title_vi, reader.error());
  DeckComparison comparison{*reader, election, *deck};
  feed::Feed feed{source};
  const feed::FeedReport report = feed.run([&](const feed::SheetImage& sheet) { return comparison.take(sheet); });
  if (!report.complete()) return fail_with(check.id, check.title_vi, report.end);
  check.found_vi = fmt::format("Đã quét {} trên {} tờ, {} tờ đọc khác đáp án.", comparison.scanned(),
                               deck->expected.size(), comparison.wrong().size());
  check.found_en = fmt::format("{} of {} sheets scanned, {} differ", comparison.scanned(), deck->expected.size(),
                               comparison.wrong().size());
  for (const std::string& line : comparison.wrong()) check.found_en += "; " + line;
  if (comparison.scanned() == deck->expected.size() && comparison.wrong().empty()) return check;
  check.verdict = Verdict::kFail;
  check.do_vi = "Xếp bộ phiếu thử đúng thứ tự trang, lau kính máy quét rồi quét lại; nếu vẫn khác đáp án, không dùng máy này.";
  return check;
}

}  // namespace kiemphieu::selftest
