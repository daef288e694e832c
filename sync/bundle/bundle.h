#pragma once
/// Records of one station as a file on a stick: parcels one behind the other, with a head and a
/// digest at its end. Bytes, limits and a worked example: docs/formats/bundle.md. Pure: who calls
/// reads and writes the file.
///
/// The file carries no authority, its records are signed; the digest finds what a stick lost.

#include <functional>
#include <string>
#include <vector>

#include "config/base/digest.h"
#include "config/base/result.h"
#include "sync/wire/envelope.h"

namespace kiemphieu::bundle {

/// An evening of the largest station has less than one of them.
inline constexpr std::size_t kMaxFileBytes = 64U << 20U;

struct Head {
  std::string station;
  Digest election;
  std::uint64_t first = 0, last = 0;  ///< sequences; a bundle has no gap
  std::uint64_t records() const { return last - first + 1; }
  bool operator==(const Head&) const = default;
};

/// `envelopes`: one station's and one election's, in order and without a gap, one at least.
/// Errors: kWireInvalid when they are not, kBundleTooLarge.
Result<Bytes> encode(const std::vector<Bytes>& envelopes);

/// A bundle that was looked through. Its views live as long as the file's bytes.
struct Bundle {
  Head head;
  std::vector<ByteView> parcels;  ///< each as wire::open_parcel() takes it
};

/// Checks everything but signatures: form, digest, every record of the head's station and
/// election, sequences without a gap, each record tied to the one before it. Unpacks one parcel at
/// a time. Errors: kBundleDamaged (evidence: what and where), kBundleTooLarge.
Result<Bundle> open(ByteView file);

/// Calls `each` for every record in order until it fails. Errors: as open(), and `each`'s own.
Result<void> each_record(const Bundle& bundle, const std::function<Result<void>(const wire::Envelope&)>& each);

/// Whether the bytes begin as a bundle does.
bool is_bundle(ByteView bytes);

}  // namespace kiemphieu::bundle
