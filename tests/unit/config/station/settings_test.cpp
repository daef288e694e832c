#include "config/station/settings.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

using namespace kiemphieu;
using namespace kiemphieu::settings;

namespace {

struct SettingsFile {
  std::filesystem::path path =
      std::filesystem::temp_directory_path() / ("kp-settings-" + std::to_string(::getpid()) + ".toml");
  explicit SettingsFile(const std::string& text) { std::ofstream{path} << text; }
  ~SettingsFile() { std::filesystem::remove(path); }
};

const std::string kStation =
    "election = \"e.json\"\nstation = \"dl-01\"\ntemplates = \"forms\"\ndata = \"/var/kp\"\n";
const std::string kCommittee =
    "election = \"e.json\"\ndata = \"d\"\n[tls]\nca = \"ca.pem\"\ncertificate = \"s.pem\"\nkey = \"s.key\"\n";
const std::string kKey(64, 'a');

}  // namespace

TEST_CASE("the example settings are right") {
  const auto station = load_station("config/examples/station.toml");
  REQUIRE_MESSAGE(station.has_value(), station.error().log_line());
  CHECK(station->station == "dl-eakly-03");
  CHECK(station->election == "config/examples/election.json");
  CHECK(station->data == "/var/lib/kiemphieu");
  CHECK(station->web.port == 8080);
  CHECK(station->scanner.resolution_dpi == 200);
  CHECK(station->push.url == "https://localhost:8443");
  CHECK(station->push.tls.certificate == "config/examples/tls/dl-eakly-03.pem");
  const auto committee = load_committee("config/examples/committee.toml");
  REQUIRE_MESSAGE(committee.has_value(), committee.error().log_line());
  CHECK(committee->receive.port == 8443);
  CHECK(committee->board.address == "127.0.0.1");
  REQUIRE(committee->stations.size() == 1);
  CHECK(committee->stations[0].id == "dl-eakly-03");
}

TEST_CASE("what is left out has its default") {
  const SettingsFile file{kStation};
  const auto station = load_station(file.path);
  REQUIRE_MESSAGE(station.has_value(), station.error().log_line());
  CHECK(station->web.port == 0);
  CHECK(station->scanner.colour);
  CHECK(station->scanner.sheet_timeout_ms == 30'000);
  CHECK(station->push.url.empty());
  CHECK(station->power.ups.empty());
  CHECK(station->power.flicker_ms == 2'000);
  CHECK(station->power.shutdown_command.empty());
}

TEST_CASE("a key in a token is named after its station") {
  CHECK(load_station(SettingsFile{kStation}.path)->key.pkcs11_module.empty());
  const SettingsFile file{kStation + "[key]\npkcs11_module = \"/m.so\"\ntoken_label = \"t\"\npin_file = \"pin\"\n"};
  const auto station = load_station(file.path);
  REQUIRE_MESSAGE(station.has_value(), station.error().log_line());
  CHECK(station->key.pkcs11_module == "/m.so");
  CHECK(station->key.token_label == "t");
  CHECK(station->key.key_label == "kiemphieu-dl-01");
  CHECK(station->key.pin_file == file.path.parent_path() / "pin");
}

TEST_CASE("a mistake in station.toml is named with its line") {
  struct Row {
    const char* name;
    std::string text, evidence;
  };
  const Row rows[] = {
      {"not TOML", "election = \n", "line 1"},
      {"nothing", "", "election: expected a text"},
      {"number for a text", "election = 3\n", "line 1: election: expected a text"},
      {"empty text", "election = \"\"\n", "election: expected a text"},
      {"misspelt key", kStation + "colour = true\n", "line 5: colour: there is no such setting"},
      {"misspelt table", kStation + "[scaner]\n", "line 5: scaner: there is no such setting"},
      {"misspelt key in a table", kStation + "[scanner]\nresolution = 300\n",
       "line 6: scanner.resolution: there is no"},
      {"table for a value", kStation + "web = 80\n", "web: expected a table"},
      {"port out of range", kStation + "[web]\nport = 65536\n",
       "line 6: web.port: expected a whole number from 0"},
      {"resolution out of range", kStation + "[scanner]\nresolution_dpi = 100\n", "from 200 to 300"},
      {"text for a truth", kStation + "[scanner]\ncolour = \"yes\"\n",
       "scanner.colour: expected true or false"},
      {"a token without a module", kStation + "[key]\ntoken_label = \"t\"\n", "key.pkcs11_module: expected the path"},
      {"a module without a token", kStation + "[key]\npkcs11_module = \"/m.so\"\n", "key.token_label: expected a text"},
      {"a token without a PIN file", kStation + "[key]\npkcs11_module = \"/m.so\"\ntoken_label = \"t\"\n",
       "key.pin_file: expected a text"},
      {"a UPS without its host", kStation + "[power]\nups = \"sim\"\n", "line 6: power.ups: expected name@host"},
      {"a charge over 100", kStation + "[power]\nshutdown_below_percent = 101\n", "from 0 to 100"},
      {"a command in one text", kStation + "[power]\nshutdown_command = \"poweroff\"\n",
       "power.shutdown_command: expected texts in brackets"},
      {"no encryption", kStation + "[push]\nurl = \"http://x\"\n", "push.url: expected https://"},
      {"no certificates", kStation + "[push]\nurl = \"https://x\"\n", "push.tls.ca: expected"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const SettingsFile file{row.text};
    const auto settings = load_station(file.path);
    REQUIRE(!settings.has_value());
    CHECK(settings.error().code == ErrorCode::kSettingsInvalid);
    CHECK_MESSAGE(settings.error().evidence.find(row.evidence) != std::string::npos,
                  settings.error().evidence);
  }
  CHECK(load_station("/nowhere/station.toml").error().code == ErrorCode::kFileNotFound);
}

TEST_CASE("a committee where machines enrol needs no station listed by hand") {
  const std::string one = "[[stations]]\nid = \"a\"\npublic_key = \"" + kKey + "\"\n";
  CHECK(load_committee(SettingsFile{kCommittee + one}.path)->enrol.authority.empty());
  const SettingsFile file{kCommittee + "[enrol]\naddress = \"::1\"\nport = 8444\nauthority = \"ca\"\n"};
  const auto committee = load_committee(file.path);
  REQUIRE_MESSAGE(committee.has_value(), committee.error().log_line());
  CHECK(committee->stations.empty());
  CHECK(committee->enrol.listen.port == 8444);
  CHECK(committee->enrol.authority == file.path.parent_path() / "ca");
  CHECK(committee->enrol.certificate_days == 45);
}

TEST_CASE("a mistake in committee.toml is named") {
  struct Row {
    const char* name;
    std::string text, evidence;
  };
  const std::string one = "[[stations]]\nid = \"a\"\npublic_key = \"" + kKey + "\"\n";
  const Row rows[] = {
      {"no stations", kCommittee, "stations: expected at least one"},
      {"stations as a table", kCommittee + "[stations]\n", "stations: expected tables"},
      {"station twice", kCommittee + one + one, "stations[1].id: expected each station once"},
      {"short key", kCommittee + "[[stations]]\nid = \"a\"\npublic_key = \"abc\"\n", "64 hexadecimal digits"},
      {"no key", kCommittee + "[[stations]]\nid = \"a\"\n", "stations[0].public_key"},
      {"unknown in a station", kCommittee + one + "name = \"x\"\n", "stations[0].name: there is no"},
      {"no certificates", "election = \"e\"\ndata = \"d\"\n" + one, "tls.ca"},
      {"enrolment without an authority", kCommittee + "[enrol]\nport = 8444\n", "enrol.authority: expected a text"},
      {"certificates for no day", kCommittee + "[enrol]\nauthority = \"ca\"\ncertificate_days = 0\n", "from 1 to 3650"},
      {"misspelt in enrol", kCommittee + "[enrol]\nauthority = \"ca\"\nca = \"x\"\n", "enrol.ca: there is no such setting"},
  };
  CHECK(load_committee(SettingsFile{kCommittee + one}.path).has_value());
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const SettingsFile file{row.text};
    const auto settings = load_committee(file.path);
    REQUIRE(!settings.has_value());
    CHECK(settings.error().code == ErrorCode::kSettingsInvalid);
    CHECK_MESSAGE(settings.error().evidence.find(row.evidence) != std::string::npos,
                  settings.error().evidence);
  }
}
