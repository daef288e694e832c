#pragma once
/// Count: a number of sheets or votes. It cannot be negative and cannot wrap:
/// an overflow is our own bug and aborts. A station counts at most 12,000
/// sheets and the country 80 million voters, so 64 bits never run out.

#include <compare>
#include <cstdint>

#include "config/base/check.h"

namespace kiemphieu {

class Count {
 public:
  constexpr Count() = default;
  constexpr explicit Count(std::uint64_t value) : value_(value) {}

  constexpr std::uint64_t value() const { return value_; }
  auto operator<=>(const Count&) const = default;

  constexpr Count& operator+=(Count other) {
    KP_CHECK(other.value_ <= UINT64_MAX - value_);
    value_ += other.value_;
    return *this;
  }
  constexpr Count& operator-=(Count other) {
    KP_CHECK(other.value_ <= value_);
    value_ -= other.value_;
    return *this;
  }
  constexpr Count& operator++() { return *this += Count{1}; }
  friend constexpr Count operator+(Count a, Count b) { return a += b; }
  friend constexpr Count operator-(Count a, Count b) { return a -= b; }
  friend constexpr Count operator*(Count a, Count b) {
    KP_CHECK(a.value_ == 0 || b.value_ <= UINT64_MAX / a.value_);
    return Count{a.value_ * b.value_};
  }

 private:
  std::uint64_t value_ = 0;
};

}  // namespace kiemphieu
