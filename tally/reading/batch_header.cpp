#include "tally/reading/batch_header.h"

#define ZX_USE_UTF8 1
#include <ZXing/ReadBarcode.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <exception>

#include <opencv2/imgproc.hpp>

namespace kiemphieu::reading {
namespace {

constexpr std::size_t kMaxIdLength = 32;
constexpr int kMaxBatch = 999;
constexpr double kQrPxPerMm = 100 / 25.4;  // modules of 0.5 mm and more: two pixels

bool is_lower_hex(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool is_id(std::string_view text) {
  if (text.empty() || text.size() > kMaxIdLength || text.front() == '-' || text.back() == '-') return false;
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '-'; });
}

/// Exactly `Count` parts between slashes.
template <std::size_t Count>
std::optional<std::array<std::string_view, Count>> parts_of(std::string_view payload) {
  std::array<std::string_view, Count> parts;
  for (std::size_t i = 0; i < Count; ++i) {
    const std::size_t slash = payload.find('/');
    if ((slash == std::string_view::npos) != (i + 1 == Count)) return std::nullopt;
    parts[i] = payload.substr(0, slash);
    payload.remove_prefix(slash == std::string_view::npos ? payload.size() : slash + 1);
  }
  return parts;
}

bool is_digest(std::string_view text) { return text.size() == 64 && is_lower_hex(text); }

}  // namespace

std::optional<TallySheetCode> parse_tally_sheet(std::string_view payload) {
  const auto parts = parts_of<4>(payload);
  if (!parts) return std::nullopt;
  const auto [prefix, election, station, contest] = *parts;
  if (prefix != "KPT1" || !is_digest(election) || !is_id(station) || !is_id(contest)) return std::nullopt;
  return TallySheetCode{std::string(election), std::string(station), std::string(contest)};
}

std::optional<BatchHeader> parse_batch_header(std::string_view payload) {
  const auto split = parts_of<5>(payload);
  if (!split) return std::nullopt;
  const auto& parts = *split;
  if (parts[0] != "KPH1" || !is_digest(parts[1]) || !is_id(parts[2]) || !is_id(parts[3])) return std::nullopt;
  int batch = 0;
  const char* end = parts[4].data() + parts[4].size();
  const auto [stop, error] = std::from_chars(parts[4].data(), end, batch);
  if (error != std::errc{} || stop != end || parts[4].front() == '0' || batch < 1 || batch > kMaxBatch)
    return std::nullopt;
  return BatchHeader{std::string(parts[1]), std::string(parts[2]), std::string(parts[3]), batch};
}

namespace {

std::optional<FoundCode> find_qr_at(const cv::Mat& pixels, double factor) {
  cv::Mat small, gray;
  cv::resize(pixels, small, {}, factor, factor, cv::INTER_AREA);
  if (small.channels() == 3)
    cv::cvtColor(small, gray, cv::COLOR_RGB2GRAY);
  else
    gray = small;
  try {
    ZXing::DecodeHints hints;
    hints.setFormats(ZXing::BarcodeFormat::QRCode).setTryHarder(true).setTryRotate(true);
    const ZXing::ImageView view(gray.data, gray.cols, gray.rows, ZXing::ImageFormat::Lum,
                                static_cast<int>(gray.step));
    const ZXing::Result result = ZXing::ReadBarcode(view, hints);
    if (!result.isValid()) return std::nullopt;
    FoundCode found{result.text(), {}};
    for (std::size_t i = 0; i < found.corners.size(); ++i) {
      const ZXing::PointI corner = result.position()[i];
      found.corners[i] = {(corner.x + 0.5) / factor, (corner.y + 0.5) / factor};
    }
    return found;
  } catch (const std::exception&) {
    return std::nullopt;  // a broken code is no code
  }
}

}  // namespace

std::optional<FoundCode> find_code(const imaging::ImageView& page, double px_per_mm) {
  const bool colour = page.format == imaging::PixelFormat::kRgb8;
  const cv::Mat pixels(page.height_px, page.width_px, colour ? CV_8UC3 : CV_8UC1,
                       const_cast<std::uint8_t*>(page.data), page.stride_bytes);  // NOLINT: never written to
  // A soft or creased code of many modules needs more: on forged tally sheets one in sixty.
  for (const double wanted : {kQrPxPerMm, 1.6 * kQrPxPerMm}) {
    const double factor = std::min(1.0, wanted / px_per_mm);
    if (auto found = find_qr_at(pixels, factor); found || factor >= 1) return found;
  }
  return std::nullopt;
}

std::string find_qr(const imaging::ImageView& page, double px_per_mm) {
  auto found = find_code(page, px_per_mm);
  return found ? std::move(found->text) : std::string{};
}

}  // namespace kiemphieu::reading
