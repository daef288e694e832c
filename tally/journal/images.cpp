#include "tally/journal/images.h"

#include "config/crypto/sha256.h"
#include "config/storage/files.h"

namespace kiemphieu::journal {
namespace {

/// An A4 page at 300 dpi is 1 MB as JPEG; more than this is no sheet of ours.
constexpr std::size_t kMaxImageBytes = 64U << 20U;

constexpr std::string_view kEnding = ".kpe";
/// Pictures of journals from before there was encryption.
constexpr std::string_view kPlainEnding = ".jpg";

std::filesystem::path named(const std::filesystem::path& folder, const Digest& digest, std::string_view ending) {
  const std::string hex = digest.hex();
  return folder / "images" / hex.substr(0, 2) / (hex + std::string{ending});
}

template <class Visit>
void each_file(const std::filesystem::path& folder, Visit visit) {
  std::error_code ignored;
  for (std::filesystem::recursive_directory_iterator it{folder / "images", ignored}, end; it != end;
       it.increment(ignored))
    if (it->is_regular_file(ignored) && !visit(it->path())) return;
}

}  // namespace

std::filesystem::path image_key_file(const std::filesystem::path& journal_folder) { return journal_folder / "images.key"; }

std::filesystem::path image_file(const std::filesystem::path& journal_folder, const Digest& digest) {
  return named(journal_folder, digest, kEnding);
}

bool has_pictures(const std::filesystem::path& journal_folder) {
  bool found = false;
  each_file(journal_folder, [&](const std::filesystem::path& path) {
    found = path.extension() == kEnding;
    return !found;
  });
  return found;
}

ImageStore ImageStore::to_read(std::filesystem::path journal_folder) {
  auto key = crypto::SecretKey::load(image_key_file(journal_folder));
  return ImageStore{std::move(journal_folder), key ? std::optional{*std::move(key)} : std::nullopt};
}

Result<ImageStore> ImageStore::to_write(std::filesystem::path journal_folder) {
  const std::filesystem::path path = image_key_file(journal_folder);
  if (!std::filesystem::exists(path) && has_pictures(journal_folder))
    return fail(ErrorCode::kKeyUnusable, path.string() + ": missing, but there are pictures under it");
  KP_TRY(crypto::SecretKey key, crypto::SecretKey::load_or_create(path));
  return ImageStore{std::move(journal_folder), std::optional{std::move(key)}};
}

Result<Digest> ImageStore::store(ByteView jpeg) const {
  KP_CHECK(key_.has_value());
  const Digest digest = crypto::sha256(jpeg);
  const std::filesystem::path path = image_file(folder_, digest);
  KP_TRY_VOID(storage::create_folders_durably(path.parent_path()));
  // Written even when it is there: a file seen may not be durable yet.
  KP_TRY_VOID(storage::write_file_without_time(path, crypto::encrypt(*key_, jpeg, digest.view())));
  return digest;
}

Result<Bytes> ImageStore::load_from(const std::filesystem::path& folder, const Digest& digest) const {
  const std::filesystem::path path = image_file(folder, digest);
  auto sealed = storage::read_file(path, kMaxImageBytes);
  if (sealed && !key_) return fail(ErrorCode::kKeyUnusable, path.string() + ": no key to open it with");
  auto bytes = sealed ? crypto::decrypt(*key_, *sealed, digest.view()) : std::move(sealed);
  if (!bytes && bytes.error().code == ErrorCode::kFileNotFound)
    bytes = storage::read_file(named(folder, digest, kPlainEnding), kMaxImageBytes);
  if (!bytes) return std::move(bytes).error().with_context(path.string());
  if (crypto::sha256(*bytes) != digest)
    return fail(ErrorCode::kStorageCorrupt, path.string() + ": the bytes are not those of its name");
  return bytes;
}

Result<Bytes> ImageStore::load(const Digest& digest) const {
  auto here = load_from(folder_, digest);
  if (here || other_.empty() || here.error().code != ErrorCode::kFileNotFound) return here;
  auto there = load_from(other_, digest);
  return there ? std::move(there) : std::move(here);
}

bool ImageStore::has(const Digest& digest) const {
  std::error_code ignored;
  const auto lies_in = [&](const std::filesystem::path& folder) {
    return std::filesystem::exists(image_file(folder, digest), ignored) ||
           std::filesystem::exists(named(folder, digest, kPlainEnding), ignored);
  };
  return lies_in(folder_) || (!other_.empty() && lies_in(other_));
}

void ImageStore::remove_unfinished() const {
  // What cannot be removed costs a little space and nothing else.
  each_file(folder_, [](const std::filesystem::path& path) {
    std::error_code ignored;
    if (path.filename().string().find(".tmp-") != std::string::npos) std::filesystem::remove(path, ignored);
    return true;
  });
}

Result<void> ImageStore::destroy_all(const std::filesystem::path& journal_folder) {
  KP_TRY_VOID(crypto::destroy_key_file(image_key_file(journal_folder)));
  std::vector<std::filesystem::path> files;
  each_file(journal_folder, [&](const std::filesystem::path& path) {
    files.push_back(path);
    return true;
  });
  for (const std::filesystem::path& path : files) KP_TRY_VOID(storage::remove_file_durably(path));
  return {};
}

}  // namespace kiemphieu::journal
