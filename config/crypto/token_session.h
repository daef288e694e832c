#pragma once
/// One logged-in session with a PKCS#11 token, over the C functions of its
/// module. Not thread-safe. Only config/crypto includes this.

#include <p11-kit/pkcs11.h>

#include <memory>
#include <string_view>

#include "config/crypto/token_key.h"

namespace kiemphieu::crypto {

/// An Ed25519 key in a token.
struct TokenKeyPair {
  PublicKey public_key;
  CK_OBJECT_HANDLE private_key = CK_INVALID_HANDLE;
};

/// How much may be tried with a PIN.
enum class PinCare : std::uint8_t {
  kDaemon,      ///< not after a wrong PIN was tried
  kTechnician,  ///< also then, but not as the last try
};

class TokenSession {
 public:
  /// Loads and initialises the module, finds the token, logs in.
  /// Errors: as open_token_key(), without those about the key.
  static Result<std::unique_ptr<TokenSession>> open(const TokenPlace& place, PinCare care);
  /// Logs out and finalises the module, so that the next open() looks anew at what is plugged in.
  ~TokenSession();
  TokenSession(const TokenSession&) = delete;
  TokenSession& operator=(const TokenSession&) = delete;

  /// Errors: kFileNotFound when there is none of this label, kKeyUnusable, kKeyTokenGone.
  Result<TokenKeyPair> find(const std::string& label);
  /// Errors: kKeyUnusable when the token cannot make Ed25519 keys, kKeyTokenGone.
  Result<TokenKeyPair> generate(const std::string& label);
  /// Error: kKeyTokenGone.
  Result<Signature> sign(const TokenKeyPair& key, ByteView message);

 private:
  TokenSession() = default;
  Result<void> initialise(const std::filesystem::path& module);
  Result<CK_SLOT_ID> find_slot(const std::string& token_label);
  Result<void> log_in(const std::filesystem::path& pin_file);
  Result<CK_OBJECT_HANDLE> find_object(CK_OBJECT_CLASS kind, const std::string& label);
  Result<PublicKey> point_of(CK_OBJECT_HANDLE public_key);
  Result<void> check_stays(CK_OBJECT_HANDLE private_key);

  CK_FUNCTION_LIST* p11_ = nullptr;  ///< set while the module is initialised
  CK_SESSION_HANDLE session_ = CK_INVALID_HANDLE;
};

/// A CK_EC_POINT: the 32 bytes themselves (PKCS#11 3.0 as published), or behind
/// the DER head of an OCTET STRING (before and since). Error: kKeyUnusable.
Result<PublicKey> public_key_from_point(ByteView point);

}  // namespace kiemphieu::crypto
