#include "config/station/settings.h"

#include <toml++/toml.h>

#include <set>

#include "config/storage/files.h"

namespace kiemphieu::settings {
namespace {

constexpr std::size_t kMaxSettingsBytes = 1U << 20U;  // two thousand stations need 300 kB
constexpr std::size_t kMaxStations = 100'000;

/// One table being read. Remembers which keys were asked for; done() refuses the others.
class TableReader {
 public:
  TableReader(const toml::table& table, std::string name, const std::filesystem::path& file)
      : table_(&table), name_(std::move(name)), file_(&file) {}

  Error wrong(std::string_view key, std::string_view expected) const {
    const toml::node* node = table_->get(key);
    const auto line = node != nullptr ? node->source().begin.line : table_->source().begin.line;
    const std::string found = node == nullptr ? "nothing" : "something else";
    return fail(ErrorCode::kSettingsInvalid, file_->string() + " line " + std::to_string(line) + ": " +
                                                 place(key) + ": expected " + std::string{expected} +
                                                 ", found " + found);
  }

  Result<std::string> text(std::string_view key) {
    KP_TRY(const std::string value, text_or(key, ""));
    if (value.empty()) return wrong(key, "a text in quotes");
    return value;
  }
  Result<std::string> text_or(std::string_view key, std::string_view fallback) {
    const toml::node* node = find(key);
    if (node == nullptr) return std::string{fallback};
    if (!node->is_string()) return wrong(key, "a text in quotes");
    return node->as_string()->get();
  }
  Result<std::int64_t> integer_or(std::string_view key, std::int64_t fallback, std::int64_t min,
                                  std::int64_t max) {
    const toml::node* node = find(key);
    if (node == nullptr) return fallback;
    const bool fits =
        node->is_integer() && node->as_integer()->get() >= min && node->as_integer()->get() <= max;
    if (!fits) return wrong(key, "a whole number from " + std::to_string(min) + " to " + std::to_string(max));
    return node->as_integer()->get();
  }
  Result<std::uint32_t> small_or(std::string_view key, std::uint32_t fallback, std::uint32_t min, std::uint32_t max) {
    KP_TRY(const std::int64_t value, integer_or(key, fallback, min, max));
    return static_cast<std::uint32_t>(value);
  }
  Result<std::vector<std::string>> texts_or_none(std::string_view key) {
    const toml::node* node = find(key);
    std::vector<std::string> texts;
    if (node == nullptr) return texts;
    if (!node->is_array()) return wrong(key, "texts in brackets");
    for (const toml::node& text : *node->as_array()) {
      if (!text.is_string()) return wrong(key, "texts in brackets");
      texts.push_back(text.as_string()->get());
    }
    return texts;
  }
  Result<bool> boolean_or(std::string_view key, bool fallback) {
    const toml::node* node = find(key);
    if (node == nullptr) return fallback;
    if (!node->is_boolean()) return wrong(key, "true or false");
    return node->as_boolean()->get();
  }
  Result<std::filesystem::path> file(std::string_view key) {
    KP_TRY(const std::string value, text(key));
    return from_settings_folder(value);
  }
  Result<std::filesystem::path> file_or_none(std::string_view key) {
    KP_TRY(const std::string value, text_or(key, ""));
    return value.empty() ? std::filesystem::path{} : from_settings_folder(value);
  }
  /// An absent table reads as an empty one.
  Result<TableReader> table(std::string_view key) {
    static const toml::table kEmpty;
    const toml::node* node = find(key);
    if (node == nullptr) return TableReader{kEmpty, place(key), *file_};
    if (!node->is_table()) return wrong(key, "a table [" + place(key) + "]");
    return TableReader{*node->as_table(), place(key), *file_};
  }
  Result<std::vector<TableReader>> tables(std::string_view key) {
    const toml::node* node = find(key);
    std::vector<TableReader> readers;
    if (node == nullptr) return readers;
    if (!node->is_array() || node->as_array()->size() > kMaxStations)
      return wrong(key, "tables [[" + place(key) + "]]");
    for (const toml::node& row : *node->as_array()) {
      if (!row.is_table()) return wrong(key, "tables [[" + place(key) + "]]");
      readers.emplace_back(*row.as_table(), place(key) + "[" + std::to_string(readers.size()) + "]", *file_);
    }
    return readers;
  }
  bool has(std::string_view key) const { return table_->contains(key); }

  Result<void> done() const {
    for (const auto& [key, node] : *table_) {
      if (known_.contains(std::string{key.str()})) continue;
      return fail(ErrorCode::kSettingsInvalid,
                  file_->string() + " line " + std::to_string(key.source().begin.line) + ": " +
                      place(key.str()) + ": there is no such setting; remove it or correct its spelling");
    }
    return {};
  }

 private:
  const toml::node* find(std::string_view key) {
    known_.emplace(key);
    return table_->get(key);
  }
  std::string place(std::string_view key) const {
    return name_.empty() ? std::string{key} : name_ + "." + std::string{key};
  }
  std::filesystem::path from_settings_folder(const std::filesystem::path& path) const {
    return path.is_absolute() ? path : (file_->parent_path() / path).lexically_normal();
  }

  const toml::table* table_;
  std::string name_;
  const std::filesystem::path* file_;
  std::set<std::string> known_;
};

Result<toml::table> parse_file(const std::filesystem::path& path) {
  KP_TRY(const Bytes bytes, storage::read_file(path, kMaxSettingsBytes));
  try {
    return toml::parse(as_text(bytes), path.string());
  } catch (const toml::parse_error& e) {
    return fail(ErrorCode::kSettingsInvalid, path.string() + " line " +
                                                 std::to_string(e.source().begin.line) + ": " +
                                                 std::string{e.description()});
  }
}

Result<Listen> read_listen(TableReader& parent, std::string_view key) {
  KP_TRY(TableReader reader, parent.table(key));
  Listen listen;
  KP_TRY(listen.address, reader.text_or("address", "127.0.0.1"));
  KP_TRY(const std::int64_t port, reader.integer_or("port", 0, 0, 65535));
  listen.port = static_cast<std::uint16_t>(port);
  KP_TRY_VOID(reader.done());
  return listen;
}

Result<TlsFiles> read_tls(TableReader& parent) {
  KP_TRY(TableReader reader, parent.table("tls"));
  TlsFiles files;
  KP_TRY(files.ca, reader.file("ca"));
  KP_TRY(files.certificate, reader.file("certificate"));
  KP_TRY(files.key, reader.file("key"));
  KP_TRY_VOID(reader.done());
  return files;
}

Result<ScannerSettings> read_scanner(TableReader& parent) {
  KP_TRY(TableReader reader, parent.table("scanner"));
  ScannerSettings scanner;
  KP_TRY(scanner.device, reader.text_or("device", ""));
  KP_TRY(scanner.sane_config, reader.file_or_none("sane_config"));
  KP_TRY(const std::int64_t resolution,
         reader.integer_or("resolution_dpi", scanner.resolution_dpi, 200, 300));
  scanner.resolution_dpi = static_cast<int>(resolution);
  KP_TRY(scanner.colour, reader.boolean_or("colour", scanner.colour));
  KP_TRY(const std::int64_t timeout,
         reader.integer_or("sheet_timeout_ms", scanner.sheet_timeout_ms, 1'000, 600'000));
  scanner.sheet_timeout_ms = static_cast<std::uint32_t>(timeout);
  KP_TRY(const std::string stack, reader.text_or("output_stack", "last_on_top"));
  if (stack != "last_on_top" && stack != "last_at_bottom")
    return reader.wrong("output_stack", "\"last_on_top\" or \"last_at_bottom\"");
  scanner.output_stack = stack == "last_on_top" ? OutputStack::kLastOnTop : OutputStack::kLastAtBottom;
  KP_TRY_VOID(reader.done());
  return scanner;
}

Result<KeySettings> read_key(TableReader& parent, const std::string& station) {
  KP_TRY(TableReader reader, parent.table("key"));
  KeySettings key;
  KP_TRY(key.pkcs11_module, reader.file_or_none("pkcs11_module"));
  if (!key.pkcs11_module.empty()) {
    KP_TRY(key.token_label, reader.text("token_label"));
    KP_TRY(key.key_label, reader.text_or("key_label", "kiemphieu-" + station));
    KP_TRY(key.pin_file, reader.file("pin_file"));
    if (key.key_label.empty()) return reader.wrong("key_label", "a text in quotes");
  } else if (reader.has("token_label") || reader.has("key_label") || reader.has("pin_file")) {
    return reader.wrong("pkcs11_module", "the path of the token's PKCS#11 module");
  }
  KP_TRY_VOID(reader.done());
  return key;
}

Result<PowerSettings> read_power(TableReader& parent) {
  KP_TRY(TableReader reader, parent.table("power"));
  PowerSettings power;
  KP_TRY(power.ups, reader.text_or("ups", ""));
  const auto at = power.ups.find('@');
  if (!power.ups.empty() && (at == 0 || at >= power.ups.size() - 1)) return reader.wrong("ups", "name@host or name@host:port");
  KP_TRY(const std::int64_t percent, reader.integer_or("shutdown_below_percent", power.shutdown_below_percent, 0, 100));
  power.shutdown_below_percent = static_cast<int>(percent);
  KP_TRY(power.shutdown_below_s, reader.small_or("shutdown_below_s", power.shutdown_below_s, 0, 86'400));
  KP_TRY(power.flicker_ms, reader.small_or("flicker_ms", power.flicker_ms, 0, 60'000));
  KP_TRY(power.unknown_after_s, reader.small_or("unknown_after_s", power.unknown_after_s, 1, 3'600));
  KP_TRY(power.poll_ms, reader.small_or("poll_ms", power.poll_ms, 100, 5'000));
  KP_TRY(power.shutdown_command, reader.texts_or_none("shutdown_command"));
  KP_TRY_VOID(reader.done());
  return power;
}

Result<PushSettings> read_push(TableReader& parent) {
  PushSettings push;
  KP_TRY(TableReader reader, parent.table("push"));
  KP_TRY(push.url, reader.text_or("url", ""));
  if (!push.url.empty()) {
    if (!push.url.starts_with("https://")) return reader.wrong("url", "https://host:port");
    KP_TRY(push.tls, read_tls(reader));
  }
  KP_TRY_VOID(reader.done());
  return push;
}

Result<StationSettings> read_station(TableReader root) {
  StationSettings settings;
  KP_TRY(settings.election, root.file("election"));
  KP_TRY(settings.station, root.text("station"));
  KP_TRY(settings.templates, root.file("templates"));
  KP_TRY(settings.data, root.file("data"));
  KP_TRY(settings.web, read_listen(root, "web"));
  KP_TRY(settings.key, read_key(root, settings.station));
  KP_TRY(settings.power, read_power(root));
  KP_TRY(settings.scanner, read_scanner(root));
  KP_TRY(settings.push, read_push(root));
  KP_TRY(TableReader mirror, root.table("mirror"));
  KP_TRY(settings.mirror.root, mirror.file_or_none("folder"));
  KP_TRY_VOID(mirror.done());
  KP_TRY(TableReader room, root.table("room"));
  if (room.has("sheets")) {
    KP_TRY(settings.room.sheets, room.integer_or("sheets", 0, 0, 1'000'000));
  }
  KP_TRY_VOID(room.done());
  KP_TRY_VOID(root.done());
  return settings;
}

bool is_key(std::string_view hex) {
  return hex.size() == 64 && hex.find_first_not_of("0123456789abcdefABCDEF") == std::string::npos;
}

Result<std::vector<std::string>> read_spares(TableReader& root) {
  KP_TRY(auto rows, root.tables("spares"));
  std::vector<std::string> keys;
  for (TableReader& row : rows) {
    KP_TRY(keys.emplace_back(), row.text("public_key"));
    if (!is_key(keys.back())) return row.wrong("public_key", "64 hexadecimal digits");
    KP_TRY_VOID(row.done());
  }
  return keys;
}

Result<std::vector<CommitteeStation>> read_stations(TableReader& root, std::size_t at_least) {
  KP_TRY(auto rows, root.tables("stations"));
  if (rows.size() < at_least) return root.wrong("stations", "at least one [[stations]] with id and public_key");
  std::vector<CommitteeStation> stations;
  std::set<std::string> seen;
  for (TableReader& row : rows) {
    CommitteeStation station;
    KP_TRY(station.id, row.text("id"));
    KP_TRY(station.public_key_hex, row.text("public_key"));
    if (!seen.insert(station.id).second) return row.wrong("id", "each station once");
    if (!is_key(station.public_key_hex)) return row.wrong("public_key", "64 hexadecimal digits");
    KP_TRY_VOID(row.done());
    stations.push_back(std::move(station));
  }
  return stations;
}

Result<EnrolSettings> read_enrol(TableReader& root) {
  EnrolSettings enrol;
  if (!root.has("enrol")) return enrol;
  KP_TRY(TableReader reader, root.table("enrol"));
  KP_TRY(enrol.listen.address, reader.text_or("address", "127.0.0.1"));
  KP_TRY(const std::int64_t port, reader.integer_or("port", 0, 0, 65535));
  enrol.listen.port = static_cast<std::uint16_t>(port);
  KP_TRY(enrol.authority, reader.file("authority"));
  KP_TRY(const std::int64_t days, reader.integer_or("certificate_days", enrol.certificate_days, 1, 3'650));
  enrol.certificate_days = static_cast<int>(days);
  KP_TRY_VOID(reader.done());
  return enrol;
}

Result<std::string> read_store(TableReader& root) {
  if (!root.has("store")) return std::string{};
  KP_TRY(TableReader reader, root.table("store"));
  KP_TRY(std::string postgres, reader.text("postgres"));
  KP_TRY_VOID(reader.done());
  return postgres;
}

Result<CommitteeSettings> read_committee(TableReader root) {
  CommitteeSettings settings;
  KP_TRY(settings.election, root.file("election"));
  KP_TRY(settings.data, root.file("data"));
  KP_TRY(settings.receive, read_listen(root, "receive"));
  KP_TRY(settings.board, read_listen(root, "board"));
  KP_TRY(settings.tls, read_tls(root));
  KP_TRY(settings.enrol, read_enrol(root));
  KP_TRY(settings.store_postgres, read_store(root));
  KP_TRY(settings.stations, read_stations(root, settings.enrol.authority.empty() ? 1 : 0));
  KP_TRY(settings.spare_keys_hex, read_spares(root));
  KP_TRY_VOID(root.done());
  return settings;
}

}  // namespace

Result<StationSettings> load_station(const std::filesystem::path& path) {
  KP_TRY(const toml::table table, parse_file(path));
  return read_station(TableReader{table, "", path});
}

Result<CommitteeSettings> load_committee(const std::filesystem::path& path) {
  KP_TRY(const toml::table table, parse_file(path));
  return read_committee(TableReader{table, "", path});
}

}  // namespace kiemphieu::settings
