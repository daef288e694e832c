#pragma once
/// QR modules by libqrencode: model 2, 8-bit mode, error correction level M.

#include <string_view>
#include <vector>

#include "config/base/result.h"

namespace kiemphieu::forms {

/// A square of modules, row by row; true = dark.
struct QrModules {
  int side = 0;
  std::vector<bool> dark;
};

/// Errors: kPrintFailed when the payload does not fit.
Result<QrModules> encode_qr(std::string_view payload);

}  // namespace kiemphieu::forms
