#include "sync/bundle/signatures.h"

#include <algorithm>
#include <optional>

#include "sync/wire/body.h"

namespace kiemphieu::bundle {
namespace {

bool signed_by(const wire::Envelope& envelope, const crypto::PublicKey& key) {
  return crypto::verify(key, wire::signed_bytes(envelope), envelope.signature);
}

/// The key that a take-over gives the station from this record on.
Result<crypto::PublicKey> new_signer(const wire::Envelope& envelope, const Keys& keys) {
  KP_TRY(const wire::TakeOver request, wire::decode_take_over(envelope.body));
  KP_TRY(const crypto::PublicKey key, crypto::PublicKey::from_hex(request.public_key_hex));
  if (!keys.spares.contains(key) && key != keys.stations.at(envelope.station))
    return fail(ErrorCode::kStationNotAuthorised, "key " + key.hex() + " is not of a spare machine");
  return key;
}

}  // namespace

Result<void> check_signatures(const Bundle& bundle, const Keys& keys) {
  const auto own = keys.stations.find(bundle.head.station);
  if (own == keys.stations.end()) return fail(ErrorCode::kStationNotAuthorised, bundle.head.station);
  std::optional<crypto::PublicKey> signer;
  if (bundle.head.first == 1) signer = own->second;
  return each_record(bundle, [&](const wire::Envelope& envelope) -> Result<void> {
    if (envelope.kind == wire::TakeOver::kKind) {
      KP_TRY(signer, new_signer(envelope, keys));
    } else if (!signer) {
      const auto spare = std::ranges::find_if(keys.spares, [&](const auto& key) { return signed_by(envelope, key); });
      signer = spare == keys.spares.end() ? own->second : *spare;
    }
    if (signed_by(envelope, *signer)) return {};
    return fail(ErrorCode::kSignatureInvalid, "record " + std::to_string(envelope.sequence));
  });
}

}  // namespace kiemphieu::bundle
