// parse() of an election definition: never crashes, and what it takes has
// every rule and an honest order.
#include <cstddef>
#include <cstdint>

#include "config/base/check.h"
#include "config/election/election.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kiemphieu;
  const auto election = election::parse(as_text(ByteView{data, size}));
  if (!election) return 0;
  for (int shape = 0; shape < election::kMarkShapeCount; ++shape)
    (void)election->rules.rule_for(static_cast<election::MarkShape>(shape));
  for (const auto& contest : election->contests)
    for (const auto& candidate : contest.candidates) KP_CHECK(!candidate.printed_lines().empty());
  return 0;
}
