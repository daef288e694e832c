#pragma once
/// A parcel (sync/wire/parcel.h) as a few texts, each small enough for a QR code that a telephone
/// reads from paper or a screen, and the parcel back from such texts, however they came.
/// Bytes, limits and a worked example: docs/formats/codes.md. Pure: no clock, no file, no network.
///
/// The texts carry no authority: the records inside are signed. The check in each part and the
/// digest only find what was damaged or mixed on the way.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/base/bytes.h"
#include "config/base/result.h"

namespace kiemphieu::codes {

inline constexpr std::string_view kHead = "KIEMPHIEU1/";
/// A QR code of version 15 with correction level M (600 characters), which telephones still read from a picture
/// that a messenger made small (measured: docs/formats/codes.md).
inline constexpr std::size_t kMaxPartBytes = 370;
inline constexpr std::size_t kMaxParts = 60;
inline constexpr std::size_t kMaxDigestDigits = 16;
/// The longest text that find_parts() takes: far more than all codes of a station.
inline constexpr std::size_t kMaxTextBytes = 1U << 20U;

/// One text, taken apart and found whole.
struct Part {
  std::string parcel;  ///< the first 16 digits of the parcel's SHA-256, upper case
  std::uint32_t number = 1, of = 1;
  Bytes bytes;
  bool operator==(const Part&) const = default;
};

/// The texts of a parcel, in order. Errors: kCodesTooMany (more than `max_parts`, at most kMaxParts).
Result<std::vector<std::string>> cut(ByteView parcel, std::size_t max_parts);

/// Every whole part in `text`, in order, repeats too; whatever stands around and between them is
/// passed over, and so are line breaks and blanks inside. A damaged part is none.
std::vector<Part> find_parts(std::string_view text);

/// What is there of one parcel.
struct Gathered {
  std::string parcel;  ///< as in Part
  std::uint32_t of = 1;
  std::vector<std::uint32_t> missing;   ///< numbers, rising
  std::optional<Bytes> bytes;           ///< the parcel, when nothing is missing and its digest is right
  bool contradiction = false;           ///< parts of one number differ, or all together are not the parcel
  /// "thiếu mã 2 và 4 của 5" or "Missing: code 2 and 4 of 5"; "" when it is whole.
  std::string words(Language language) const;
};

/// The parcels that `parts` belong to, in the order in which they first appear.
std::vector<Gathered> join(const std::vector<Part>& parts);

}  // namespace kiemphieu::codes
