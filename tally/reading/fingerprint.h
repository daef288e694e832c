#pragma once
/// What makes one struck and stamped sheet of paper unlike any other: where
/// exactly the pen went over the names and how the seal came down, in the
/// form's own frame. Scanning it again, askew, upside-down or paler, gives
/// nearly the same; another ballot struck the same way does not.
///
/// It says no more than the sheet's picture and stays where the picture stays:
/// on the station. How alike two are: tally/papers/papers.h.

#include <array>
#include <cstdint>
#include <optional>
#include <span>

namespace kiemphieu::reading {

struct Fingerprint {
  static constexpr int kLines = 7, kColumns = 16, kSealCells = 16;
  static constexpr std::size_t kBytes = 1 + kLines + kLines * kColumns + kSealCells * kSealCells / 2;
  using Bytes = std::array<std::uint8_t, kBytes>;

  /// A name line with ink; the first seven of a ballot.
  struct Line {
    std::uint8_t number = 0;  ///< of the template's name lines, from 1; 0: no line
    /// The ink's middle row in each sixteenth of the field, tenths of a millimetre
    /// below the field's upper edge, plus one; 0: no ink there.
    std::array<std::uint8_t, kColumns> rows{};
  };
  std::array<Line, kLines> lines{};
  /// Red ink in the seal's zone by row and column, 0 to 15 of the fullest cell. All 0: no seal, or a gray scan.
  std::array<std::uint8_t, kSealCells * kSealCells> seal{};

  /// Neither pen nor seal: nothing to recognise the paper by.
  bool empty() const;

  /// For the station's own memory. nullopt: bytes of another version, or impossible ones.
  Bytes to_bytes() const;
  static std::optional<Fingerprint> from_bytes(std::span<const std::uint8_t> bytes);
};

}  // namespace kiemphieu::reading
