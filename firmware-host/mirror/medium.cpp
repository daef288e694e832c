#include "firmware-host/mirror/medium.h"

#include <algorithm>

#include "config/base/hex.h"
#include "config/crypto/signing.h"
#include "config/json/json.h"
#include "config/storage/files.h"
#include "tally/journal/images.h"

namespace kiemphieu::mirror {
namespace {

constexpr int kVersion = 1;
constexpr std::size_t kMaxFileBytes = 4096;

std::filesystem::path folder_of(const std::filesystem::path& root, const std::string& station) {
  return root / "kiemphieu-mirror" / station;
}
std::filesystem::path label_file(const std::filesystem::path& folder) { return folder / "mirror.json"; }
std::filesystem::path box_file(const std::filesystem::path& folder) { return folder / "images.box"; }

struct Label {
  std::string station;
  Digest election;
  crypto::BoxLock lock;
};

template <std::size_t N>
Result<std::array<std::uint8_t, N>> hex_field(const json::ObjectReader& reader, std::string_view key) {
  KP_TRY(const std::string text, reader.text(key));
  const auto bytes = from_hex(text);
  std::array<std::uint8_t, N> value{};
  if (!bytes || bytes->size() != N) return reader.wrong(key, std::to_string(2 * N) + " hexadecimal digits");
  std::ranges::copy(*bytes, value.begin());
  return value;
}

Result<Label> parse_label(std::string_view text) {
  KP_TRY(const json::Json document, json::parse(text, {.max_bytes = kMaxFileBytes, .max_depth = 2, .max_values = 20}));
  KP_TRY(const json::ObjectReader reader, json::ObjectReader::open(document, ""));
  KP_TRY_VOID(reader.only({"version", "station", "election", "public_key", "salt"}));
  KP_TRY(const std::int64_t version, reader.integer("version", kVersion, kVersion));
  KP_CHECK(version == kVersion);
  Label label;
  KP_TRY(label.station, reader.text("station"));
  KP_TRY(label.election.bytes, hex_field<32>(reader, "election"));
  KP_TRY(label.lock.public_key, hex_field<32>(reader, "public_key"));
  KP_TRY(label.lock.salt, hex_field<16>(reader, "salt"));
  return label;
}

}  // namespace

Result<std::string> Medium::prepare(const std::filesystem::path& root, const std::string& station, const Digest& election) {
  std::error_code ignored;
  if (!std::filesystem::is_directory(root, ignored)) return fail(ErrorCode::kMirrorMissing, root.string());
  const std::filesystem::path folder = folder_of(root, station);
  if (std::filesystem::exists(label_file(folder), ignored))
    return fail(ErrorCode::kMirrorOther, folder.string() + ": a mirror was prepared here before");
  std::string code = crypto::new_code();
  std::array<std::uint8_t, 16> salt{};
  std::ranges::copy(crypto::random_bytes(salt.size()), salt.begin());
  const crypto::BoxLock lock = crypto::lock_of(code, salt);
  const json::OrderedJson label{{"version", kVersion},
                                {"station", station},
                                {"election", election.hex()},
                                {"public_key", to_hex(lock.public_key)},
                                {"salt", to_hex(lock.salt)}};
  KP_TRY_VOID(storage::create_folders_durably(folder));
  KP_TRY_VOID(storage::write_file_durably(label_file(folder), as_bytes(label.dump(1) + "\n")));
  return code;
}

Result<Medium> Medium::find(const std::filesystem::path& root, const std::string& station, const Digest& election) {
  const std::filesystem::path folder = folder_of(root, station);
  const auto text = storage::read_file(label_file(folder), kMaxFileBytes);
  if (!text) return fail(ErrorCode::kMirrorMissing, label_file(folder).string());
  const auto label = parse_label(as_text(*text));
  if (!label) return fail(ErrorCode::kMirrorOther, label_file(folder).string() + ": " + label.error().evidence);
  if (label->station != station || label->election != election)
    return fail(ErrorCode::kMirrorOther, "it is of station " + label->station + ", election " + label->election.short_hex());
  return Medium{folder, label->lock};
}

bool Medium::has_image_key() const {
  std::error_code ignored;
  return std::filesystem::exists(box_file(folder_), ignored);
}

Result<void> Medium::lock_image_key(const crypto::SecretKey& key) const {
  return storage::write_file_durably(box_file(folder_), crypto::put_in_box(lock_, key.view()));
}

Result<crypto::SecretKey> Medium::image_key(std::string_view code) const {
  const auto box = storage::read_file(box_file(folder_), kMaxFileBytes);
  if (!box) return fail(ErrorCode::kKeyUnusable, box_file(folder_).string());
  KP_TRY(const Bytes key, crypto::open_box(lock_, code, *box));
  return crypto::SecretKey::from_bytes(key);
}

Result<void> Medium::destroy_images() const {
  KP_TRY_VOID(storage::remove_file_durably(box_file(folder_)));
  for (const char* end : {"", "-wal", "-shm"})
    KP_TRY_VOID(storage::remove_file_durably(folder_ / (std::string{"papers.db"} + end)));
  return journal::ImageStore::destroy_all(folder_);
}

}  // namespace kiemphieu::mirror
