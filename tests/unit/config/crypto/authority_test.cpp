// Issued chains are judged by the `openssl` program and by OpenSSL's own verification.
#include "config/crypto/authority.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "config/crypto/certificate.h"
#include "config/crypto/certificate_request.h"

using namespace kiemphieu;
using namespace kiemphieu::crypto;

namespace {

constexpr std::int64_t kNow = 1'800'000'000, kDay = 86'400;
const std::string kName = "Ủy ban bầu cử tỉnh Đắk Lắk";

struct Folder {
  std::filesystem::path path;
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "kp-authority-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path = name;
  }
  ~Folder() { std::filesystem::remove_all(path); }
};

std::string text_of(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream{path}.rdbuf();
  return text.str();
}

/// Runs openssl in the folder; true when it says yes.
bool openssl(const std::filesystem::path& folder, const std::string& arguments) {
  return std::system(("cd '" + folder.string() + "' && openssl " + arguments + " > said 2>&1").c_str()) == 0;
}

Authority make_authority(const Folder& folder, int days = 400) {
  auto made = Authority::create(folder.path / "ca", kName, days, kNow);
  REQUIRE_MESSAGE(made.has_value(), made.error().log_line());
  return std::move(made).value();
}

/// A request by openssl, as somebody else's program would make one.
std::string foreign_request(const Folder& folder, const std::string& key, const std::string& subject, const std::string& more = "") {
  REQUIRE(openssl(folder.path, "genpkey " + key + " -out k.key"));
  REQUIRE(openssl(folder.path, "req -new -key k.key -subj '" + subject + "' " + more + " -out k.req"));
  return text_of(folder.path / "k.req");
}

const std::string kP256 = "-algorithm EC -pkeyopt ec_paramgen_curve:P-256";

}  // namespace

TEST_CASE("a station's certificate verifies with OpenSSL, names the station and is no authority") {
  const Folder folder;
  const Authority authority = make_authority(folder);
  const auto request = make_request(folder.path / "dl-01.key", "dl-01");
  REQUIRE_MESSAGE(request.has_value(), request.error().log_line());
  const auto issued = authority.issue_station(*request, "dl-01", 45, kNow);
  REQUIRE_MESSAGE(issued.has_value(), issued.error().log_line());
  std::ofstream{folder.path / "dl-01.pem"} << issued->pem;
  const std::string at = " -attime " + std::to_string(kNow);
  CHECK(openssl(folder.path, "verify -x509_strict -purpose sslclient -CAfile ca/ca.pem" + at + " dl-01.pem"));
  CHECK(!openssl(folder.path, "verify -purpose sslserver -CAfile ca/ca.pem" + at + " dl-01.pem"));
  CHECK(!openssl(folder.path, "verify -purpose sslclient -CAfile ca/ca.pem -attime " + std::to_string(kNow + 46 * kDay) + " dl-01.pem"));
  REQUIRE(openssl(folder.path, "x509 -in dl-01.pem -noout -text"));
  const std::string said = text_of(folder.path / "said");
  CHECK(said.find("CA:FALSE") != std::string::npos);
  CHECK(said.find("CA:TRUE") == std::string::npos);
  const auto read = read_certificate(issued->pem);
  REQUIRE(read.has_value());
  CHECK(read->common_name == "dl-01");
  CHECK(read->not_after_unix_s == kNow + 45 * kDay);
  CHECK(fingerprint_of_pem(issued->pem).value() == issued->fingerprint);
  CHECK(check_issued(issued->pem, authority.certificate_pem(), folder.path / "dl-01.key", "dl-01", kNow).has_value());
}

TEST_CASE("the server's certificate verifies for its names and no other") {
  const Folder folder;
  const Authority authority = make_authority(folder, 30);
  const auto request = make_request(folder.path / "server.key", "committee.dl.vn");
  const auto issued = authority.issue_server(*request, {"committee.dl.vn", "127.0.0.1", "::1"}, 400, kNow);
  REQUIRE_MESSAGE(issued.has_value(), issued.error().log_line());
  std::ofstream{folder.path / "server.pem"} << issued->pem;
  const std::string verify = "verify -x509_strict -purpose sslserver -CAfile ca/ca.pem -attime " + std::to_string(kNow);
  CHECK(openssl(folder.path, verify + " -verify_hostname committee.dl.vn server.pem"));
  CHECK(openssl(folder.path, verify + " -verify_ip 127.0.0.1 server.pem"));
  CHECK(!openssl(folder.path, verify + " -verify_hostname other.dl.vn server.pem"));
  CHECK(issued->not_after_unix_s == kNow + 30 * kDay);  // the authority's own end
  for (const std::string bad : {"", "a b", "x,DNS:evil.vn", "a/b"}) {
    CAPTURE(bad);
    const auto refused = authority.issue_server(*request, {"committee.dl.vn", bad}, 10, kNow);
    REQUIRE(!refused.has_value());
    CHECK(refused.error().code == ErrorCode::kRequestRefused);
  }
}

TEST_CASE("an authority is made once, for its owner alone, and never overwritten") {
  const Folder folder;
  const Authority authority = make_authority(folder);
  struct stat status {};
  REQUIRE(::stat((folder.path / "ca/ca.key").c_str(), &status) == 0);
  CHECK((status.st_mode & 0777U) == 0600);
  const std::string key = text_of(folder.path / "ca/ca.key");
  CHECK(Authority::create(folder.path / "ca", kName, 400, kNow).error().code == ErrorCode::kAuthorityExists);
  CHECK(text_of(folder.path / "ca/ca.key") == key);
  std::filesystem::rename(folder.path / "ca/ca.pem", folder.path / "away");
  CHECK(Authority::create(folder.path / "ca", kName, 400, kNow).error().code == ErrorCode::kAuthorityExists);
  CHECK(Authority::load(folder.path / "ca").error().code == ErrorCode::kAuthorityUnusable);
  std::filesystem::rename(folder.path / "away", folder.path / "ca/ca.pem");
  CHECK(Authority::load(folder.path / "ca")->fingerprint() == authority.fingerprint());
  ::chmod((folder.path / "ca/ca.key").c_str(), 0640);
  CHECK(Authority::load(folder.path / "ca").error().code == ErrorCode::kAuthorityUnusable);
  CHECK(Authority::create(folder.path / "other", std::string(65, 'x'), 400, kNow).error().code == ErrorCode::kAuthorityUnusable);
  CHECK(Authority::create(folder.path / "other", "", 400, kNow).error().code == ErrorCode::kAuthorityUnusable);
}

TEST_CASE("a request that asks for more than this station's certificate is refused with the reason") {
  const Folder folder;
  const Authority authority = make_authority(folder);
  struct Row {
    const char* what;
    std::string key, subject, more, reason;
  };
  const std::string good = "/CN=dl-01";
  const Row rows[] = {
      {"another station", kP256, "/CN=dl-02", "", "dl-02"},
      {"two names", kP256, "/CN=dl-01/CN=dl-02", "", "alone"},
      {"a name and more", kP256, "/O=x/CN=dl-01", "", "alone"},
      {"an authority", kP256, good, "-addext basicConstraints=critical,CA:TRUE", "CA:TRUE"},
      {"RSA of 1024 bits", "-algorithm RSA -pkeyopt rsa_keygen_bits:1024", good, "", "none of P-256"},
      {"a short curve", "-algorithm EC -pkeyopt ec_paramgen_curve:secp224r1", good, "", "none of P-256"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    const auto refused = authority.issue_station(foreign_request(folder, row.key, row.subject, row.more), "dl-01", 45, kNow);
    REQUIRE(!refused.has_value());
    CHECK(refused.error().code == ErrorCode::kRequestRefused);
    CHECK_MESSAGE(refused.error().evidence.find(row.reason) != std::string::npos, refused.error().evidence);
  }
  CHECK(authority.issue_station(foreign_request(folder, kP256, good), "dl-01", 45, kNow).has_value());
  CHECK(authority.issue_station(foreign_request(folder, "-algorithm ED25519", good), "dl-01", 45, kNow).has_value());
}

TEST_CASE("a request whose own signature is wrong, or that is none, is refused") {
  const Folder folder;
  const Authority authority = make_authority(folder);
  foreign_request(folder, kP256, "/CN=dl-01");
  REQUIRE(openssl(folder.path, "req -in k.req -outform DER -out k.der"));
  std::string der = text_of(folder.path / "k.der");
  der.back() = static_cast<char>(der.back() ^ 1);
  std::ofstream{folder.path / "k.der"} << der;
  // openssl itself turns a request with a wrong signature into PEM without a word.
  REQUIRE(openssl(folder.path, "req -inform DER -in k.der -out bad.req"));
  const auto refused = authority.issue_station(text_of(folder.path / "bad.req"), "dl-01", 45, kNow);
  REQUIRE(!refused.has_value());
  CHECK(refused.error().code == ErrorCode::kRequestRefused);
  CHECK_MESSAGE(refused.error().evidence.find("own key") != std::string::npos, refused.error().evidence);
  const std::string pems[] = {"", "rubbish", authority.certificate_pem(), std::string(kMaxRequestBytes + 1, 'x')};
  for (const std::string& pem : pems) CHECK(check_request(pem, "dl-01").error().code == ErrorCode::kRequestRefused);
  CHECK(authority.issue_station(text_of(folder.path / "k.req"), "dl/01", 45, kNow).error().code == ErrorCode::kRequestRefused);
}

TEST_CASE("an answer is kept only when it is what was asked for") {
  const Folder folder;
  const Authority authority = make_authority(folder);
  // The same name, another key: what a false committee would have.
  const auto twin = Authority::create(folder.path / "twin", kName, 400, kNow);
  const auto request = make_request(folder.path / "dl-01.key", "dl-01");
  const auto other = make_request(folder.path / "dl-02.key", "dl-02");
  const std::string right = authority.issue_station(*request, "dl-01", 45, kNow)->pem;
  const std::string anothers = authority.issue_station(*other, "dl-02", 45, kNow)->pem;
  const std::string false_one = twin->issue_station(*request, "dl-01", 45, kNow)->pem;
  const auto judge = [&](const std::string& pem, std::int64_t now) {
    const auto checked = check_issued(pem, authority.certificate_pem(), folder.path / "dl-01.key", "dl-01", now);
    return checked ? std::string{"good"} : std::string{info(checked.error().code).id};
  };
  CHECK(judge(right, kNow) == "good");
  CHECK(judge(anothers, kNow) == "certificate_unusable");
  CHECK(judge(false_one, kNow) == "certificate_unusable");
  CHECK(judge("rubbish", kNow) == "certificate_unusable");
  CHECK(judge(right, kNow + 46 * kDay) == "certificate_expired");
  CHECK(judge(right, kNow - 2 * kDay) == "certificate_expired");
}

TEST_CASE("a machine keeps its TLS key, for its owner alone") {
  const Folder folder;
  const auto key = folder.path / "dl-01.key";
  const auto first = make_request(key, "dl-01"), second = make_request(key, "dl-01");
  REQUIRE((first.has_value() && second.has_value()));
  CHECK(*first != *second);
  CHECK(key_of_request(*first).value() == key_of_request(*second).value());
  struct stat status {};
  REQUIRE(::stat(key.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777U) == 0600);
  ::chmod(key.c_str(), 0644);
  CHECK(make_request(key, "dl-01").error().code == ErrorCode::kKeyUnusable);
}
