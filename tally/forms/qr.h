#pragma once
/// QR modules by libqrencode: model 2, error correction level M.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "config/base/result.h"

namespace kiemphieu::forms {

/// A square of modules, row by row; true = dark.
struct QrModules {
  int side = 0;
  std::vector<bool> dark;
};

/// kAlphanumeric holds 0-9 A-Z $%*+-./: and the blank, in 5.5 bits each.
enum class QrMode : std::uint8_t { kBytes, kAlphanumeric };

/// Light modules that stay free on every side (ISO/IEC 18004).
inline constexpr int kQuietModules = 4;

/// Errors: kPrintFailed when the payload does not fit, or holds a character that the mode has not.
Result<QrModules> encode_qr(std::string_view payload, QrMode mode = QrMode::kBytes);

/// The code with its quiet zone as a picture for a screen: black on white whatever the page's
/// colours, without smoothing. Errors: as encode_qr().
Result<std::string> qr_svg(std::string_view payload, QrMode mode);

}  // namespace kiemphieu::forms
