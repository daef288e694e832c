#include "tally/journal/images.h"

#include "config/crypto/sha256.h"
#include "config/storage/files.h"

namespace kiemphieu::journal {
namespace {

/// An A4 page at 300 dpi is 1 MB as JPEG; more than this is no sheet of ours.
constexpr std::size_t kMaxImageBytes = 64U << 20U;

}  // namespace

std::filesystem::path ImageStore::path_of(const Digest& digest) const {
  const std::string hex = digest.hex();
  return folder_ / "images" / hex.substr(0, 2) / (hex + ".jpg");
}

Result<Digest> ImageStore::store(ByteView jpeg) const {
  const Digest digest = crypto::sha256(jpeg);
  const std::filesystem::path path = path_of(digest);
  KP_TRY_VOID(storage::create_folders_durably(path.parent_path()));
  // Written even when it is there: a file seen may not be durable yet.
  KP_TRY_VOID(storage::write_file_durably(path, jpeg));
  return digest;
}

Result<Bytes> ImageStore::load(const Digest& digest) const {
  KP_TRY(Bytes bytes, storage::read_file(path_of(digest), kMaxImageBytes));
  if (crypto::sha256(bytes) != digest)
    return fail(ErrorCode::kStorageCorrupt, path_of(digest).string() + ": the bytes are not those of its name");
  return bytes;
}

void ImageStore::remove_unfinished() const {
  std::error_code ignored;  // leftovers cost a little space and nothing else
  for (std::filesystem::recursive_directory_iterator it{folder_ / "images", ignored}, end; it != end;
       it.increment(ignored))
    if (it->path().filename().string().find(".jpg.tmp-") != std::string::npos)
      std::filesystem::remove(it->path(), ignored);
}

}  // namespace kiemphieu::journal
