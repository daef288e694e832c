#pragma once
/// Sends the outbox to the committee over HTTPS with mutual TLS 1.3 (libcurl),
/// in order, with retry, exponential backoff and jitter. Never blocks scanning:
/// it has its own thread and its own database connection. The only folder that
/// includes <curl/curl.h>.

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "config/base/clock.h"
#include "config/base/result.h"
#include "sync/outbox/outbox.h"

namespace kiemphieu::push {

struct PusherOptions {
  std::string url;  ///< "https://committee:8443"
  std::filesystem::path ca, certificate, key;
  std::filesystem::path journal_database;
  /// Called after status() has changed, on the pusher's thread; must not block. May be empty.
  std::function<void()> on_change{};
};

struct PusherStatus {
  bool online = false;  ///< the last attempt reached the committee
  std::uint64_t acknowledged_sequence = 0;
  std::uint64_t last_sequence = 0;
  std::optional<Error> last_error;
  std::int64_t last_success_unix_s = 0;  ///< a label
};

class Pusher {
 public:
  /// Starts the thread. The outbox must outlive the Pusher. Errors:
  /// kCertificateUnusable, kCertificateExpired, storage codes.
  static Result<std::unique_ptr<Pusher>> start(const PusherOptions& options, const outbox::Outbox& outbox);
  virtual ~Pusher() = default;  ///< stops and joins within two seconds
  /// There is something new: do not wait for the next look.
  virtual void notify() = 0;
  virtual PusherStatus status() const = 0;
};

/// One GET of the committee's /healthz over the same TLS, for the self-test.
/// Errors: kCommitteeUnreachable, kCertificateUnusable, kCertificateExpired, kTlsRefused.
Result<void> probe(const PusherOptions& options);

}  // namespace kiemphieu::push
