#pragma once
/// Messages over one end of a stream socket, with a deadline. Not thread-safe.

#include <chrono>
#include <optional>

#include "config/base/unique_fd.h"
#include "scanner/worker/protocol.h"

namespace kiemphieu::worker {

class Channel {
 public:
  explicit Channel(UniqueFd socket) : socket_(std::move(socket)) {}

  /// nullopt = wait for ever. Errors: kScannerHung (the deadline passed),
  /// kScannerCrashed (the other end is gone or talks nonsense).
  using Patience = std::optional<std::chrono::milliseconds>;
  Result<void> send(const Message& message, Patience patience);
  Result<Message> receive(Patience patience);

  int fd() const { return socket_.get(); }

 private:
  Result<void> read_exactly(std::span<std::uint8_t> bytes, Patience patience);

  UniqueFd socket_;
};

}  // namespace kiemphieu::worker
