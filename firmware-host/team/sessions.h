#pragma once
/// Who is signed in at which browser. In memory only, and there only as hashes of
/// the tokens: a restart signs everybody out. Counting needs no session: what runs
/// goes on when one ends. One thread at a time.

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "config/base/clock.h"
#include "config/base/digest.h"

namespace kiemphieu::team {

/// Without a command or a look at the page for as long, a session ends.
inline constexpr std::chrono::minutes kSessionIdle{30};
/// A station has one screen, perhaps two. The oldest makes way.
inline constexpr std::size_t kMaxSessions = 32;

class Sessions {
 public:
  /// `clock` must outlive it; only its monotonic side is asked.
  explicit Sessions(const Clock& clock) : clock_(&clock) {}

  /// The new session's token: 256 random bits in hexadecimal. `pin_hash` is what the
  /// person signed in with: another PIN ends the session.
  std::string open(int number, std::string pin_hash);
  struct Session {
    int number = 0;
    std::string pin_hash;
  };
  /// Counts as use.
  std::optional<Session> find(std::string_view token);
  void close(std::string_view token);

 private:
  struct Kept {
    Session session;
    std::chrono::milliseconds last_use{};
  };
  const Clock* clock_;
  std::map<Digest, Kept> sessions_;  ///< by SHA-256 of the token
};

}  // namespace kiemphieu::team
