// Any reading at all: interpret() never accepts what is not wholly clear, and
// what it accepts can be counted.
#include <algorithm>
#include <cstring>

#include "tally/counting/interpret.h"
#include "tally/counting/totals.h"
#include "tests/unit/tally/counting/example.h"

using namespace kiemphieu;

namespace {

/// Takes values off the front of the fuzzer's bytes; zeros when they run out.
class Source {
 public:
  explicit Source(ByteView bytes) : bytes_(bytes) {}
  std::uint8_t byte() {
    if (bytes_.empty()) return 0;
    const std::uint8_t value = bytes_.front();
    bytes_ = bytes_.subspan(1);
    return value;
  }
  int below(int end) { return byte() % end; }
  double score() {
    const std::uint8_t kind = byte();
    if (kind < 200) return kind / 199.0;
    std::uint64_t bits = 0;
    for (int i = 0; i < 8; ++i) bits = bits << 8U | byte();
    double any = 0;
    std::memcpy(&any, &bits, sizeof any);
    return any;
  }

 private:
  ByteView bytes_;
};

reading::SheetReading reading_from(Source& source, const election::Election& election) {
  const auto& contest = election.contests[static_cast<std::size_t>(source.below(3))];
  reading::SheetReading sheet = example::ballot(contest, {});
  if (source.byte() < 16) sheet.form = static_cast<reading::Form>(source.below(4));
  if (source.byte() < 16) sheet.contest = "other";
  sheet.seal = static_cast<reading::SealFinding>(source.byte() < 200 ? 0 : source.below(3));
  for (auto& candidate : sheet.candidates) {
    candidate.shape = static_cast<election::MarkShape>(source.below(election::kMarkShapeCount));
    candidate.score = source.score();
    if (source.byte() < 4) candidate.id = "c1";
  }
  for (int n = source.byte() < 200 ? 0 : source.below(4); n > 0; --n)
    sheet.findings.push_back(static_cast<election::Reason>(source.below(election::kReasonCount)));
  return sheet;
}

void check(const election::Election& election, const reading::SheetReading& sheet,
           const counting::Interpretation& result) {
  const bool returned = result.outcome == election::Outcome::kReturned;
  KP_CHECK(returned == !result.validity.has_value());
  KP_CHECK(std::is_sorted(result.reasons.begin(), result.reasons.end()));
  if (result.outcome != election::Outcome::kAccepted) return;
  KP_CHECK(result.validity == election::Validity::kValid);
  KP_CHECK(sheet.form == reading::Form::kBallot && sheet.seal == reading::SealFinding::kPresent);
  const counting::Thresholds thresholds;
  counting::CountedBallot ballot{election::Validity::kValid, {}};
  for (const auto& candidate : result.candidates) {
    KP_CHECK(candidate.mark != election::Mark::kDoubtful);
    KP_CHECK(candidate.score <= thresholds.kept_max || candidate.score >= thresholds.struck_min);
    if (candidate.mark == election::Mark::kKept) ballot.elected.push_back(candidate.id);
  }
  KP_CHECK(static_cast<int>(ballot.elected.size()) == result.elects);
  auto totals = counting::empty_totals(*election.find_contest(result.contest));
  KP_CHECK(counting::add(totals, ballot).has_value());
  KP_CHECK(counting::check_identities(totals).empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const election::Election kElection = example::election();
  Source source{{data, size}};
  const std::string expected = source.byte() < 128 ? "" : "qh-1";
  const auto sheet = reading_from(source, kElection);
  check(kElection, sheet, counting::interpret(kElection, sheet, expected));
  return 0;
}
