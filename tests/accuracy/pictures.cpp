#include "tests/accuracy/pictures.h"

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "config/imaging/codec.h"
#include "tally/reading/overlay.h"

namespace kiemphieu::accuracy {
namespace {

constexpr int kAnnotatedWidthPx = 600;
/// Fewer shades make a noisy picture's PNG a third of its size, and nobody sees it.
constexpr int kShadeStep = 24;

}  // namespace

void save_scan(const imaging::Image& picture, const std::string& path) {
  std::error_code ignored;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), ignored);
  const auto png = imaging::encode_png(picture.view());
  std::ofstream out(path, std::ios::binary);
  if (png) out.write(as_text(*png).data(), static_cast<std::streamsize>(png->size()));
  if (!png || !out.flush()) std::fprintf(stderr, "accuracy: cannot write %s\n", path.c_str());
}

void save_annotated(const Replay& sheet, const std::string& path) {
  imaging::Image drawn = reading::draw_reading(sheet.picture.view(), sheet.judged.reading, kAnnotatedWidthPx);
  for (std::uint8_t& sample : drawn.pixels)
    sample = static_cast<std::uint8_t>(std::min(255, (sample + kShadeStep / 2) / kShadeStep * kShadeStep));
  save_scan(drawn, path);
}

}  // namespace kiemphieu::accuracy
