#pragma once
/// What the committee's answer to a batch means. Pure.

#include <cstdint>
#include <optional>

#include "config/base/result.h"
#include "sync/push/client.h"

namespace kiemphieu::push {

struct Verdict {
  enum class Next {
    kGoOn,      ///< durable at the committee up to `acknowledged`
    kResend,    ///< the committee lacks records before these: begin at `expected`
    kTryLater,  ///< nothing wrong with the records; the committee is busy or not ready for this station
    kStop,      ///< it will never take these records: people must look
  };
  Next next = Next::kTryLater;
  std::uint64_t acknowledged = 0;
  std::uint64_t expected = 0;
  std::optional<Error> error{};
};

Verdict judge(const Reply& reply);

/// Why the committee refused something other than records: its own error code.
Error refusal(const Reply& reply);

}  // namespace kiemphieu::push
