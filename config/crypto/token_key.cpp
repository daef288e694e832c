#include "config/crypto/token_key.h"

#include <mutex>
#include <optional>

#include "config/base/log.h"
#include "config/crypto/token_session.h"

namespace kiemphieu::crypto {
namespace {

constexpr std::string_view kTrial = "kiemphieu-key-trial-1";

class TokenSigner final : public Signer {
 public:
  TokenSigner(TokenPlace place, std::unique_ptr<TokenSession> session, const TokenKeyPair& key)
      : place_(std::move(place)), session_(std::move(session)), key_(key) {}

  Result<Signature> sign(ByteView message) override {
    const std::lock_guard lock{mutex_};
    if (session_) {
      auto signature = session_->sign(key_, message);
      if (signature) return signature;
      log_error("key_token_failed", signature.error());
      session_.reset();
    }
    KP_TRY_VOID(come_back());
    auto signature = session_->sign(key_, message);
    if (!signature) session_.reset();
    return signature;
  }

  Result<void> save(const std::filesystem::path& path) const override {
    return fail(ErrorCode::kKeyUnusable, path.string() + ": the private half never leaves its token");
  }

 private:
  /// Everything anew, as a token that was pulled out and put back needs it.
  Result<void> come_back() {
    if (pin_refused_) return *pin_refused_;
    auto session = TokenSession::open(place_, PinCare::kDaemon);
    if (!session && session.error().code == ErrorCode::kKeyPinRefused) {
      pin_refused_ = session.error();
      return *pin_refused_;
    }
    if (!session) return fail(ErrorCode::kKeyTokenGone, session.error().log_line());
    auto key = (*session)->find(place_.key_label);
    if (!key) return fail(ErrorCode::kKeyTokenGone, key.error().log_line());
    if (key->public_key != key_.public_key)
      return fail(ErrorCode::kKeyTokenGone, "another token: its key is " + key->public_key.hex());
    key_ = *key;
    session_ = *std::move(session);
    log_event(LogLevel::kInfo, "key_token_back", {{"token", place_.token_label}});
    return {};
  }

  TokenPlace place_;
  std::mutex mutex_;
  std::unique_ptr<TokenSession> session_;  ///< none while the token is away
  TokenKeyPair key_;
  std::optional<Error> pin_refused_;  ///< not tried again: a card locks itself after a few
};

Result<SigningKey> key_in(const TokenPlace& place, std::unique_ptr<TokenSession> session, const TokenKeyPair& key) {
  KP_TRY(const Signature trial, session->sign(key, as_bytes(kTrial)));
  static_cast<void>(trial);
  return SigningKey{key.public_key, std::make_unique<TokenSigner>(place, std::move(session), key)};
}

}  // namespace

Result<SigningKey> open_token_key(const TokenPlace& place) {
  KP_TRY(auto session, TokenSession::open(place, PinCare::kDaemon));
  auto key = session->find(place.key_label);
  if (!key && key.error().code == ErrorCode::kFileNotFound)
    return fail(ErrorCode::kKeyUnusable, key.error().evidence + " in token " + place.token_label + "; make it with kiemphieu key");
  if (!key) return std::move(key).error();
  return key_in(place, std::move(session), *key);
}

Result<SigningKey> make_token_key(const TokenPlace& place) {
  KP_TRY(auto session, TokenSession::open(place, PinCare::kTechnician));
  auto key = session->find(place.key_label);
  if (!key && key.error().code == ErrorCode::kFileNotFound) key = session->generate(place.key_label);
  if (!key) return std::move(key).error();
  return key_in(place, std::move(session), *key);
}

}  // namespace kiemphieu::crypto
