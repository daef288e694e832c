#include "firmware-host/team/sessions.h"

#include <algorithm>

#include "config/base/hex.h"
#include "config/crypto/sha256.h"
#include "config/crypto/signing.h"

namespace kiemphieu::team {
namespace {

constexpr std::size_t kTokenBytes = 32;

Digest key_of(std::string_view token) { return crypto::sha256(as_bytes(token)); }

}  // namespace

std::string Sessions::open(int number, std::string pin_hash) {
  const auto now = clock_->monotonic();
  std::erase_if(sessions_, [&](const auto& entry) { return now - entry.second.last_use >= kSessionIdle; });
  if (sessions_.size() >= kMaxSessions)
    sessions_.erase(std::ranges::min_element(
        sessions_, {}, [](const auto& entry) { return entry.second.last_use; }));
  std::string token = to_hex(crypto::random_bytes(kTokenBytes));
  sessions_[key_of(token)] = {{number, std::move(pin_hash)}, now};
  return token;
}

std::optional<Sessions::Session> Sessions::find(std::string_view token) {
  const auto found = sessions_.find(key_of(token));
  if (found == sessions_.end()) return std::nullopt;
  const auto now = clock_->monotonic();
  if (now - found->second.last_use >= kSessionIdle) {
    sessions_.erase(found);
    return std::nullopt;
  }
  found->second.last_use = now;
  return found->second.session;
}

void Sessions::close(std::string_view token) { sessions_.erase(key_of(token)); }

}  // namespace kiemphieu::team
