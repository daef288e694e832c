#include "sync/push/backoff.h"

#include <algorithm>

namespace kiemphieu::push {

std::chrono::milliseconds Backoff::next() {
  const auto half = step_.count() / 2;
  const auto extra = static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(half + 1));
  step_ = std::min(step_ * 2, kLongest);
  return std::chrono::milliseconds{half + extra};
}

}  // namespace kiemphieu::push
