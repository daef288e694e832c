#pragma once
/// The one-time code by which a machine is enrolled: a person carries it on paper
/// and types it. Pure but for new_code().
///
/// 30 characters in six groups of five, "7K3QD-9HX0M-…": 16 tell which committee
/// (80 bits of the SHA-256 of its ca.pem), 12 are the secret (60 bits), 2 are checks
/// (a Reed-Solomon code over GF(32)): any one or two wrong characters, and any two
/// that changed places, are found.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "config/base/digest.h"
#include "config/base/result.h"

namespace kiemphieu::enrol {

inline constexpr std::size_t kCodeLetters = 30;
inline constexpr std::size_t kAuthorityLetters = 16;  ///< five bits each
inline constexpr std::size_t kSecretLetters = 12;

class Code {
 public:
  /// A new secret for machines that are to meet the authority of this fingerprint.
  static Code make(const Digest& authority);
  /// As a person types it: capitals or not, with or without hyphens and spaces, O for
  /// 0, I or L for 1. Error: kEnrolCodeMistyped, naming the group to look at first.
  static Result<Code> parse(std::string_view text);

  /// Whether the certificate of this fingerprint is the committee's that made the code.
  bool is_of(const Digest& authority) const;
  /// Six groups of five, for paper.
  std::string text() const;
  /// The 30 letters without hyphens: what travels and what is hashed.
  std::string letters() const;

  bool operator==(const Code&) const = default;

 private:
  std::array<std::uint8_t, kCodeLetters> values_{};
};

}  // namespace kiemphieu::enrol
