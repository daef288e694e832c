#include "config/crypto/cipher.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "config/base/check.h"
#include "config/base/hex.h"
#include "config/base/unique_fd.h"
#include "config/storage/files.h"

namespace kiemphieu::crypto {
namespace {

constexpr std::string_view kKeyFileHeader = "kiemphieu-secret-key-1\n";
constexpr std::size_t kKeyFileLimit = 1024;

/// Before the stream, so that a later format can be told apart.
constexpr std::string_view kMagic = "KPE1";
constexpr std::size_t kHeaderBytes = crypto_secretstream_xchacha20poly1305_HEADERBYTES;
constexpr std::size_t kTagBytes = crypto_secretstream_xchacha20poly1305_ABYTES;
static_assert(crypto_secretstream_xchacha20poly1305_KEYBYTES == 32);

/// Crockford's base 32: no letter looks like a digit.
constexpr std::string_view kLetters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::size_t kGroups = 5, kGroupLetters = 4;

void ensure_sodium() {
  static const int ready = sodium_init();
  KP_CHECK(ready >= 0);
}

/// The code's letters alone, as new_code() made them.
std::string plain_code(std::string_view code) {
  std::string letters;
  for (char c : code) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    if (c == 'O') c = '0';
    if (c == 'I' || c == 'L') c = '1';
    if (kLetters.find(c) != std::string_view::npos) letters += c;
  }
  return letters;
}

/// So that a flipped bit in a key file is found when it is read, not when nothing opens.
std::string check_digits(const std::array<std::uint8_t, 32>& key) {
  std::array<std::uint8_t, crypto_generichash_BYTES_MIN> hash{};
  KP_CHECK(crypto_generichash(hash.data(), hash.size(), key.data(), key.size(), nullptr, 0) == 0);
  return to_hex(hash);
}

struct BoxKeys {
  std::array<std::uint8_t, crypto_box_PUBLICKEYBYTES> open{};
  std::array<std::uint8_t, crypto_box_SECRETKEYBYTES> secret{};
  ~BoxKeys() { sodium_memzero(secret.data(), secret.size()); }
};

BoxKeys keys_of(std::string_view code, const std::array<std::uint8_t, 16>& salt) {
  ensure_sodium();
  static_assert(crypto_pwhash_SALTBYTES == 16);
  std::string letters = plain_code(code);
  std::array<std::uint8_t, crypto_box_SEEDBYTES> seed{};
  KP_CHECK(crypto_pwhash(seed.data(), seed.size(), letters.data(), letters.size(), salt.data(),
                         crypto_pwhash_OPSLIMIT_INTERACTIVE, crypto_pwhash_MEMLIMIT_INTERACTIVE,
                         crypto_pwhash_ALG_ARGON2ID13) == 0);
  BoxKeys keys;
  KP_CHECK(crypto_box_seed_keypair(keys.open.data(), keys.secret.data(), seed.data()) == 0);
  sodium_memzero(seed.data(), seed.size());
  sodium_memzero(letters.data(), letters.size());
  return keys;
}

}  // namespace

SecretKey SecretKey::generate() {
  ensure_sodium();
  SecretKey key;
  randombytes_buf(key.bytes_.data(), key.bytes_.size());
  return key;
}

Result<SecretKey> SecretKey::from_bytes(ByteView bytes) {
  SecretKey key;
  if (bytes.size() != key.bytes_.size()) return fail(ErrorCode::kKeyUnusable, "a secret key has 32 bytes");
  std::ranges::copy(bytes, key.bytes_.begin());
  return key;
}

Result<SecretKey> SecretKey::load(const std::filesystem::path& path) {
  KP_TRY(Bytes raw, storage::read_private_file(path, kKeyFileLimit));
  std::string_view text = as_text(raw);
  if (!text.starts_with(kKeyFileHeader)) return fail(ErrorCode::kKeyUnusable, path.string() + ": not a key file");
  text.remove_prefix(kKeyFileHeader.size());
  const std::size_t line = std::min(text.find('\n'), text.size());
  auto bytes = from_hex(text.substr(0, line));
  if (!bytes || bytes->size() != 32) return fail(ErrorCode::kKeyUnusable, path.string() + ": damaged");
  KP_TRY(SecretKey key, from_bytes(*bytes));
  const bool whole = text.substr(line) == "\n" + check_digits(key.bytes_) + "\n";
  sodium_memzero(bytes->data(), bytes->size());
  sodium_memzero(raw.data(), raw.size());
  if (!whole) return fail(ErrorCode::kKeyUnusable, path.string() + ": damaged");
  return key;
}

Result<SecretKey> SecretKey::load_or_create(const std::filesystem::path& path) {
  if (std::filesystem::exists(path)) return load(path);
  SecretKey key = generate();
  KP_TRY_VOID(key.save(path));
  return key;
}

SecretKey::~SecretKey() { sodium_memzero(bytes_.data(), bytes_.size()); }
SecretKey::SecretKey(SecretKey&& other) noexcept : bytes_(other.bytes_) {
  sodium_memzero(other.bytes_.data(), other.bytes_.size());
}
SecretKey& SecretKey::operator=(SecretKey&& other) noexcept {
  bytes_ = other.bytes_;
  if (this != &other) sodium_memzero(other.bytes_.data(), other.bytes_.size());
  return *this;
}

SecretKey SecretKey::copy() const {
  SecretKey key;
  key.bytes_ = bytes_;
  return key;
}

Result<void> SecretKey::save(const std::filesystem::path& path) const {
  if (std::filesystem::exists(path)) return fail(ErrorCode::kKeyUnusable, path.string() + ": exists already");
  std::string text = std::string{kKeyFileHeader} + to_hex(bytes_) + "\n" + check_digits(bytes_) + "\n";
  auto written = storage::write_file_durably(path, as_bytes(text), 0600);
  sodium_memzero(text.data(), text.size());
  return written;
}

Result<void> destroy_key_file(const std::filesystem::path& path) {
  {
    const UniqueFd file{::open(path.c_str(), O_WRONLY | O_CLOEXEC)};
    if (!file.is_open() && errno == ENOENT) return {};
    const std::string zeros(kKeyFileLimit, '0');
    struct stat status {};
    const bool overwritten =
        file.is_open() && ::fstat(file.get(), &status) == 0 &&
        ::write(file.get(), zeros.data(), std::min(zeros.size(), static_cast<std::size_t>(status.st_size))) == status.st_size &&
        ::fsync(file.get()) == 0;
    if (!overwritten) return fail(ErrorCode::kStorageIo, path.string() + ": overwrite: " + std::strerror(errno));
  }
  return storage::remove_file_durably(path);
}

Bytes encrypt(const SecretKey& key, ByteView plain, ByteView bound_to) {
  ensure_sodium();
  Bytes sealed(kMagic.size() + kHeaderBytes + plain.size() + kTagBytes);
  std::ranges::copy(as_bytes(kMagic), sealed.begin());
  std::uint8_t* header = sealed.data() + kMagic.size();
  crypto_secretstream_xchacha20poly1305_state state;
  KP_CHECK(crypto_secretstream_xchacha20poly1305_init_push(&state, header, key.view().data()) == 0);
  KP_CHECK(crypto_secretstream_xchacha20poly1305_push(&state, header + kHeaderBytes, nullptr, plain.data(), plain.size(),
                                                      bound_to.data(), bound_to.size(),
                                                      crypto_secretstream_xchacha20poly1305_TAG_FINAL) == 0);
  sodium_memzero(&state, sizeof state);
  return sealed;
}

Result<Bytes> decrypt(const SecretKey& key, ByteView sealed, ByteView bound_to) {
  ensure_sodium();
  constexpr std::size_t kLeast = kMagic.size() + kHeaderBytes + kTagBytes;
  if (sealed.size() < kLeast || as_text(sealed.first(kMagic.size())) != kMagic)
    return fail(ErrorCode::kStorageCorrupt, "not an encrypted file");
  const std::uint8_t* header = sealed.data() + kMagic.size();
  Bytes plain(sealed.size() - kLeast);
  crypto_secretstream_xchacha20poly1305_state state;
  unsigned char tag = 0;
  const bool opened =
      crypto_secretstream_xchacha20poly1305_init_pull(&state, header, key.view().data()) == 0 &&
      crypto_secretstream_xchacha20poly1305_pull(&state, plain.data(), nullptr, &tag, header + kHeaderBytes,
                                                 sealed.size() - kMagic.size() - kHeaderBytes, bound_to.data(),
                                                 bound_to.size()) == 0 &&
      tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
  sodium_memzero(&state, sizeof state);
  if (!opened) return fail(ErrorCode::kStorageCorrupt, "it does not open with this key: changed, or of another key or name");
  return plain;
}

std::string new_code() {
  ensure_sodium();
  std::string code;
  for (std::size_t i = 0; i < kGroups * kGroupLetters; ++i) {
    if (i > 0 && i % kGroupLetters == 0) code += '-';
    code += kLetters[randombytes_uniform(static_cast<std::uint32_t>(kLetters.size()))];
  }
  return code;
}

BoxLock lock_of(std::string_view code, const std::array<std::uint8_t, 16>& salt) {
  return {keys_of(code, salt).open, salt};
}

Bytes put_in_box(const BoxLock& lock, ByteView plain) {
  ensure_sodium();
  Bytes box(plain.size() + crypto_box_SEALBYTES);
  KP_CHECK(crypto_box_seal(box.data(), plain.data(), plain.size(), lock.public_key.data()) == 0);
  return box;
}

Result<Bytes> open_box(const BoxLock& lock, std::string_view code, ByteView box) {
  const BoxKeys keys = keys_of(code, lock.salt);
  if (box.size() < crypto_box_SEALBYTES || keys.open != lock.public_key)
    return fail(ErrorCode::kCodeWrong, "the code is not the one of this mirror");
  Bytes plain(box.size() - crypto_box_SEALBYTES);
  if (crypto_box_seal_open(plain.data(), box.data(), box.size(), keys.open.data(), keys.secret.data()) != 0)
    return fail(ErrorCode::kStorageCorrupt, "the box was changed");
  return plain;
}

}  // namespace kiemphieu::crypto
