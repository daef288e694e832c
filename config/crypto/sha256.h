#pragma once
/// SHA-256 (FIPS 180-4) by OpenSSL, which uses the processor's SHA instructions.

#include <memory>

#include "config/base/bytes.h"
#include "config/base/digest.h"

namespace kiemphieu::crypto {

Digest sha256(ByteView bytes);

/// Incremental hashing: update() any number of times, then finish() once.
/// One thread at a time.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;

  Sha256& update(ByteView bytes);
  Digest finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace kiemphieu::crypto
