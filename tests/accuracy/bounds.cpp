#include "tests/accuracy/bounds.h"

#include <cmath>

namespace kiemphieu::accuracy {
namespace {

/// P(X <= events) of a binomial distribution, terms in logarithms.
double at_most(std::uint64_t events, std::uint64_t trials, double rate) {
  const auto n = static_cast<double>(trials);
  double sum = 0;
  for (std::uint64_t i = 0; i <= events; ++i) {
    const auto k = static_cast<double>(i);
    sum += std::exp(std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1) + k * std::log(rate) +
                    (n - k) * std::log1p(-rate));
  }
  return sum;
}

}  // namespace

double upper_bound_95(std::uint64_t events, std::uint64_t trials) {
  if (trials == 0 || events >= trials) return 1;
  double low = 0, high = 1;
  for (int i = 0; i < 80; ++i) {
    const double middle = (low + high) / 2;
    (at_most(events, trials, middle) > 0.05 ? low : high) = middle;
  }
  return high;
}

}  // namespace kiemphieu::accuracy
