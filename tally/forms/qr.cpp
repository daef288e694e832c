#include "tally/forms/qr.h"

#include <qrencode.h>

#include <cerrno>
#include <memory>
#include <system_error>

namespace kiemphieu::forms {

Result<QrModules> encode_qr(std::string_view payload) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(payload.data());
  const std::unique_ptr<QRcode, decltype(&QRcode_free)> code{
      QRcode_encodeData(static_cast<int>(payload.size()), bytes, 0, QR_ECLEVEL_M), &QRcode_free};
  if (!code) return fail(ErrorCode::kPrintFailed, "QR code: " + std::generic_category().message(errno));
  QrModules modules{code->width, {}};
  const auto count = static_cast<std::size_t>(code->width) * static_cast<std::size_t>(code->width);
  for (std::size_t i = 0; i < count; ++i) modules.dark.push_back((code->data[i] & 1U) != 0);
  return modules;
}

}  // namespace kiemphieu::forms
