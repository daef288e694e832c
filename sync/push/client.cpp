#include "sync/push/client.h"

#include <curl/curl.h>

#include <array>
#include <csignal>

#include "config/base/check.h"
#include "config/base/clock.h"
#include "config/crypto/certificate.h"

namespace kiemphieu::push {
namespace {

constexpr long kConnectTimeoutMs = 10'000;
constexpr long kTransferTimeoutMs = 120'000;
// A line that brings less than this for so long is as good as down.
constexpr long kLowSpeedBytesPerS = 16;
constexpr long kLowSpeedSeconds = 30;
constexpr std::size_t kMaxReplyBytes = 64U << 10U;

/// For the whole process: libcurl, and no end of the program by SIGPIPE when the
/// other side closes, which OpenSSL's writes would otherwise bring about.
void initialise_curl() {
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  static const bool quiet = std::signal(SIGPIPE, SIG_IGN) != SIG_ERR;
  KP_CHECK(ready == CURLE_OK && quiet);
}

std::size_t take_body(char* data, std::size_t size, std::size_t count, void* user) {
  auto& body = *static_cast<std::string*>(user);
  const std::size_t bytes = size * count;
  if (body.size() + bytes > kMaxReplyBytes) return 0;  // ends the transfer with an error
  body.append(data, bytes);
  return bytes;
}

int look_at_stop(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const std::atomic<bool>*>(user)->load() ? 1 : 0;
}

ErrorCode code_of(CURLcode result, std::string_view message) {
  switch (result) {
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_CONNECT_ERROR:
      return ErrorCode::kTlsRefused;
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
      return ErrorCode::kCertificateUnusable;
    default:
      break;
  }
  // In TLS 1.3 the server judges the client's certificate after the client's
  // handshake is over: the refusal arrives as an alert while reading.
  const bool refused = message.find(" alert ") != std::string_view::npos;
  return refused ? ErrorCode::kCertificateUnusable : ErrorCode::kCommitteeUnreachable;
}

/// "http://127.0.0.1:8081" and the like, nothing behind the port.
bool is_here(std::string_view url) {
  for (const std::string_view host : {"http://127.0.0.1:", "http://localhost:", "http://[::1]:"}) {
    if (!url.starts_with(host)) continue;
    const std::string_view port = url.substr(host.size());
    return !port.empty() && port.size() <= 5 && port.find_first_not_of("0123456789") == std::string_view::npos;
  }
  return false;
}

}  // namespace

struct HttpsClient::Curl {
  CURL* handle = curl_easy_init();
  curl_slist* headers = nullptr;
  std::array<char, CURL_ERROR_SIZE> message{};
  std::string body;

  Curl() {
    KP_CHECK(handle != nullptr);
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_FOLLOWLOCATION, 0L);
    set(CURLOPT_PROXY, "");  // an empty name also switches off the environment's
    set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set(CURLOPT_CONNECTTIMEOUT_MS, kConnectTimeoutMs);
    set(CURLOPT_TIMEOUT_MS, kTransferTimeoutMs);
    set(CURLOPT_ERRORBUFFER, message.data());
    set(CURLOPT_WRITEFUNCTION, &take_body);
    set(CURLOPT_WRITEDATA, static_cast<void*>(&body));
  }
  ~Curl() {
    curl_slist_free_all(headers);
    curl_easy_cleanup(handle);
  }
  Curl(const Curl&) = delete;
  Curl& operator=(const Curl&) = delete;

  template <class Value>
  void set(CURLoption option, Value value) {
    KP_CHECK(curl_easy_setopt(handle, option, value) == CURLE_OK);
  }

  /// The views must live until perform() has returned.
  void set_post(ByteView sent, const std::string& content_type) {
    curl_slist_free_all(headers);
    // "Expect:" takes out the round trip before a large body.
    headers = curl_slist_append(nullptr, "Expect:");
    headers = curl_slist_append(headers, ("Content-Type: " + content_type).c_str());
    set(CURLOPT_HTTPHEADER, headers);
    set(CURLOPT_POST, 1L);
    set(CURLOPT_POSTFIELDS, reinterpret_cast<const char*>(sent.data()));
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(sent.size()));
  }

  Result<Reply> perform(const std::string& url) {
    set(CURLOPT_URL, url.c_str());
    body.clear();
    message[0] = '\0';
    const CURLcode result = curl_easy_perform(handle);
    if (result != CURLE_OK) {
      const std::string why = message[0] != '\0' ? message.data() : curl_easy_strerror(result);
      return fail(code_of(result, why), url + ": " + why);
    }
    long status = 0;
    KP_CHECK(curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK);
    return Reply{.status = static_cast<int>(status), .body = body};
  }
};

Result<void> check_url(const std::string& url) {
  if (url.starts_with("https://") && url.size() > 8 && url.find_first_of("/?#@ ", 8) == std::string::npos)
    return {};
  return fail(ErrorCode::kSettingsInvalid, "push.url: expected https://host:port, found \"" + url + "\"");
}

HttpsClient::HttpsClient(Endpoint endpoint, const std::atomic<bool>& stop) : endpoint_(std::move(endpoint)) {
  initialise_curl();
  curl_ = std::make_unique<Curl>();
  curl_->set(CURLOPT_QUICK_EXIT, 1L);  // do not wait for a name server when stopping
  curl_->set(CURLOPT_PROTOCOLS_STR, "https");
  curl_->set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_3));
  const bool verify = !endpoint_.ca.empty();
  curl_->set(CURLOPT_SSL_VERIFYPEER, verify ? 1L : 0L);
  curl_->set(CURLOPT_SSL_VERIFYHOST, verify ? 2L : 0L);
  curl_->set(CURLOPT_SSL_SESSIONID_CACHE, 0L);
  curl_->set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));
  if (verify) curl_->set(CURLOPT_CAINFO, endpoint_.ca.c_str());
  if (!endpoint_.certificate.empty()) {
    curl_->set(CURLOPT_SSLCERT, endpoint_.certificate.c_str());
    curl_->set(CURLOPT_SSLKEY, endpoint_.key.c_str());
    curl_->set(CURLOPT_KEYPASSWD, "");  // no prompt on the terminal
  }
  curl_->set(CURLOPT_LOW_SPEED_LIMIT, kLowSpeedBytesPerS);
  curl_->set(CURLOPT_LOW_SPEED_TIME, kLowSpeedSeconds);
  curl_->set(CURLOPT_NOPROGRESS, 0L);
  curl_->set(CURLOPT_XFERINFOFUNCTION, &look_at_stop);
  curl_->set(CURLOPT_XFERINFODATA, const_cast<void*>(static_cast<const void*>(&stop)));
}

HttpsClient::~HttpsClient() = default;

Result<Reply> HttpsClient::get(const std::string& path) {
  curl_->set(CURLOPT_HTTPGET, 1L);
  return perform(path);
}

Result<Reply> HttpsClient::post(const std::string& path, ByteView body, std::string_view content_type) {
  curl_->set_post(body, std::string{content_type});
  return perform(path);
}

Result<void> HttpsClient::check_files() const {
  const std::int64_t now = SystemClock{}.wall_unix_s();
  if (endpoint_.ca.empty()) return {};
  if (endpoint_.certificate.empty()) {
    KP_TRY(const crypto::Certificate authority, crypto::load_certificate(endpoint_.ca));
    return crypto::check_validity(authority, now);
  }
  KP_TRY(const auto own, crypto::check_tls_files(endpoint_.ca, endpoint_.certificate, endpoint_.key, now));
  return {};
}

Result<Reply> HttpsClient::perform(const std::string& path) {
  KP_TRY_VOID(check_files());
  return curl_->perform(endpoint_.url + path);
}

Result<Reply> post_here(const std::string& url, const std::string& path, ByteView body, const std::string& content_type) {
  if (!is_here(url)) return fail(ErrorCode::kUsage, "--to http://127.0.0.1:PORT, found " + url);
  initialise_curl();
  HttpsClient::Curl curl;
  curl.set(CURLOPT_PROTOCOLS_STR, "http");
  curl.set_post(body, content_type);
  return curl.perform(url + path);
}

}  // namespace kiemphieu::push
