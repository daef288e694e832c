#include "tally/reading/fingerprint.h"

#include <algorithm>

namespace kiemphieu::reading {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::uint8_t kFullest = 15;

}  // namespace

bool Fingerprint::empty() const {
  return lines.front().number == 0 && std::all_of(seal.begin(), seal.end(), [](int cell) { return cell == 0; });
}

Fingerprint::Bytes Fingerprint::to_bytes() const {
  Bytes bytes{kVersion};
  auto at = bytes.begin() + 1;
  for (const Line& line : lines) {
    *at++ = line.number;
    at = std::copy(line.rows.begin(), line.rows.end(), at);
  }
  for (std::size_t i = 0; i < seal.size(); i += 2) *at++ = static_cast<std::uint8_t>(seal[i] << 4U | seal[i + 1]);
  return bytes;
}

std::optional<Fingerprint> Fingerprint::from_bytes(std::span<const std::uint8_t> bytes) {
  if (bytes.size() != kBytes || bytes[0] != kVersion) return std::nullopt;
  Fingerprint print;
  auto at = bytes.begin() + 1;
  for (Line& line : print.lines) {
    line.number = *at++;
    std::copy_n(at, kColumns, line.rows.begin());
    at += kColumns;
  }
  // Lines stand in the form's order, those that are not there behind them.
  for (std::size_t i = 1; i < print.lines.size(); ++i) {
    const int before = print.lines[i - 1].number, here = print.lines[i].number;
    if (here != 0 && (before == 0 || here <= before)) return std::nullopt;
  }
  for (std::size_t i = 0; i < print.seal.size(); i += 2, ++at)
    print.seal[i] = *at >> 4U, print.seal[i + 1] = *at & kFullest;
  return print;
}

}  // namespace kiemphieu::reading
