#pragma once
/// One HTTPS client with mutual TLS 1.3: no redirects, no proxies, bounded
/// answers; and one plain POST to a program on the same machine. client.cpp is the only file that uses libcurl. One thread at a time.
/// The first client makes the process ignore SIGPIPE.

#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "config/base/bytes.h"
#include "config/base/result.h"

namespace kiemphieu::push {

struct Reply {
  int status = 0;
  std::string body;
};

struct Endpoint {
  std::string url;  ///< "https://host:port", nothing behind it
  std::filesystem::path ca;                ///< empty: nobody is verified, so nothing secret may be sent
  std::filesystem::path certificate, key;  ///< empty: the client shows none
};

inline constexpr const char* kRecordsType = "application/vnd.kiemphieu.records";

/// Error: kSettingsInvalid unless it is "https://host:port" with nothing behind it.
Result<void> check_url(const std::string& url);

class HttpsClient {
 public:
  /// `stop` set to true ends a transfer within about a second; it must outlive the client.
  HttpsClient(Endpoint endpoint, const std::atomic<bool>& stop);
  ~HttpsClient();
  HttpsClient(const HttpsClient&) = delete;
  HttpsClient& operator=(const HttpsClient&) = delete;

  /// Looks at the certificates first: an expired one is not sent.
  /// Any answer of the server is a Reply. Errors: kCertificateUnusable,
  /// kCertificateExpired, kTlsRefused, kCommitteeUnreachable.
  Result<Reply> get(const std::string& path);
  Result<Reply> post(const std::string& path, ByteView body, std::string_view content_type = kRecordsType);

  struct Curl;

 private:
  Result<Reply> perform(const std::string& path);
  Result<void> check_files() const;
  Endpoint endpoint_;
  std::unique_ptr<Curl> curl_;
};

/// One POST to the committee's operator interface. `url` is "http://127.0.0.1:PORT", or localhost or
/// [::1] in its place: nothing else is spoken to without TLS. Any answer of the server is a Reply.
/// Errors: kUsage (another address), kCommitteeUnreachable.
Result<Reply> post_here(const std::string& url, const std::string& path, ByteView body, const std::string& content_type);

}  // namespace kiemphieu::push
