#pragma once
/// A bare client for tests: bytes out, bytes in, over TCP or TLS. It can
/// misbehave in every way a real client library would not.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace kiemphieu::test {

struct ClientTls {
  std::filesystem::path ca;
  std::filesystem::path certificate, key;  ///< empty: none
  bool only_tls_1_2 = false;
};

class Client {
 public:
  explicit Client(std::uint16_t port);
  Client(std::uint16_t port, const ClientTls& tls);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  bool connected() const { return connected_; }  ///< TCP, and TLS from this side's view
  bool send(std::string_view bytes);
  void finish_sending();
  /// Reads until `end` was seen, the peer closed, or 10 s without a byte passed.
  std::string read_until(std::string_view end);
  std::string read_to_end() { return read_until({}); }
  /// send() and read_to_end().
  std::string ask(std::string_view request);

 private:
  struct Tls;
  long receive(char* buffer, std::size_t size);
  int socket_ = -1;
  bool connected_ = false;
  std::unique_ptr<Tls> tls_;
};

/// A folder that is gone afterwards.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// Runs scripts/make-test-ca once a process; stations "dl-01" and "dl-02", and
/// "old-01" whose certificate is of the past.
const std::filesystem::path& test_certificates();

}  // namespace kiemphieu::test
