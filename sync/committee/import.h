#pragma once
/// Records that came on a stick or in QR codes, brought in by somebody at the committee
/// (docs/paths.md). Each record's own signature is the authority, so nobody signs in; the requests
/// are taken from this machine alone. The records go to the same Receiver as over the network.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "config/election/election.h"
#include "sync/committee/receiver.h"
#include "sync/http/server.h"

namespace kiemphieu::committee {

/// Pictures of telephones, and bundles of any evening; larger ones come by `kiemphieu bundle send`.
inline constexpr std::size_t kMaxImportBytes = 24U << 20U;

/// What became of the records of one station.
struct StationImport {
  std::string station;
  std::uint64_t records = 0;       ///< in what was brought in
  std::uint64_t accepted = 0;      ///< new, and durable
  std::uint64_t known = 0;         ///< byte for byte the same was there
  std::uint64_t refused = 0;       ///< the first that was not taken, and those behind it
  std::uint64_t acknowledged = 0;  ///< everything of the station up to here is durable
  std::optional<Error> error;      ///< why
};

/// Hands a batch of `sender`'s records over and is durable when it returns. May be called on any
/// thread. A failed Result is our own storage.
using Receive = std::function<Result<Receipt>(const std::string& sender, ByteView batch)>;

/// The records of a parcel by station, in order. Errors: kWireInvalid (no parcel, or something in
/// it is no record: nothing was handed over), and those of `receive`.
Result<std::vector<StationImport>> import_parcel(ByteView parcel, const Receive& receive);

/// The same for a bundle; ends at the first refused record. Errors: as bundle::open() too.
Result<StationImport> import_bundle(ByteView file, const Receive& receive);

/// Answers the operators' POSTs: /api/v1/parcels (a parcel or a bundle), /api/v1/codes (text: joins
/// and takes in; a picture: only reads it). docs/formats/committee-openapi.yaml.
class Imports {
 public:
  /// `election` must outlive it.
  Imports(const election::Election& election, Receive receive) : election_(&election), receive_(std::move(receive)) {}
  http::Response answer(const http::Request& request) const;

 private:
  Result<http::Response> take_parcel(const http::Request& request) const;
  Result<http::Response> take_texts(const http::Request& request) const;
  std::string stations_json(const std::vector<StationImport>& stations) const;
  std::string sentence(const StationImport& station) const;

  const election::Election* election_;
  Receive receive_;
};

}  // namespace kiemphieu::committee
