#include "tally/forms/qr.h"

#include <fmt/format.h>
#include <qrencode.h>

#include <cerrno>
#include <memory>
#include <system_error>

namespace kiemphieu::forms {
namespace {

using Input = std::unique_ptr<QRinput, decltype(&QRinput_free)>;

/// Null, and errno says why, when it does not fit.
QRcode* encode(std::string_view payload, QrMode mode) {
  const Input input{QRinput_new2(0, QR_ECLEVEL_M), &QRinput_free};
  const auto* bytes = reinterpret_cast<const unsigned char*>(payload.data());
  if (!input || QRinput_append(input.get(), mode == QrMode::kBytes ? QR_MODE_8 : QR_MODE_AN, static_cast<int>(payload.size()), bytes) != 0)
    return nullptr;
  return QRcode_encodeInput(input.get());
}

}  // namespace

Result<QrModules> encode_qr(std::string_view payload, QrMode mode) {
  const std::unique_ptr<QRcode, decltype(&QRcode_free)> code{encode(payload, mode), &QRcode_free};
  if (!code) return fail(ErrorCode::kPrintFailed, "QR code: " + std::generic_category().message(errno));
  QrModules modules{code->width, {}};
  const auto count = static_cast<std::size_t>(code->width) * static_cast<std::size_t>(code->width);
  for (std::size_t i = 0; i < count; ++i) modules.dark.push_back((code->data[i] & 1U) != 0);
  return modules;
}

Result<std::string> qr_svg(std::string_view payload, QrMode mode) {
  KP_TRY(const QrModules modules, encode_qr(payload, mode));
  const int side = modules.side + 2 * kQuietModules;
  std::string path;
  for (int y = 0; y < modules.side; ++y) {
    for (int x = 0; x < modules.side; ++x) {
      const int start = x;
      while (x < modules.side && modules.dark[static_cast<std::size_t>(y * modules.side + x)]) ++x;
      if (x > start) path += fmt::format("M{} {}h{}v1h-{}z", start + kQuietModules, y + kQuietModules, x - start, x - start);
    }
  }
  return fmt::format(R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} {0}" shape-rendering="crispEdges">)"
                     R"(<path fill="#fff" d="M0 0h{0}v{0}h-{0}z"/><path fill="#000" d="{1}"/></svg>)",
                     side, path);
}

}  // namespace kiemphieu::forms
