#include "scanner/worker/channel.h"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace kiemphieu::worker {
namespace {

using SteadyClock = std::chrono::steady_clock;

Error gone(const char* step) {
  return fail(ErrorCode::kScannerCrashed, std::string{step} + ": " + std::strerror(errno));
}

/// Waits until `events` or the deadline.
Result<void> wait_for(int fd, short events, Channel::Patience patience) {
  const auto deadline = SteadyClock::now() + patience.value_or(std::chrono::milliseconds{0});
  for (;;) {
    int timeout_ms = -1;
    if (patience) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - SteadyClock::now()).count();
      timeout_ms = static_cast<int>(std::max<std::int64_t>(left, 0));
    }
    pollfd entry{fd, events, 0};
    const int ready = ::poll(&entry, 1, timeout_ms);
    if (ready > 0) return {};
    if (ready == 0)
      return fail(ErrorCode::kScannerHung, "no word for " + std::to_string(patience->count()) + " ms");
    if (errno != EINTR) return gone("poll");
  }
}

}  // namespace

Result<void> Channel::send(const Message& message, Patience patience) {
  const Bytes frame = encode(message);
  std::size_t sent = 0;
  while (sent < frame.size()) {
    KP_TRY_VOID(wait_for(socket_.get(), POLLOUT, patience));
    const ssize_t count =
        ::send(socket_.get(), frame.data() + sent, frame.size() - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (count < 0) return gone("send");
    sent += static_cast<std::size_t>(count);
  }
  return {};
}

Result<void> Channel::read_exactly(std::span<std::uint8_t> bytes, Patience patience) {
  while (!bytes.empty()) {
    KP_TRY_VOID(wait_for(socket_.get(), POLLIN, patience));
    const ssize_t count = ::recv(socket_.get(), bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (count < 0) return gone("receive");
    if (count == 0) return fail(ErrorCode::kScannerCrashed, "the other end closed");
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
  return {};
}

Result<Message> Channel::receive(Patience patience) {
  std::array<std::uint8_t, kHeaderBytes> header_bytes{};
  KP_TRY_VOID(read_exactly(header_bytes, patience));
  KP_TRY(const Header header, decode_header(header_bytes));
  Bytes payload(header.length);
  KP_TRY_VOID(read_exactly(payload, patience));
  return decode(header.type, payload);
}

}  // namespace kiemphieu::worker
