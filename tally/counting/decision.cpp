#include "tally/counting/decision.h"

#include <cstdint>

namespace kiemphieu::counting {

bool decision_carries(int members, int present, int in_favour) {
  if (members <= 0 || in_favour < 0 || in_favour > present || present > members) return false;
  const std::int64_t all = members;
  const bool quorum = std::int64_t{present} * 3 >= all * 2;
  const bool majority = std::int64_t{in_favour} * 2 > all;
  return quorum && majority;
}

}  // namespace kiemphieu::counting
