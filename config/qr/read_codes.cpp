#include "config/qr/read_codes.h"

#define ZX_USE_UTF8 1
#include <ZXing/ReadBarcode.h>

#include <algorithm>
#include <set>

namespace kiemphieu::qr {
namespace {

using imaging::Image;
using imaging::PixelFormat;

/// A code of version 15 with its edge has 85 modules; four of them on a page that fills the
/// picture have twelve pixels each at this size. More pixels show grain and moiré only, and cost time.
constexpr int kLargestSidePx = 3'000;
/// Below this a page's codes have less than two pixels a module.
constexpr int kSmallestSidePx = 500;

Image as_gray(const imaging::ImageView& picture) {
  Image gray = Image::unset(picture.width_px, picture.height_px, PixelFormat::kGray8, picture.dpi);
  const std::size_t step = imaging::channels(picture.format);
  auto* out = gray.pixels.data();
  for (int y = 0; y < picture.height_px; ++y) {
    const std::uint8_t* in = picture.data + static_cast<std::size_t>(y) * picture.stride_bytes;
    for (int x = 0; x < picture.width_px; ++x, in += step)
      *out++ = step == 1 ? *in : static_cast<std::uint8_t>((299 * in[0] + 587 * in[1] + 114 * in[2] + 500) / 1000);
  }
  return gray;
}

/// Each pixel the mean of four.
Image half_of(const Image& from) {
  Image half = Image::unset(from.width_px / 2, from.height_px / 2, PixelFormat::kGray8, 0);
  const auto width = static_cast<std::size_t>(from.width_px);
  auto* out = half.pixels.data();
  for (int y = 0; y < half.height_px; ++y) {
    const std::uint8_t* in = from.pixels.data() + 2 * static_cast<std::size_t>(y) * width;
    for (int x = 0; x < half.width_px; ++x, in += 2)
      *out++ = static_cast<std::uint8_t>((in[0] + in[1] + in[width] + in[width + 1] + 2) / 4);
  }
  return half;
}

void read_at(const Image& gray, std::set<std::string>& texts) {
  try {
    for (const auto binarizer : {ZXing::Binarizer::LocalAverage, ZXing::Binarizer::GlobalHistogram}) {
      ZXing::DecodeHints hints;
      hints.setFormats(ZXing::BarcodeFormat::QRCode).setTryHarder(true).setTryRotate(false).setTryDownscale(false).setBinarizer(binarizer);
      const ZXing::ImageView view(gray.pixels.data(), gray.width_px, gray.height_px, ZXing::ImageFormat::Lum);
      for (const ZXing::Result& result : ZXing::ReadBarcodes(view, hints))
        if (result.isValid()) texts.insert(result.text());
    }
  } catch (const std::exception&) {
    // A broken code is no code.
  }
}

}  // namespace

std::vector<std::string> read_codes(const imaging::ImageView& picture) {
  std::set<std::string> texts;
  if (picture.width_px < 1 || picture.height_px < 1) return {};
  Image gray = as_gray(picture);
  while (std::max(gray.width_px, gray.height_px) > kLargestSidePx) gray = half_of(gray);
  read_at(gray, texts);
  while (std::max(gray.width_px, gray.height_px) / 2 >= kSmallestSidePx && std::min(gray.width_px, gray.height_px) > 1) {
    gray = half_of(gray);
    read_at(gray, texts);
  }
  return {texts.begin(), texts.end()};
}

Result<std::vector<std::string>> read_codes(ByteView file, const imaging::DecodeLimits& limits) {
  KP_TRY(const int pages, imaging::count_pages(file, limits));
  std::set<std::string> texts;
  for (int page = 0; page < pages; ++page) {
    KP_TRY(const Image picture, imaging::decode(file, page, limits));
    for (std::string& text : read_codes(picture.view())) texts.insert(std::move(text));
  }
  return std::vector<std::string>{texts.begin(), texts.end()};
}

}  // namespace kiemphieu::qr
