#pragma once
/// The signed record that goes from a station to the committee, by network or
/// on any other way: the receiver treats all the same. Bytes, limits and a
/// worked example: docs/formats/wire.md. Pure: no clock, no file, no network.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "config/base/digest.h"
#include "config/crypto/signing.h"

namespace kiemphieu::wire {

inline constexpr std::size_t kMaxStationBytes = 64;
inline constexpr std::size_t kMaxKindBytes = 32;
inline constexpr std::size_t kMaxBodyBytes = 64U << 10U;
/// The largest envelope there can be.
inline constexpr std::size_t kMaxEnvelopeBytes = 256 + kMaxStationBytes + kMaxKindBytes + kMaxBodyBytes;

struct Envelope {
  std::string station;         ///< 1 to 64 of [A-Za-z0-9._-]
  Digest election;             ///< of the definition the station works by
  std::uint64_t sequence = 0;  ///< from 1, without gaps
  Digest previous;             ///< record_digest() of the record before; all zero for the first
  std::string kind;            ///< "status", "batch_total"
  std::string body;            ///< canonical JSON, see wire/body.h
  crypto::Signature signature;

  bool operator==(const Envelope&) const = default;
};

/// The exact bytes that are signed, and the message as it travels: those bytes
/// and the signature behind them.
Bytes signed_bytes(const Envelope& envelope);
Bytes encode(const Envelope& envelope);

/// The envelope with its signature set. Errors: as SigningKey::sign().
Result<Envelope> sign(Envelope envelope, const crypto::SigningKey& key);

/// Takes one whole envelope; trailing bytes are an error. Checks form and
/// limits only. Error: kWireInvalid.
Result<Envelope> decode(ByteView bytes);

/// What the next record refers to: SHA-256 of the whole message, signature included.
Digest record_digest(ByteView encoded);

/// Where a station's chain stands at the receiver.
struct ChainHead {
  std::uint64_t sequence = 0;  ///< of the last record; 0 = none yet
  Digest digest;               ///< its record_digest()
};

/// That `envelope` is signed by `key` and comes next after `head`. Errors:
/// kSignatureInvalid, kWireGap (a record before it is missing), kWireFork (its
/// number was given before, or it continues another record than head's).
Result<void> verify(const Envelope& envelope, const crypto::PublicKey& key, const ChainHead& head);

/// Several envelopes in one message, each with its length before it.
Bytes encode_batch(const std::vector<Bytes>& envelopes);
inline constexpr std::size_t kMaxBatchRecords = 256;
inline constexpr std::size_t kMaxBatchBytes = 1U << 20U;
/// Views into `bytes`. Error: kWireInvalid.
Result<std::vector<ByteView>> decode_batch(ByteView bytes);

}  // namespace kiemphieu::wire
