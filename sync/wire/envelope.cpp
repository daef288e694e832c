#include "sync/wire/envelope.h"

#include <algorithm>

#include "config/base/check.h"
#include "config/base/text.h"
#include "config/crypto/sha256.h"

namespace kiemphieu::wire {
namespace {

/// First bytes of every envelope: no signature of ours over anything else
/// begins with them, and a later version changes the digit.
constexpr std::string_view kMagic = "kiemphieu-wire-1";

bool is_name_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
         c == '-';
}
bool is_name(std::string_view text, std::size_t max) {
  return !text.empty() && text.size() <= max && std::ranges::all_of(text, is_name_char);
}

void put(Bytes& out, ByteView bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); }
void put_number(Bytes& out, std::uint64_t value, int bytes) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8)
    out.push_back(static_cast<std::uint8_t>(value >> shift));
}

/// Takes bytes from the front; nothing else looks at them.
class Reader {
 public:
  explicit Reader(ByteView bytes) : rest_(bytes) {}

  Result<ByteView> take(std::size_t count, std::string_view what) {
    if (rest_.size() < count) return fail(ErrorCode::kWireInvalid, "cut short in " + std::string{what});
    const ByteView taken = rest_.first(count);
    rest_ = rest_.subspan(count);
    return taken;
  }
  Result<std::uint64_t> number(std::size_t bytes, std::string_view what) {
    KP_TRY(const ByteView raw, take(bytes, what));
    std::uint64_t value = 0;
    for (const std::uint8_t byte : raw) value = value << 8U | byte;
    return value;
  }
  Result<std::string> text(std::size_t length_bytes, std::size_t max, std::string_view what) {
    KP_TRY(const std::uint64_t length, number(length_bytes, what));
    if (length > max) return fail(ErrorCode::kWireInvalid, std::string{what} + " too long");
    KP_TRY(const ByteView raw, take(static_cast<std::size_t>(length), what));
    return std::string{as_text(raw)};
  }
  bool at_end() const { return rest_.empty(); }

 private:
  ByteView rest_;
};

Result<void> check_fields(const Envelope& envelope) {
  if (!is_name(envelope.station, kMaxStationBytes))
    return fail(ErrorCode::kWireInvalid, "station: not a name");
  if (!is_name(envelope.kind, kMaxKindBytes)) return fail(ErrorCode::kWireInvalid, "kind: not a name");
  // SQLite's integers are signed.
  if (envelope.sequence == 0 || envelope.sequence > static_cast<std::uint64_t>(INT64_MAX))
    return fail(ErrorCode::kWireInvalid, "sequence: out of range");
  if ((envelope.sequence == 1) != (envelope.previous == Digest{}))
    return fail(ErrorCode::kWireInvalid, "previous: zero in the first record and there only");
  if (envelope.body.empty() || envelope.body.size() > kMaxBodyBytes || !is_clean_utf8(envelope.body))
    return fail(ErrorCode::kWireInvalid, "body: 1 to 65536 bytes of UTF-8 without control characters");
  return {};
}

}  // namespace

Bytes signed_bytes(const Envelope& envelope) {
  KP_CHECK(check_fields(envelope).has_value());
  Bytes out;
  put(out, as_bytes(kMagic));
  put_number(out, envelope.station.size(), 1);
  put(out, as_bytes(envelope.station));
  put(out, envelope.election.view());
  put_number(out, envelope.sequence, 8);
  put(out, envelope.previous.view());
  put_number(out, envelope.kind.size(), 1);
  put(out, as_bytes(envelope.kind));
  put_number(out, envelope.body.size(), 4);
  put(out, as_bytes(envelope.body));
  return out;
}

Bytes encode(const Envelope& envelope) {
  Bytes out = signed_bytes(envelope);
  put(out, envelope.signature.bytes);
  return out;
}

Result<Envelope> sign(Envelope envelope, const crypto::SigningKey& key) {
  KP_TRY(envelope.signature, key.sign(signed_bytes(envelope)));
  return envelope;
}

Result<Envelope> decode(ByteView bytes) {
  Reader reader{bytes};
  Envelope envelope;
  KP_TRY(const ByteView magic, reader.take(kMagic.size(), "format"));
  if (as_text(magic) != kMagic) return fail(ErrorCode::kWireInvalid, "not an envelope of version 1");
  KP_TRY(envelope.station, reader.text(1, kMaxStationBytes, "station"));
  KP_TRY(const ByteView election, reader.take(32, "election"));
  KP_TRY(envelope.election, Digest::from_bytes(election));
  KP_TRY(envelope.sequence, reader.number(8, "sequence"));
  KP_TRY(const ByteView previous, reader.take(32, "previous"));
  KP_TRY(envelope.previous, Digest::from_bytes(previous));
  KP_TRY(envelope.kind, reader.text(1, kMaxKindBytes, "kind"));
  KP_TRY(envelope.body, reader.text(4, kMaxBodyBytes, "body"));
  KP_TRY(const ByteView signature, reader.take(64, "signature"));
  KP_TRY(envelope.signature, crypto::Signature::from_bytes(signature));
  if (!reader.at_end()) return fail(ErrorCode::kWireInvalid, "bytes behind the signature");
  KP_TRY_VOID(check_fields(envelope));
  return envelope;
}

Digest record_digest(ByteView encoded) { return crypto::sha256(encoded); }

Result<void> verify(const Envelope& envelope, const crypto::PublicKey& key, const ChainHead& head) {
  const std::string where = envelope.station + " record " + std::to_string(envelope.sequence);
  if (!crypto::verify(key, signed_bytes(envelope), envelope.signature))
    return fail(ErrorCode::kSignatureInvalid, where);
  if (envelope.sequence > head.sequence + 1)
    return fail(ErrorCode::kWireGap, where + ", expected " + std::to_string(head.sequence + 1));
  if (envelope.sequence <= head.sequence)
    return fail(ErrorCode::kWireFork,
                where + " is not new, the chain is at " + std::to_string(head.sequence));
  if (envelope.previous != head.digest)
    return fail(ErrorCode::kWireFork, where + " continues " + envelope.previous.short_hex() +
                                          ", the chain is at " + head.digest.short_hex());
  return {};
}

Bytes encode_batch(const std::vector<Bytes>& envelopes) {
  Bytes out;
  for (const Bytes& envelope : envelopes) {
    put_number(out, envelope.size(), 4);
    put(out, envelope);
  }
  return out;
}

Result<std::vector<ByteView>> decode_batch(ByteView bytes) {
  if (bytes.size() > kMaxBatchBytes) return fail(ErrorCode::kWireInvalid, "batch: too large");
  Reader reader{bytes};
  std::vector<ByteView> envelopes;
  while (!reader.at_end()) {
    if (envelopes.size() == kMaxBatchRecords) return fail(ErrorCode::kWireInvalid, "batch: too many records");
    KP_TRY(const std::uint64_t length, reader.number(4, "batch"));
    if (length > kMaxEnvelopeBytes) return fail(ErrorCode::kWireInvalid, "batch: a record is too large");
    KP_TRY(const ByteView envelope, reader.take(static_cast<std::size_t>(length), "batch"));
    envelopes.push_back(envelope);
  }
  if (envelopes.empty()) return fail(ErrorCode::kWireInvalid, "batch: empty");
  return envelopes;
}

}  // namespace kiemphieu::wire
