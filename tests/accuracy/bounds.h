#pragma once
/// What so few errors in so many trials say about the true rate.

#include <cstdint>

namespace kiemphieu::accuracy {

/// One-sided 95 % upper bound of Clopper and Pearson (1934) for `events` in
/// `trials`: the rate at which so few would be seen one time in twenty. With no
/// event it is 1 - 0.05^(1/trials), about 3/trials. 1 when there were no trials.
double upper_bound_95(std::uint64_t events, std::uint64_t trials);

}  // namespace kiemphieu::accuracy
