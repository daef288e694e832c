#include "tests/unit/scanner/bench.h"

#include <cstdlib>
#include <fstream>

#include "config/base/check.h"
#include "config/imaging/codec.h"

namespace kiemphieu::test {
namespace fs = std::filesystem;

ScratchFolder::ScratchFolder() {
  std::string name = (fs::temp_directory_path() / "kiemphieu-scan-XXXXXX").string();
  KP_CHECK(::mkdtemp(name.data()) != nullptr);
  path_ = name;
}
ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

fs::path Bench::config_folder() {
  static const ScratchFolder folder;
  return folder.path();
}

Bench::Bench() : folder_(config_folder() / "bench") {
  ::setenv("SANE_CONFIG_DIR", config_folder().c_str(), 1);
  ::setenv("LD_LIBRARY_PATH", KP_SIMULATOR_FOLDER, 1);
  fs::remove_all(folder_);
  fs::create_directories(pages());
  write_text(config_folder() / "dll.conf", "kiemphieusim\n");
  configure("");
  script("");
}

Bench::~Bench() {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

void Bench::put_pages(int first, int last) {
  for (int number = first; number <= last; ++number) {
    std::string name = std::to_string(1000 + number) + ".pgm";
    write_page(pages() / name, number);
  }
}

void Bench::script(const std::string& text) { write_text(folder_ / "script", text); }

void Bench::configure(const std::string& lines) {
  write_text(config_folder() / "kiemphieusim.conf", "pages bench/pages\nscript bench/script\n" + lines);
}

sane::ScanSettings Bench::scan_settings() const {
  sane::ScanSettings settings;
  settings.device = "kiemphieusim:0";
  settings.page_width_mm = settings.page_height_mm = kPageMm;
  return settings;
}

std::unique_ptr<feed::SheetSource> Bench::in_process() const {
  return std::make_unique<sane::SaneSource>(scan_settings());
}

worker::SourceSettings Bench::source_settings() const {
  worker::SourceSettings settings;
  settings.device = "kiemphieusim:0";
  settings.sane_config_dir = config_folder();
  settings.page_width_mm = settings.page_height_mm = kPageMm;
  settings.worker_executable = KP_WORKER_PROGRAM;
  return settings;
}

std::unique_ptr<feed::SheetSource> Bench::in_worker() const {
  auto source = worker::open_source(source_settings());
  KP_CHECK(source.has_value());
  return *std::move(source);
}

void write_text(const fs::path& path, const std::string& text) {
  std::ofstream{path, std::ios::binary} << text;
}

void write_page(const fs::path& path, int number, int side_px) {
  auto image = imaging::Image::blank(side_px, side_px, imaging::PixelFormat::kGray8, 200);
  std::fill(image.pixels.begin(), image.pixels.end(), static_cast<std::uint8_t>(number));
  const Bytes bytes = imaging::encode_pnm(image.view());
  write_text(path, std::string{as_text(bytes)});
}

int page_number(const imaging::Image& image) {
  const auto view = image.view();
  return view.data[static_cast<std::size_t>(view.height_px / 2) * view.stride_bytes + view.stride_bytes / 2];
}

feed::Feed::Keep Tray::keep() {
  return [this](feed::SheetImage sheet) -> Result<void> {
    numbers.push_back(page_number(sheet.image));
    return {};
  };
}

std::vector<int> run_of(int first, int last) {
  std::vector<int> numbers;
  for (int number = first; number <= last; ++number) numbers.push_back(number);
  return numbers;
}

std::string end_id(const feed::FeedReport& report) { return std::string{info(report.end.code).id}; }

}  // namespace kiemphieu::test
