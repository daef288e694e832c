#pragma once
// A scratch folder with pages, settings and a script for the simulated scanner,
// driven through real libsane. libsane reads SANE_CONFIG_DIR once a process, so
// all benches of one test program share one folder of settings.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "config/imaging/image.h"
#include "scanner/feed/feed.h"
#include "scanner/feed/sheet_source.h"
#include "scanner/sane/sane_source.h"
#include "scanner/worker/source.h"

namespace kiemphieu::test {

inline constexpr double kPageMm = 50;  // small, so that tests are quick
inline constexpr int kPagePx = 394;    // 50 mm at 200 dpi

class Bench {
 public:
  Bench();
  ~Bench();
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;

  /// Puts gray pages first..last into the hopper; page n is all gray value n.
  void put_pages(int first, int last);
  /// Replaces the fault script.
  void script(const std::string& text);
  /// Replaces the further lines of kiemphieusim.conf.
  void configure(const std::string& lines);

  std::filesystem::path folder() const { return folder_; }
  std::filesystem::path pages() const { return folder_ / "pages"; }

  sane::ScanSettings scan_settings() const;
  std::unique_ptr<feed::SheetSource> in_process() const;
  worker::SourceSettings source_settings() const;
  std::unique_ptr<feed::SheetSource> in_worker() const;

  static std::filesystem::path config_folder();

 private:
  std::filesystem::path folder_;
};

/// A scratch folder that is gone with the object.
class ScratchFolder {
 public:
  ScratchFolder();
  ~ScratchFolder();
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

void write_text(const std::filesystem::path& path, const std::string& text);
void write_page(const std::filesystem::path& path, int number, int side_px = kPagePx);
/// The number of a page written by write_page().
int page_number(const imaging::Image& image);

/// Keeps the numbers of the pages that come.
struct Tray {
  std::vector<int> numbers;
  feed::Feed::Keep keep();
};

/// {first, …, last}
std::vector<int> run_of(int first, int last);

/// The report's end as its stable id.
std::string end_id(const feed::FeedReport& report);

}  // namespace kiemphieu::test
