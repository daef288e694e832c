#pragma once
/// What one record may hold. Encoding cuts free text to these, decoding refuses more.

#include <cstddef>
#include <cstdint>

namespace kiemphieu::journal {

inline constexpr std::size_t kMaxBodyBytes = 64U << 10U;   ///< a sheet of 20 candidates takes 4 kB
inline constexpr std::size_t kMaxIdBytes = 256;
inline constexpr std::size_t kMaxTextBytes = 2000;         ///< what a team or a library writes
inline constexpr int kMaxBatch = 1'000'000;
inline constexpr int kMaxPosition = 1'000'000;
inline constexpr int kMaxEpoch = 1'000;                    ///< machines that took over, one after the other
inline constexpr int kMaxMembers = 1'000;                  ///< of a polling team; the law's is 21
/// Above the number of voters of the country, and sums of 20 stay far from 2^63.
inline constexpr std::int64_t kMaxCount = 1'000'000'000;
inline constexpr std::int64_t kScoreScale = 1'000'000;     ///< a score is stored in millionths

}  // namespace kiemphieu::journal
