#pragma once
/// station.toml and committee.toml. The only folder that includes toml++.
/// An unknown key is an error: a misspelt setting must not fall back to a default.

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "config/base/result.h"

namespace kiemphieu::settings {

struct Listen {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  ///< 0 = the system chooses; the log line says which
};

/// Files of one side of mutual TLS, PEM.
struct TlsFiles {
  std::filesystem::path ca, certificate, key;
};

/// How sheets lie in the scanner's output tray.
enum class OutputStack : std::uint8_t { kLastOnTop, kLastAtBottom };

struct ScannerSettings {
  std::string device;                 ///< SANE device name, "folder:/path", or "" = the first SANE device
  std::filesystem::path sane_config;  ///< SANE_CONFIG_DIR for the scanner process; empty = the system's
  int resolution_dpi = 200;           ///< 200 to 300
  bool colour = true;
  std::uint32_t sheet_timeout_ms = 30'000;  ///< a scanner silent for longer is restarted
  OutputStack output_stack = OutputStack::kLastOnTop;  ///< "last_on_top" or "last_at_bottom"
};

/// Where the station's key lives; without a module in a file of the data folder.
struct KeySettings {
  std::filesystem::path pkcs11_module;  ///< empty = a file
  std::string token_label;
  std::string key_label;                ///< "kiemphieu-<station>" when left out
  std::filesystem::path pin_file;
};

/// The UPS, through a NUT server (docs/power.md).
struct PowerSettings {
  std::string ups;                      ///< "name@host[:port]"; empty = none is watched
  int shutdown_below_percent = 20;      ///< on battery; 0 = only when the UPS itself says low
  std::uint32_t shutdown_below_s = 120; ///< the same, of the runtime it reckons
  std::uint32_t flicker_ms = 2'000;     ///< on battery for less only warns
  std::uint32_t unknown_after_s = 30;   ///< without an answer for longer is said, once
  std::uint32_t poll_ms = 1'000;
  std::vector<std::string> shutdown_command;  ///< program and arguments, after the journal is closed; empty = none
};

struct PushSettings {
  std::string url;  ///< "https://committee:8443"; empty = no network, records stay in the outbox
  TlsFiles tls;
};

struct MirrorSettings {
  std::filesystem::path root;  ///< where the second medium is mounted; empty = no mirror
};

struct RoomSettings {
  /// Sheets for which room on the disk is taken before the first one; nullopt = as many as the
  /// station has voters in all its contests; 0 = none is taken.
  std::optional<std::int64_t> sheets;
};

struct StationSettings {
  std::filesystem::path election;
  std::string station;
  std::filesystem::path templates;  ///< folder of *.template.json
  std::filesystem::path data;       ///< journal, images, key
  Listen web;
  KeySettings key;
  PowerSettings power;
  ScannerSettings scanner;
  PushSettings push;
  MirrorSettings mirror;
  RoomSettings room;
};

struct CommitteeStation {
  std::string id;
  std::string public_key_hex;  ///< Ed25519 key that signs this station's records
};

/// Enrolment of machines over the network (docs/enrolment.md).
struct EnrolSettings {
  Listen listen;                    ///< TLS 1.3 without a client's certificate
  std::filesystem::path authority;  ///< folder of `kiemphieu ca init`; empty = no enrolment
  int certificate_days = 45;        ///< how long a machine's certificate is valid
};

struct CommitteeSettings {
  std::filesystem::path election;
  std::filesystem::path data;
  Listen receive;  ///< mutual TLS 1.3, stations only
  Listen board;    ///< the live page
  TlsFiles tls;
  std::string store_postgres;  ///< libpq's "host=… dbname=…"; empty: SQLite in `data`
  std::vector<CommitteeStation> stations;
  EnrolSettings enrol;
  std::vector<std::string> spare_keys_hex;  ///< of spare machines that may take any station over
};

/// Relative paths are taken from the settings file's folder.
/// Errors: kFileNotFound, kSettingsInvalid (evidence: line, key and the fix).
Result<StationSettings> load_station(const std::filesystem::path& path);
Result<CommitteeSettings> load_committee(const std::filesystem::path& path);

}  // namespace kiemphieu::settings
