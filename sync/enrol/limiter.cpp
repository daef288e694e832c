#include "sync/enrol/limiter.h"

#include <algorithm>

namespace kiemphieu::enrol {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::size_t kMaxAddresses = 10'000;  // the oldest is forgotten first
constexpr seconds kForget{600};

seconds wait_after(int wrong) {
  if (wrong <= kFreeWrong) return seconds{0};
  // More than the late answer took: a guesser feels it.
  return std::min(seconds{2U << static_cast<unsigned>(std::min(wrong - kFreeWrong, 10))}, kLongestWait);
}

}  // namespace

void Limiter::refill() {
  const auto passed = std::chrono::duration_cast<seconds>(clock_->monotonic() - since_);
  if (passed.count() < 1) return;
  left_ = static_cast<int>(std::min<std::int64_t>(kWrongInAll, left_ + passed.count()));
  since_ += passed;
}

seconds Limiter::wait(const std::string& address) {
  refill();
  const seconds for_all{left_ > 0 ? 0 : 1};
  const auto found = addresses_.find(address);
  if (found == addresses_.end()) return for_all;
  const milliseconds passed = clock_->monotonic() - found->second.last;
  if (passed > kForget) {
    addresses_.erase(found);
    return for_all;
  }
  const milliseconds left = wait_after(found->second.wrong) - passed;
  return std::max(for_all, std::chrono::ceil<seconds>(std::max(left, milliseconds{0})));
}

void Limiter::failed(const std::string& address) {
  refill();
  left_ = std::max(0, left_ - 1);
  if (addresses_.size() >= kMaxAddresses && !addresses_.contains(address))
    addresses_.erase(std::ranges::min_element(addresses_, {}, [](const auto& entry) { return entry.second.last; }));
  Count& count = addresses_[address];
  count.wrong = std::min(count.wrong + 1, 1000);
  count.last = clock_->monotonic();
}

}  // namespace kiemphieu::enrol
