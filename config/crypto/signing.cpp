#include "config/crypto/signing.h"

#include <sodium.h>
#include <sys/stat.h>

#include <algorithm>

#include "config/base/check.h"
#include "config/base/hex.h"
#include "config/storage/files.h"

namespace kiemphieu::crypto {
namespace {

void ensure_sodium() {
  static const int ready = sodium_init();
  KP_CHECK(ready >= 0);
}

/// First line of a key file, so that a wrong file is told apart from a damaged one.
constexpr std::string_view kKeyFileHeader = "kiemphieu-ed25519-seed-1\n";
constexpr std::size_t kKeyFileLimit = 1024;

using Secret = std::array<std::uint8_t, 64>;

class FileSigner final : public Signer {
 public:
  explicit FileSigner(const Secret& secret) : secret_(secret) {}
  ~FileSigner() override { sodium_memzero(secret_.data(), secret_.size()); }
  FileSigner(const FileSigner&) = delete;
  FileSigner& operator=(const FileSigner&) = delete;

  Result<Signature> sign(ByteView message) override {
    Signature signature;
    KP_CHECK(crypto_sign_detached(signature.bytes.data(), nullptr, message.data(), message.size(), secret_.data()) == 0);
    return signature;
  }

  Result<void> save(const std::filesystem::path& path) const override {
    if (std::filesystem::exists(path)) return fail(ErrorCode::kKeyUnusable, path.string() + ": exists already");
    std::array<std::uint8_t, 32> seed{};
    KP_CHECK(crypto_sign_ed25519_sk_to_seed(seed.data(), secret_.data()) == 0);
    std::string text = std::string{kKeyFileHeader} + to_hex(seed) + "\n";
    auto written = storage::write_file_durably(path, as_bytes(text), 0600);
    sodium_memzero(seed.data(), seed.size());
    sodium_memzero(text.data(), text.size());
    return written;
  }

 private:
  Secret secret_;
};

}  // namespace

std::string PublicKey::hex() const { return to_hex(bytes); }

Result<PublicKey> PublicKey::from_hex(std::string_view text) {
  auto raw = kiemphieu::from_hex(text);
  PublicKey key;
  if (!raw || raw->size() != key.bytes.size())
    return fail(ErrorCode::kKeyUnusable, "a public key has 64 hexadecimal digits");
  std::ranges::copy(*raw, key.bytes.begin());
  return key;
}

Result<Signature> Signature::from_bytes(ByteView raw) {
  Signature signature;
  if (raw.size() != signature.bytes.size()) return fail(ErrorCode::kSignatureInvalid, "a signature has 64 bytes");
  std::ranges::copy(raw, signature.bytes.begin());
  return signature;
}

SigningKey::SigningKey(const PublicKey& public_key, std::unique_ptr<Signer> signer)
    : public_(public_key), signer_(std::move(signer)) {}

SigningKey SigningKey::from_seed(const std::array<std::uint8_t, 32>& seed) {
  ensure_sodium();
  PublicKey public_key;
  Secret secret{};
  KP_CHECK(crypto_sign_seed_keypair(public_key.bytes.data(), secret.data(), seed.data()) == 0);
  SigningKey key{public_key, std::make_unique<FileSigner>(secret)};
  sodium_memzero(secret.data(), secret.size());
  return key;
}

SigningKey SigningKey::generate() {
  ensure_sodium();
  std::array<std::uint8_t, 32> seed{};
  randombytes_buf(seed.data(), seed.size());
  SigningKey key = from_seed(seed);
  sodium_memzero(seed.data(), seed.size());
  return key;
}

Result<SigningKey> SigningKey::load(const std::filesystem::path& path) {
  KP_TRY(Bytes raw, storage::read_private_file(path, kKeyFileLimit));
  const std::string_view text = as_text(raw);
  if (!text.starts_with(kKeyFileHeader)) return fail(ErrorCode::kKeyUnusable, path.string() + ": not a key file");
  std::string_view digits = text.substr(kKeyFileHeader.size());
  while (digits.ends_with('\n')) digits.remove_suffix(1);
  auto seed_bytes = from_hex(digits);
  std::array<std::uint8_t, 32> seed{};
  if (!seed_bytes || seed_bytes->size() != seed.size())
    return fail(ErrorCode::kKeyUnusable, path.string() + ": damaged");
  std::ranges::copy(*seed_bytes, seed.begin());
  SigningKey key = from_seed(seed);
  sodium_memzero(seed.data(), seed.size());
  sodium_memzero(seed_bytes->data(), seed_bytes->size());
  sodium_memzero(raw.data(), raw.size());
  return key;
}

Result<SigningKey> SigningKey::load_or_create(const std::filesystem::path& path) {
  if (std::filesystem::exists(path)) return load(path);
  SigningKey key = generate();
  KP_TRY_VOID(key.save(path));
  return key;
}

Result<void> SigningKey::save(const std::filesystem::path& path) const { return signer_->save(path); }

Result<Signature> SigningKey::sign(ByteView message) const { return signer_->sign(message); }

bool verify(const PublicKey& key, ByteView message, const Signature& signature) {
  ensure_sodium();
  return crypto_sign_verify_detached(signature.bytes.data(), message.data(), message.size(),
                                     key.bytes.data()) == 0;
}

Bytes random_bytes(std::size_t count) {
  ensure_sodium();
  Bytes bytes(count);
  if (count > 0) randombytes_buf(bytes.data(), bytes.size());
  return bytes;
}

}  // namespace kiemphieu::crypto
