#include <string_view>

#include "tally/counting/totals.h"

/// The arithmetic that the fields of Mẫu 18/HĐBC-QH and Mẫu 23/HĐBC-HĐND must
/// satisfy (Luật 85/2015 Điều 73, 74, 76; Hỏi đáp về bầu cử, câu 172, 176, 180).

namespace kiemphieu::counting {
namespace {

constexpr std::string_view kMinutes = "Luật 85/2015 Điều 76; Mẫu 18/HĐBC-QH, Mẫu 23/HĐBC-HĐND";
constexpr std::string_view kClasses = "Hỏi đáp về bầu cử 2026-2031, câu 176";
constexpr std::string_view kCollected = "Luật 85/2015 Điều 73; Hỏi đáp về bầu cử 2026-2031, câu 172";

class Failures {
 public:
  void require(bool holds, std::string_view code, std::string text_vi, std::string_view source) {
    if (!holds) found.push_back({std::string{code}, std::move(text_vi), std::string{source}});
  }
  std::vector<IdentityFailure> found;
};

std::string number(Count count) { return std::to_string(count.value()); }

/// Ballots of all classes, and votes as the classes say: Σ class_k and Σ k·class_k.
struct ClassSums {
  Count ballots, votes;
};
ClassSums sums_of(const std::vector<Count>& classes) {
  ClassSums sums;
  for (std::size_t i = 0; i < classes.size(); ++i) {
    sums.ballots += classes[i];
    sums.votes += Count{i + 1} * classes[i];
  }
  return sums;
}

void check_turnout(const ContestTotals& totals, const KnownTurnout& turnout, Failures& failures) {
  if (turnout.voted)
    failures.require(totals.collected <= *turnout.voted, "F106",
                     "Số phiếu thu vào (" + number(totals.collected) + ") lớn hơn số cử tri đã bỏ phiếu (" +
                         number(*turnout.voted) + ").",
                     kCollected);
  if (turnout.voted && turnout.listed)
    failures.require(*turnout.voted <= *turnout.listed, "F107",
                     "Số cử tri đã bỏ phiếu (" + number(*turnout.voted) + ") lớn hơn tổng số cử tri (" +
                         number(*turnout.listed) + ").",
                     kMinutes);
}

}  // namespace

std::vector<IdentityFailure> check_identities(const ContestTotals& totals, const KnownTurnout& turnout) {
  Failures failures;
  const Count counted = totals.valid + totals.invalid + totals.in_review;
  failures.require(totals.collected == counted, "F101",
                   "Số phiếu thu vào (" + number(totals.collected) + ") khác tổng số phiếu hợp lệ, không hợp lệ và chờ xem xét (" +
                       number(counted) + ").",
                   kMinutes);
  const ClassSums classes = sums_of(totals.classes);
  failures.require(classes.ballots == totals.valid, "F102",
                   "Tổng số phiếu của các loại (" + number(classes.ballots) + ") khác số phiếu hợp lệ (" +
                       number(totals.valid) + ").",
                   kClasses);
  Count votes;
  for (const auto& [id, count] : totals.candidates) votes += count;
  failures.require(classes.votes == votes, "F103",
                   "Tổng số phiếu bầu tính theo loại (" + number(classes.votes) + ") khác tổng số phiếu của các người ứng cử (" +
                       number(votes) + ").",
                   kClasses);
  for (const auto& [id, count] : totals.candidates)
    failures.require(count <= totals.valid, "F104",
                     "Số phiếu của người ứng cử " + id + " (" + number(count) + ") lớn hơn số phiếu hợp lệ (" +
                         number(totals.valid) + ").",
                     kMinutes);
  const Count most = Count{totals.classes.size()} * totals.valid;
  failures.require(totals.valid <= votes && votes <= most, "F105",
                   "Tổng số phiếu của các người ứng cử (" + number(votes) + ") không nằm giữa số phiếu hợp lệ (" +
                       number(totals.valid) + ") và số phiếu hợp lệ nhân số đại biểu được bầu (" + number(most) + ").",
                   kClasses);
  check_turnout(totals, turnout, failures);
  return std::move(failures.found);
}

}  // namespace kiemphieu::counting
