#include "firmware-host/team/team_file.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "config/crypto/pin_hash.h"
#include "config/json/json.h"
#include "config/storage/files.h"

namespace kiemphieu::team {
namespace {

constexpr std::size_t kMaxFileBytes = 64U << 10U;  // 50 people take 8 kB
constexpr std::int64_t kVersion = 1;
constexpr std::size_t kMinPinDigits = 6, kMaxPinDigits = 12;

Error unusable(std::string why) { return fail(ErrorCode::kTeamUnusable, std::move(why)); }
Error weak(std::string why) { return fail(ErrorCode::kPinWeak, std::move(why)); }

Result<List> read_list(const json::ObjectReader& file) {
  KP_TRY_VOID(file.only({"version", "people"}));
  KP_TRY_VOID(file.integer("version", kVersion, kVersion));
  KP_TRY(const auto people, file.objects("people", 0, kMaxNumber));
  List list;
  for (const json::ObjectReader& person : people) {
    KP_TRY_VOID(person.only({"number", "role", "pin"}));
    KP_TRY(const std::int64_t number, person.integer("number", 1, kMaxNumber));
    KP_TRY(const std::string role_text, person.text("role"));
    const auto role = role_from(role_text);
    if (!role) return person.wrong("role", "head, secretary, member or technician");
    KP_TRY(const std::string hash, person.text("pin"));
    if (!crypto::is_pin_hash(hash)) return unusable("people: the hash of number " + std::to_string(number));
    if (!list.emplace(static_cast<int>(number), Entry{*role, hash}).second)
      return unusable("people: number " + std::to_string(number) + " twice");
  }
  return list;
}

Result<List> parse(std::string_view text) {
  constexpr json::Limits kLimits{.max_bytes = kMaxFileBytes, .max_depth = 4, .max_values = 1000};
  KP_TRY(const json::Json document, json::parse(text, kLimits));
  KP_TRY(const json::ObjectReader file, json::ObjectReader::open(document, ""));
  return read_list(file);
}

}  // namespace

Roster roster_of(const List& list) {
  Roster roster;
  for (const auto& [number, entry] : list) roster.push_back({number, entry.role});
  return roster;
}

std::filesystem::path team_file(const std::filesystem::path& data) { return data / "team.json"; }

std::string encode(const List& list) {
  json::Json people = json::Json::array();
  for (const auto& [number, entry] : list)
    people.push_back({{"number", number}, {"role", to_text(entry.role)}, {"pin", entry.pin_hash}});
  return json::canonical({{"version", kVersion}, {"people", std::move(people)}}) + "\n";
}

Result<List> decode(std::string_view text) {
  auto list = parse(text);
  if (list || list.error().code == ErrorCode::kTeamUnusable) return list;
  return unusable(list.error().log_line());
}

Result<List> load(const std::filesystem::path& data) {
  const std::filesystem::path path = team_file(data);
  const auto bytes = storage::read_private_file(path, kMaxFileBytes);
  if (!bytes && bytes.error().code == ErrorCode::kFileNotFound) return List{};
  if (!bytes) return unusable(bytes.error().evidence);
  auto list = decode(as_text(*bytes));
  if (!list) return std::move(list).error().with_context(path.string());
  return list;
}

Result<void> save(const std::filesystem::path& data, const List& list) {
  return storage::write_file_durably(team_file(data), as_bytes(encode(list)), 0600);
}

Result<void> check_pin(std::string_view pin) {
  if (pin.size() < kMinPinDigits || pin.size() > kMaxPinDigits) return weak("6 to 12 digits are asked for");
  if (!std::ranges::all_of(pin, [](char c) { return c >= '0' && c <= '9'; })) return weak("digits only");
  const auto step = [&](std::size_t i) { return (pin[i] - pin[i - 1] + 10) % 10; };
  bool even_steps = true;
  for (std::size_t i = 2; i < pin.size(); ++i) even_steps = even_steps && step(i) == step(1);
  if (even_steps) return weak("digits in even steps");
  for (std::size_t part = 1; part <= pin.size() / 2; ++part)
    if (pin.size() % part == 0 && pin.substr(part) == pin.substr(0, pin.size() - part)) return weak("one part repeated");
  return {};
}

}  // namespace kiemphieu::team
