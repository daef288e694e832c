#include "sync/bundle/bundle.h"

#include <algorithm>
#include <optional>

#include "config/crypto/sha256.h"
#include "sync/wire/parcel.h"

namespace kiemphieu::bundle {
namespace {

constexpr std::string_view kMagic = "kiemphieu-bundle-1";
constexpr std::size_t kDigestBytes = 32;

Error damaged(std::string what) { return fail(ErrorCode::kBundleDamaged, std::move(what)); }

void put_number(Bytes& bytes, std::uint64_t value, int size) {
  for (int i = size - 1; i >= 0; --i) bytes.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

void put(Bytes& bytes, ByteView more) { bytes.insert(bytes.end(), more.begin(), more.end()); }

/// Takes fields from the front; remembers that one was missing.
class Source {
 public:
  explicit Source(ByteView rest) : rest_(rest) {}
  ByteView take(std::size_t size) {
    if (size > rest_.size()) short_ = true;
    const ByteView taken = rest_.first(short_ ? 0 : size);
    rest_ = rest_.subspan(taken.size());
    return taken;
  }
  std::uint64_t number(std::size_t size) {
    std::uint64_t value = 0;
    for (const std::uint8_t byte : take(size)) value = value << 8U | byte;
    return value;
  }
  bool is_short() const { return short_; }
  bool at_end() const { return rest_.empty(); }

 private:
  ByteView rest_;
  bool short_ = false;
};

/// What the records in front of the next one say about it.
class Follower {
 public:
  /// Error: kWireInvalid.
  Result<void> take(ByteView record) {
    KP_TRY(wire::Envelope envelope, wire::decode(record));
    const std::string place = "record " + std::to_string(envelope.sequence);
    if (!head_) {
      head_ = Head{envelope.station, envelope.election, envelope.sequence, envelope.sequence};
    } else {
      if (envelope.station != head_->station) return fail(ErrorCode::kWireInvalid, place + " of another station");
      if (envelope.election != head_->election) return fail(ErrorCode::kWireInvalid, place + " of another election");
      if (envelope.sequence != head_->last + 1)
        return fail(ErrorCode::kWireInvalid, place + " stands behind " + std::to_string(head_->last));
      if (envelope.previous != last_) return fail(ErrorCode::kWireInvalid, place + " continues another record");
      ++head_->last;
    }
    last_ = wire::record_digest(record);
    return {};
  }
  const std::optional<Head>& head() const { return head_; }

 private:
  std::optional<Head> head_;
  Digest last_;
};

/// The records, as many in a parcel as go into one.
std::vector<Bytes> parcels_of(const std::vector<Bytes>& envelopes) {
  std::vector<Bytes> parcels, group;
  std::size_t bytes = 0;
  for (const Bytes& envelope : envelopes) {
    const std::size_t more = envelope.size() + 4;
    if (!group.empty() && (group.size() == wire::kMaxBatchRecords || bytes + more > wire::kMaxBatchBytes)) {
      parcels.push_back(wire::encode_parcel(group));
      group.clear();
      bytes = 0;
    }
    group.push_back(envelope);
    bytes += more;
  }
  parcels.push_back(wire::encode_parcel(group));
  return parcels;
}

Result<Bundle> take_apart(ByteView file) {
  Source source{file.first(file.size() - kDigestBytes)};
  source.take(kMagic.size());
  Bundle bundle;
  bundle.head.station = as_text(source.take(source.number(1)));
  const ByteView election = source.take(kDigestBytes);
  bundle.head.first = source.number(8);
  bundle.head.last = source.number(8);
  const std::uint64_t records = source.number(4), parcels = source.number(4);
  if (source.is_short()) return damaged("the head is cut short");
  KP_TRY(bundle.head.election, Digest::from_bytes(election));
  if (bundle.head.first == 0 || bundle.head.last < bundle.head.first || records == 0 || bundle.head.last - bundle.head.first != records - 1)
    return damaged("the head counts " + std::to_string(records) + " records");
  for (std::uint64_t i = 0; i < parcels; ++i) {
    bundle.parcels.push_back(source.take(source.number(4)));
    if (source.is_short()) return damaged("parcel " + std::to_string(i + 1) + " is cut short");
  }
  if (!source.at_end()) return damaged("something stands behind the parcels");
  return bundle;
}

/// Every record in order; a parcel is unpacked when its turn comes.
Result<void> each_bytes(const Bundle& bundle, const std::function<Result<void>(ByteView)>& each) {
  for (const ByteView parcel : bundle.parcels) {
    KP_TRY(const Bytes batch, wire::open_parcel(parcel));
    KP_TRY(const auto records, wire::decode_batch(batch));
    for (const ByteView record : records) KP_TRY_VOID(each(record));
  }
  return {};
}

}  // namespace

bool is_bundle(ByteView bytes) { return as_text(bytes).starts_with(kMagic); }

Result<Bytes> encode(const std::vector<Bytes>& envelopes) {
  Follower follower;
  for (const Bytes& envelope : envelopes) KP_TRY_VOID(follower.take(envelope));
  if (!follower.head()) return fail(ErrorCode::kWireInvalid, "no records");
  const Head& head = *follower.head();
  const auto parcels = parcels_of(envelopes);
  Bytes file(kMagic.begin(), kMagic.end());
  put_number(file, head.station.size(), 1);
  put(file, as_bytes(head.station));
  put(file, head.election.view());
  put_number(file, head.first, 8);
  put_number(file, head.last, 8);
  put_number(file, envelopes.size(), 4);
  put_number(file, parcels.size(), 4);
  for (const Bytes& parcel : parcels) {
    put_number(file, parcel.size(), 4);
    put(file, parcel);
  }
  put(file, crypto::sha256(file).view());
  if (file.size() > kMaxFileBytes) return fail(ErrorCode::kBundleTooLarge, std::to_string(file.size()) + " bytes");
  return file;
}

Result<Bundle> open(ByteView file) {
  if (file.size() > kMaxFileBytes) return fail(ErrorCode::kBundleTooLarge, std::to_string(file.size()) + " bytes");
  if (!is_bundle(file)) return damaged("not a bundle of version 1");
  if (file.size() < kMagic.size() + kDigestBytes) return damaged("the head is cut short");
  // First of all: a file that the stick lost a part of says so, and nothing else.
  const ByteView said = file.last(kDigestBytes);
  if (!std::ranges::equal(crypto::sha256(file.first(file.size() - kDigestBytes)).bytes, said)) return damaged("its digest is not right");
  KP_TRY(Bundle bundle, take_apart(file));
  Follower follower;
  const auto looked = each_bytes(bundle, [&](ByteView record) { return follower.take(record); });
  if (!looked) return damaged(looked.error().evidence);
  if (follower.head() != bundle.head) return damaged("the head is of other records");
  return bundle;
}

Result<void> each_record(const Bundle& bundle, const std::function<Result<void>(const wire::Envelope&)>& each) {
  return each_bytes(bundle, [&](ByteView record) -> Result<void> {
    KP_TRY(const wire::Envelope envelope, wire::decode(record));
    return each(envelope);
  });
}

}  // namespace kiemphieu::bundle
