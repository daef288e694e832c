// The list of the people at a station: its file, its PINs, what each role may do.

#include "firmware-host/team/team_file.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "config/crypto/pin_hash.h"
#include "config/storage/files.h"
#include "firmware-host/team/permissions.h"
#include "tests/unit/support/temp_folder.h"

using namespace kiemphieu;
using namespace kiemphieu::team;

namespace {

/// Of the right form; of no PIN.
const std::string kHash =
    "$argon2id$v=19$m=32768,t=3,p=1$j7TCg0py+8l0NSFKtCsiXQ$R0ZaY+qfS2WaWhtC0OULaJeP9AwZvg4Ogu81JQEsgO0";

std::string person(const std::string& fields) { return R"({"people":[{)" + fields + R"(}],"version":1})"; }

void write(const std::filesystem::path& data, const std::string& text, unsigned mode = 0600) {
  REQUIRE(storage::write_file_durably(team_file(data), as_bytes(text), mode).has_value());
}

}  // namespace

TEST_CASE("the team's list comes back from its file, which its owner alone can read") {
  const test::TempFolder data;
  CHECK(load(data.path()).value().empty());
  const List list{{1, {Role::kHead, kHash}}, {7, {Role::kMember, kHash}}, {50, {Role::kTechnician, kHash}}};
  REQUIRE(save(data.path(), list).has_value());
  CHECK(load(data.path()).value() == list);
  CHECK(roster_of(list) == Roster{{1, Role::kHead}, {7, Role::kMember}, {50, Role::kTechnician}});
  struct stat status {};
  REQUIRE(::stat(team_file(data.path()).c_str(), &status) == 0);
  CHECK((status.st_mode & 0777U) == 0600U);
}

TEST_CASE("a list that others may read is refused, with the remedy") {
  const test::TempFolder data;
  for (const unsigned mode : {0640U, 0604U, 0620U, 0601U}) {
    CAPTURE(mode);
    write(data.path(), encode({{1, {Role::kHead, kHash}}}), 0600);
    REQUIRE(::chmod(team_file(data.path()).c_str(), mode) == 0);
    const auto list = load(data.path());
    REQUIRE_FALSE(list.has_value());
    CHECK(list.error().code == ErrorCode::kTeamUnusable);
    CHECK(list.error().evidence.find("chmod 600") != std::string::npos);
  }
  std::filesystem::remove(team_file(data.path()));
  std::filesystem::create_directory(team_file(data.path()));
  CHECK(load(data.path()).error().code == ErrorCode::kTeamUnusable);
}

TEST_CASE("a list that is damaged or made to hurt is refused whole") {
  const std::string good = R"("number":1,"role":"head","pin":")" + kHash + "\"";
  const auto with_hash = [](const std::string& hash) { return person(R"("number":1,"role":"head","pin":")" + hash + "\""); };
  std::string costly = kHash, long_run = kHash, other = kHash, short_salt = kHash;
  costly.replace(costly.find("32768"), 5, "4194304");
  long_run.replace(long_run.find("t=3"), 3, "t=900000");
  other.replace(0, 9, "$argon2i$");
  short_salt.erase(short_salt.find("j7T"), 3);
  std::string crowd = R"({"people":[)";
  for (int i = 0; i < 51; ++i) crowd += (i > 0 ? ",{" : "{") + good + "}";
  const std::pair<std::string, std::string> rows[] = {
      {"empty", ""},
      {"cut off", encode({{1, {Role::kHead, kHash}}}).substr(0, 60)},
      {"another version", R"({"people":[],"version":2})"},
      {"a field too many", R"({"people":[],"version":1,"admin":true})"},
      {"number 0", person(R"("number":0,"role":"head","pin":")" + kHash + "\"")},
      {"number 51", person(R"("number":51,"role":"head","pin":")" + kHash + "\"")},
      {"an unknown role", person(R"("number":1,"role":"root","pin":")" + kHash + "\"")},
      {"no PIN", person(R"("number":1,"role":"head")")},
      {"a PIN in the clear", with_hash("730418")},
      {"a hash that takes 4 GiB", with_hash(costly)},
      {"a hash that takes hours", with_hash(long_run)},
      {"another algorithm", with_hash(other)},
      {"a short salt", with_hash(short_salt)},
      {"the same number twice", R"({"people":[{)" + good + "},{" + good + R"(}],"version":1})"},
      {"more people than a list has", crowd + R"(],"version":1})"},
      {"a megabyte", R"({"people":[],"version":1})" + std::string(1U << 20U, ' ')},
  };
  const test::TempFolder data;
  for (const auto& [name, text] : rows) {
    CAPTURE(name);
    write(data.path(), text);
    const auto list = load(data.path());
    REQUIRE_FALSE(list.has_value());
    CHECK(list.error().code == ErrorCode::kTeamUnusable);
  }
  CHECK(decode(person(good)).value().size() == 1);
}

TEST_CASE("a PIN that is tried first is refused, and is not in the error") {
  for (const std::string pin : {"", "12345", "1234567890123", "12345a", "111111", "123456", "654321", "012345", "890123",
                                "135791", "121212", "123123", "12341234", "111111111111", "７３０４１８"}) {
    CAPTURE(pin);
    const auto checked = check_pin(pin);
    REQUIRE_FALSE(checked.has_value());
    CHECK(checked.error().code == ErrorCode::kPinWeak);
    if (pin.size() >= 6) CHECK(checked.error().evidence.find(pin) == std::string::npos);
  }
  for (const std::string pin : {"730418", "112233", "123450", "1234561", "000001", "999999999998"}) {
    CAPTURE(pin);
    CHECK(check_pin(pin).has_value());
  }
}

TEST_CASE("a PIN's hash is salted, knows its PIN and no other") {
  const auto hash = crypto::hash_pin("730418");
  REQUIRE(hash.has_value());
  CHECK(crypto::is_pin_hash(*hash));
  CHECK(*hash != crypto::hash_pin("730418").value());
  CHECK(hash->find("730418") == std::string::npos);
  CHECK(crypto::verify_pin(*hash, "730418"));
  for (const char* wrong : {"730419", "", "7304180", "73041"}) CHECK_FALSE(crypto::verify_pin(*hash, wrong));
  CHECK_FALSE(crypto::verify_pin("", "730418"));
}

TEST_CASE("the table of roles is the one in docs/roles.md") {
  std::map<std::string, std::set<std::string>> coded, drawn;
  for (const Permission& row : permissions())
    for (int role = 0; role < kRoleCount; ++role)
      if (auto& roles = coded[std::string{row.command}]; row.roles[static_cast<std::size_t>(role)])
        roles.insert(std::string{to_text(static_cast<Role>(role))});
  CHECK(coded.size() == permissions().size());  // no command twice
  std::ifstream page{"docs/roles.md"};
  const std::regex row{R"(^\| `([a-z_/]+)` \|[^|]*\| *(\w*) *\| *(\w*) *\| *(\w*) *\| *(\w*) *\|$)"};
  std::smatch found;
  for (std::string line; std::getline(page, line);) {
    if (!std::regex_match(line, found, row)) continue;
    auto& roles = drawn[found[1]];
    for (int role = 0; role < kRoleCount; ++role)
      if (found[static_cast<std::size_t>(role) + 2] == "yes") roles.insert(std::string{to_text(static_cast<Role>(role))});
  }
  CHECK(coded == drawn);
}

TEST_CASE("a technician commands nothing, and a command nobody wrote down is nobody's") {
  for (const Permission& row : permissions()) {
    CAPTURE(row.command);
    CHECK_FALSE(may(Role::kTechnician, row.command));
    CHECK(may(Role::kHead, row.command));
  }
  CHECK_FALSE(may(Role::kHead, "fly"));
  CHECK_FALSE(may(Role::kSecretary, "lifecycle/seal"));
  CHECK_FALSE(may(Role::kMember, "decision"));
}
