#include "config/crypto/token_session.h"

#include <dlfcn.h>
#include <sodium.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "config/storage/files.h"

namespace kiemphieu::crypto {
namespace {

constexpr std::size_t kPinLimit = 256;
constexpr CK_ULONG kMaxTokens = 64;

/// The curve of Ed25519 as modules take it: the object identifier of RFC 8410
/// (PKCS#11 3.1), the name of PKCS#11 3.0.
constexpr std::array<std::uint8_t, 5> kCurveId = {0x06, 0x03, 0x2b, 0x65, 0x70};
constexpr std::array<std::uint8_t, 14> kCurveName = {0x13, 0x0c, 'e', 'd', 'w', 'a', 'r', 'd', 's', '2', '5', '5', '1', '9'};

std::string code_of(CK_RV rv) {
  char text[32];
  std::snprintf(text, sizeof text, "CKR 0x%03lx", rv);
  return text;
}

Error gone(std::string_view call, CK_RV rv) {
  return fail(ErrorCode::kKeyTokenGone, std::string{call} + ": " + code_of(rv));
}

/// PKCS#11 pads a label with blanks and ends it with nothing.
std::string label_of(const CK_TOKEN_INFO& token) {
  std::string label(reinterpret_cast<const char*>(token.label), sizeof token.label);
  label.erase(label.find_last_not_of(' ') + 1);
  return label;
}

CK_ATTRIBUTE attribute(CK_ATTRIBUTE_TYPE type, const void* value, std::size_t size) {
  return {type, const_cast<void*>(value), size};  // the interface knows no const; templates are only read
}

Result<Bytes> read_pin(const std::filesystem::path& path) {
  KP_TRY(Bytes pin, storage::read_private_file(path, kPinLimit));
  while (!pin.empty() && (pin.back() == '\n' || pin.back() == '\r')) pin.pop_back();
  if (pin.empty()) return fail(ErrorCode::kKeyUnusable, path.string() + ": no PIN in it");
  return pin;
}

Result<void> check_tries(CK_FLAGS flags, PinCare care) {
  if ((flags & CKF_USER_PIN_LOCKED) != 0) return fail(ErrorCode::kKeyPinRefused, "the token has locked its PIN");
  if ((flags & CKF_USER_PIN_FINAL_TRY) != 0)
    return fail(ErrorCode::kKeyPinRefused, "one try is left before the token locks itself; it is not used up here");
  if (care == PinCare::kDaemon && (flags & CKF_USER_PIN_COUNT_LOW) != 0)
    return fail(ErrorCode::kKeyPinRefused, "a wrong PIN was tried before; it is not tried again by itself");
  return {};
}

}  // namespace

Result<PublicKey> public_key_from_point(ByteView point) {
  PublicKey key;
  constexpr std::size_t kHead = 2;
  const bool is_octet_string =
      point.size() == key.bytes.size() + kHead && point[0] == 0x04 && point[1] == key.bytes.size();
  if (is_octet_string) point = point.subspan(kHead);
  if (point.size() != key.bytes.size()) return fail(ErrorCode::kKeyUnusable, "the token's public half is not of Ed25519");
  std::ranges::copy(point, key.bytes.begin());
  return key;
}

TokenSession::~TokenSession() {
  if (p11_ == nullptr) return;
  if (session_ != CK_INVALID_HANDLE) {
    p11_->C_Logout(session_);
    p11_->C_CloseSession(session_);
  }
  p11_->C_Finalize(nullptr);
}

Result<std::unique_ptr<TokenSession>> TokenSession::open(const TokenPlace& place, PinCare care) {
  std::unique_ptr<TokenSession> made{new TokenSession};
  KP_TRY_VOID(made->initialise(place.module));
  KP_TRY(const CK_SLOT_ID slot, made->find_slot(place.token_label));
  CK_TOKEN_INFO token{};
  if (const CK_RV rv = made->p11_->C_GetTokenInfo(slot, &token); rv != CKR_OK) return gone("C_GetTokenInfo", rv);
  KP_TRY_VOID(check_tries(token.flags, care));
  const CK_FLAGS flags = CKF_SERIAL_SESSION | (care == PinCare::kTechnician ? CKF_RW_SESSION : 0UL);
  if (const CK_RV rv = made->p11_->C_OpenSession(slot, flags, nullptr, nullptr, &made->session_); rv != CKR_OK) {
    made->session_ = CK_INVALID_HANDLE;
    return gone("C_OpenSession", rv);
  }
  KP_TRY_VOID(made->log_in(place.pin_file));
  return made;
}

Result<void> TokenSession::initialise(const std::filesystem::path& module) {
  // Never unloaded: modules leave threads and exit handlers behind.
  void* library = ::dlopen(module.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return fail(ErrorCode::kKeyUnusable, std::string{"PKCS#11 module: "} + ::dlerror());
  const auto get = reinterpret_cast<CK_C_GetFunctionList>(::dlsym(library, "C_GetFunctionList"));
  CK_FUNCTION_LIST* functions = nullptr;
  if (get == nullptr || get(&functions) != CKR_OK || functions == nullptr)
    return fail(ErrorCode::kKeyUnusable, module.string() + ": not a PKCS#11 module");
  CK_C_INITIALIZE_ARGS arguments{};
  arguments.flags = CKF_OS_LOCKING_OK;
  const CK_RV rv = functions->C_Initialize(&arguments);
  if (rv == CKR_CRYPTOKI_ALREADY_INITIALIZED)
    return fail(ErrorCode::kKeyUnusable, module.string() + ": this program uses the module already");
  if (rv != CKR_OK) return fail(ErrorCode::kKeyTokenGone, module.string() + ": C_Initialize: " + code_of(rv));
  p11_ = functions;
  return {};
}

Result<CK_SLOT_ID> TokenSession::find_slot(const std::string& token_label) {
  CK_ULONG count = 0;
  if (const CK_RV rv = p11_->C_GetSlotList(CK_TRUE, nullptr, &count); rv != CKR_OK) return gone("C_GetSlotList", rv);
  count = std::min(count, kMaxTokens);
  std::vector<CK_SLOT_ID> slots(count);
  if (const CK_RV rv = p11_->C_GetSlotList(CK_TRUE, slots.data(), &count); rv != CKR_OK) return gone("C_GetSlotList", rv);
  slots.resize(std::min<std::size_t>(slots.size(), count));
  std::vector<CK_SLOT_ID> found;
  for (const CK_SLOT_ID slot : slots) {
    CK_TOKEN_INFO token{};
    if (p11_->C_GetTokenInfo(slot, &token) == CKR_OK && label_of(token) == token_label) found.push_back(slot);
  }
  if (found.empty()) return fail(ErrorCode::kKeyTokenGone, "no token is labelled " + token_label);
  if (found.size() > 1) return fail(ErrorCode::kKeyUnusable, "several tokens are labelled " + token_label);
  return found.front();
}

Result<void> TokenSession::log_in(const std::filesystem::path& pin_file) {
  KP_TRY(Bytes pin, read_pin(pin_file));
  const CK_RV rv = p11_->C_Login(session_, CKU_USER, pin.data(), pin.size());
  sodium_memzero(pin.data(), pin.size());
  if (rv == CKR_OK || rv == CKR_USER_ALREADY_LOGGED_IN) return {};
  const bool refused = rv == CKR_PIN_INCORRECT || rv == CKR_PIN_INVALID || rv == CKR_PIN_LEN_RANGE ||
                       rv == CKR_PIN_EXPIRED || rv == CKR_PIN_LOCKED || rv == CKR_USER_PIN_NOT_INITIALIZED;
  if (refused) return fail(ErrorCode::kKeyPinRefused, pin_file.string() + ": " + code_of(rv));
  return gone("C_Login", rv);
}

Result<CK_OBJECT_HANDLE> TokenSession::find_object(CK_OBJECT_CLASS kind, const std::string& label) {
  CK_KEY_TYPE type = CKK_EC_EDWARDS;
  CK_ATTRIBUTE wanted[] = {attribute(CKA_CLASS, &kind, sizeof kind), attribute(CKA_KEY_TYPE, &type, sizeof type),
                           attribute(CKA_LABEL, label.data(), label.size())};
  if (const CK_RV rv = p11_->C_FindObjectsInit(session_, wanted, std::size(wanted)); rv != CKR_OK)
    return gone("C_FindObjectsInit", rv);
  CK_OBJECT_HANDLE found[2] = {};
  CK_ULONG count = 0;
  const CK_RV rv = p11_->C_FindObjects(session_, found, std::size(found), &count);
  p11_->C_FindObjectsFinal(session_);
  if (rv != CKR_OK) return gone("C_FindObjects", rv);
  if (count == 0) return fail(ErrorCode::kFileNotFound, "no Ed25519 key is labelled " + label);
  if (count > 1) return fail(ErrorCode::kKeyUnusable, "several keys are labelled " + label);
  return found[0];
}

Result<PublicKey> TokenSession::point_of(CK_OBJECT_HANDLE public_key) {
  std::array<std::uint8_t, 128> bytes{};
  CK_ATTRIBUTE point = attribute(CKA_EC_POINT, bytes.data(), bytes.size());
  if (const CK_RV rv = p11_->C_GetAttributeValue(session_, public_key, &point, 1); rv != CKR_OK)
    return gone("C_GetAttributeValue", rv);
  return public_key_from_point(ByteView{bytes}.first(std::min<std::size_t>(point.ulValueLen, bytes.size())));
}

Result<void> TokenSession::check_stays(CK_OBJECT_HANDLE private_key) {
  CK_BBOOL sensitive = CK_FALSE, extractable = CK_TRUE;
  CK_ATTRIBUTE asked[] = {attribute(CKA_SENSITIVE, &sensitive, sizeof sensitive),
                          attribute(CKA_EXTRACTABLE, &extractable, sizeof extractable)};
  if (const CK_RV rv = p11_->C_GetAttributeValue(session_, private_key, asked, std::size(asked)); rv != CKR_OK)
    return gone("C_GetAttributeValue", rv);
  if (sensitive == CK_TRUE && extractable == CK_FALSE) return {};
  return fail(ErrorCode::kKeyUnusable, "this key may leave the token; make one with another label");
}

Result<TokenKeyPair> TokenSession::find(const std::string& label) {
  KP_TRY(const CK_OBJECT_HANDLE private_key, find_object(CKO_PRIVATE_KEY, label));
  KP_TRY_VOID(check_stays(private_key));
  KP_TRY(const CK_OBJECT_HANDLE public_object, find_object(CKO_PUBLIC_KEY, label));
  KP_TRY(const PublicKey public_key, point_of(public_object));
  return TokenKeyPair{public_key, private_key};
}

Result<TokenKeyPair> TokenSession::generate(const std::string& label) {
  CK_MECHANISM mechanism{CKM_EC_EDWARDS_KEY_PAIR_GEN, nullptr, 0};
  CK_BBOOL yes = CK_TRUE, no = CK_FALSE;
  CK_ATTRIBUTE private_template[] = {
      attribute(CKA_TOKEN, &yes, sizeof yes),         attribute(CKA_PRIVATE, &yes, sizeof yes),
      attribute(CKA_SENSITIVE, &yes, sizeof yes),     attribute(CKA_EXTRACTABLE, &no, sizeof no),
      attribute(CKA_SIGN, &yes, sizeof yes),          attribute(CKA_LABEL, label.data(), label.size()),
      attribute(CKA_ID, label.data(), label.size())};
  CK_RV rv = CKR_OK;
  for (const ByteView curve : {ByteView{kCurveId}, ByteView{kCurveName}}) {
    CK_ATTRIBUTE public_template[] = {
        attribute(CKA_TOKEN, &yes, sizeof yes), attribute(CKA_VERIFY, &yes, sizeof yes),
        attribute(CKA_EC_PARAMS, curve.data(), curve.size()), attribute(CKA_LABEL, label.data(), label.size()),
        attribute(CKA_ID, label.data(), label.size())};
    CK_OBJECT_HANDLE public_key = CK_INVALID_HANDLE, private_key = CK_INVALID_HANDLE;
    rv = p11_->C_GenerateKeyPair(session_, &mechanism, public_template, std::size(public_template), private_template,
                                 std::size(private_template), &public_key, &private_key);
    if (rv == CKR_OK) return find(label);
  }
  if (rv == CKR_DEVICE_REMOVED || rv == CKR_TOKEN_NOT_PRESENT) return gone("C_GenerateKeyPair", rv);
  return fail(ErrorCode::kKeyUnusable, "the token makes no Ed25519 key: " + code_of(rv));
}

Result<Signature> TokenSession::sign(const TokenKeyPair& key, ByteView message) {
  CK_MECHANISM mechanism{CKM_EDDSA, nullptr, 0};
  if (const CK_RV rv = p11_->C_SignInit(session_, &mechanism, key.private_key); rv != CKR_OK) return gone("C_SignInit", rv);
  Signature signature;
  CK_ULONG size = signature.bytes.size();
  const CK_RV rv = p11_->C_Sign(session_, const_cast<CK_BYTE*>(message.data()), message.size(), signature.bytes.data(), &size);
  if (rv != CKR_OK) return gone("C_Sign", rv);
  if (size != signature.bytes.size() || !verify(key.public_key, message, signature))
    return fail(ErrorCode::kKeyTokenGone, "the token's signature does not verify");
  return signature;
}

}  // namespace kiemphieu::crypto
