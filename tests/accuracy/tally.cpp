#include "tests/accuracy/tally.h"

namespace kiemphieu::accuracy {

Counts& Counts::operator+=(const Counts& more) {
  all += more.all;
  clear += more.clear;
  asked += more.asked;
  accepted += more.accepted;
  wrong += more.wrong;
  return *this;
}

Counts Tally::at(const std::string& table, const std::string& value) const {
  const auto found = rows_.find({table, value});
  return found == rows_.end() ? Counts{} : found->second;
}

}  // namespace kiemphieu::accuracy
