#pragma once
/// Whose signatures the records in a bundle bear. Pure.

#include <map>
#include <set>

#include "config/crypto/signing.h"
#include "sync/bundle/bundle.h"

namespace kiemphieu::bundle {

/// The public keys that a committee knows (committee.toml).
struct Keys {
  std::map<std::string, crypto::PublicKey> stations;
  std::set<crypto::PublicKey> spares;  ///< may take any station over
};

/// That every record is signed by the station's machine, or by a spare one from its take-over on.
/// A bundle that does not begin at 1 may hold records of a machine that took over before it: the
/// first of them decides which. Errors: kStationNotAuthorised (a station or spare that the keys
/// have not), kSignatureInvalid (evidence: which record).
Result<void> check_signatures(const Bundle& bundle, const Keys& keys);

}  // namespace kiemphieu::bundle
