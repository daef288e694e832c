#pragma once
/// A spare machine goes on with a count from its mirror (docs/takeover.md).

#include "config/crypto/signing.h"
#include "config/election/election.h"
#include "firmware-host/mirror/medium.h"

namespace kiemphieu::mirror {

struct TakeOver {
  std::filesystem::path root;  ///< where the medium is mounted
  std::filesystem::path data;  ///< this machine's data folder: no journal in it
  std::string station;
  std::string code;            ///< from the head's envelope
  std::int64_t wall_unix_s = 0;
};

/// Puts the mirror's journal into the data folder as this machine's, in its name and
/// signed by `key` from here on, with the key of the pictures. The pictures stay where
/// they are; Mirror fetches them. Durable on return; interrupted at any point it may be
/// done again, and changes nothing on the medium. Errors: kTakeOverRefused (there is a
/// journal here), kMirrorMissing, kMirrorOther, kCodeWrong, kJournalBroken, storage codes.
Result<void> take_over(const TakeOver& request, const election::Election& election, const crypto::SigningKey& key);

}  // namespace kiemphieu::mirror
