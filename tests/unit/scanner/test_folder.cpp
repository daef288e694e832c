// Image files as sheets: folders, watched folders, multipage TIFF, and what is
// remembered of them.
#include <doctest/doctest.h>

#include <chrono>

#include "scanner/folder/folder_source.h"
#include "tests/unit/scanner/bench.h"

using namespace kiemphieu;
using namespace kiemphieu::test;
using folder::FolderSource;
using folder::Memory;
namespace fs = std::filesystem;

namespace {

constexpr std::chrono::milliseconds kAtOnce{0};
constexpr int kSidePx = 20;

void page(const fs::path& path, int number) { write_page(path, number, kSidePx); }

std::vector<int> scan(feed::SheetSource& source) {
  feed::Feed feed{source};
  Tray tray;
  CHECK(end_id(feed.run(tray.keep())) == "scanner_no_documents");
  return tray.numbers;
}

void le16(std::string& out, unsigned value) {
  out += {static_cast<char>(value & 255U), static_cast<char>(value >> 8U)};
}
void le32(std::string& out, unsigned value) {
  le16(out, value & 0xFFFFU);
  le16(out, value >> 16U);
}

/// A little-endian TIFF of 1 x 1 gray pages with the given values.
std::string tiff_of(const std::vector<int>& numbers) {
  constexpr unsigned kEntries = 9, kFolderBytes = 2 + kEntries * 12 + 4;
  std::string out = "II*";
  out += '\0';
  le32(out, 8);
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const auto start = static_cast<unsigned>(out.size());
    le16(out, kEntries);
    const auto entry = [&](unsigned tag, unsigned type, unsigned value) {
      le16(out, tag);
      le16(out, type);
      le32(out, 1);
      le32(out, value);
    };
    entry(256, 3, 1);
    entry(257, 3, 1);
    entry(258, 3, 8);
    entry(259, 3, 1);
    entry(262, 3, 1);
    entry(273, 4, start + kFolderBytes);
    entry(277, 3, 1);
    entry(278, 3, 1);
    entry(279, 4, 1);
    le32(out, i + 1 < numbers.size() ? start + kFolderBytes + 2 : 0);
    out += static_cast<char>(numbers[i]);
    out += '\0';
  }
  return out;
}

}  // namespace

TEST_CASE("folder: files come in the order of their names, and new files are new sheets") {
  ScratchFolder scratch;
  page(scratch.path() / "b.pgm", 2);
  page(scratch.path() / "a.PGM", 1);
  page(scratch.path() / ".hidden.pgm", 9);
  write_text(scratch.path() / "notes.txt", "not paper");
  FolderSource source{scratch.path(), Memory::kKept, kAtOnce};
  CHECK(source.sensors()->page_loaded == true);
  CHECK(scan(source) == run_of(1, 2));
  CHECK(source.sensors()->page_loaded == false);
  page(scratch.path() / "a-late.pgm", 3);
  CHECK(source.sensors()->page_loaded == true);
  CHECK(scan(source) == run_of(3, 3));
}

TEST_CASE("folder: what was fed is remembered over a restart") {
  ScratchFolder scratch;
  page(scratch.path() / "1.pgm", 1);
  page(scratch.path() / "2.pgm", 2);
  {
    FolderSource source{scratch.path(), Memory::kKept, kAtOnce};
    REQUIRE(source.start().has_value());
    CHECK(page_number(source.next()->image) == 1);  // and the program dies here
  }
  FolderSource source{scratch.path(), Memory::kKept, kAtOnce};
  CHECK(scan(source) == run_of(2, 2));
  CHECK(source.sensors()->sheets_fed == 2);

  SUBCASE("a new file under an old name is a new sheet") {
    write_page(scratch.path() / "1.pgm", 7, kSidePx + 1);
    CHECK(scan(source) == run_of(7, 7));
  }
  SUBCASE("a touched file is put back") {
    fs::last_write_time(scratch.path() / "2.pgm", fs::file_time_type::clock::now() - std::chrono::hours{1});
    CHECK(scan(source) == run_of(2, 2));
  }
}

TEST_CASE("folder: two programs cannot feed from one folder") {
  ScratchFolder scratch;
  FolderSource first{scratch.path(), Memory::kKept, kAtOnce}, second{scratch.path(), Memory::kKept, kAtOnce};
  REQUIRE(first.start().has_value());
  CHECK(second.start().error().code == ErrorCode::kScannerBusy);
}

TEST_CASE("folder: a deck is read again at every start and leaves nothing behind") {
  ScratchFolder scratch;
  page(scratch.path() / "1.pgm", 1);
  page(scratch.path() / "2.pgm", 2);
  FolderSource source{scratch.path(), Memory::kPerRun, kAtOnce};
  CHECK(scan(source) == run_of(1, 2));
  CHECK(scan(source) == run_of(1, 2));
  CHECK(std::distance(fs::directory_iterator{scratch.path()}, {}) == 2);
}

TEST_CASE("folder: a file that may still be being written waits") {
  ScratchFolder scratch;
  page(scratch.path() / "1.pgm", 1);
  FolderSource source{scratch.path(), Memory::kKept, std::chrono::hours{1}};
  CHECK(scan(source).empty());
  fs::last_write_time(scratch.path() / "1.pgm", fs::file_time_type::clock::now() - std::chrono::hours{2});
  CHECK(scan(source) == run_of(1, 1));
}

TEST_CASE("folder: every page of a TIFF is a sheet, also after a restart in the middle") {
  ScratchFolder scratch;
  const fs::path file = scratch.path() / "pile.tif";
  write_text(file, tiff_of({4, 5, 6}));
  {
    FolderSource source{file, Memory::kKept, kAtOnce};
    REQUIRE(source.start().has_value());
    CHECK(source.next()->origin == "pile.tif");
    CHECK(source.next()->origin == "pile.tif page 2");
  }
  FolderSource source{file, Memory::kKept, kAtOnce};
  CHECK(scan(source) == run_of(6, 6));
  CHECK(scan(source).empty());
  FolderSource deck{file, Memory::kPerRun, kAtOnce};
  CHECK(scan(deck) == run_of(4, 6));
}

TEST_CASE("folder: a damaged file is told and does not block the ones behind it") {
  ScratchFolder scratch;
  page(scratch.path() / "1.pgm", 1);
  write_text(scratch.path() / "2.pgm", "P5\n20 20\n255\nhalf");
  write_text(scratch.path() / "3.tif", "II*");
  page(scratch.path() / "4.pgm", 4);
  FolderSource source{scratch.path(), Memory::kKept, kAtOnce};
  feed::Feed feed{source};
  Tray tray;
  const auto first = feed.run(tray.keep());
  CHECK(end_id(first) == "image_unreadable");
  CHECK(first.end.log_line().find("2.pgm") != std::string::npos);
  CHECK_FALSE(feed.run(tray.keep()).complete());
  CHECK(feed.run(tray.keep()).complete());
  CHECK(tray.numbers == std::vector<int>{1, 4});
}

TEST_CASE("folder: a torn line of the log is dropped, so its sheet comes again") {
  ScratchFolder scratch;
  page(scratch.path() / "1.pgm", 1);
  {
    FolderSource source{scratch.path(), Memory::kKept, kAtOnce};
    CHECK(scan(source) == run_of(1, 1));
  }
  const fs::path log = scratch.path() / ".kiemphieu-fed";
  fs::resize_file(log, fs::file_size(log) - 1);
  FolderSource source{scratch.path(), Memory::kKept, kAtOnce};
  CHECK(scan(source) == run_of(1, 1));
}

TEST_CASE("folder: a stop takes effect before the next file") {
  ScratchFolder scratch;
  for (int n = 1; n <= 3; ++n) page(scratch.path() / (std::to_string(n) + ".pgm"), n);
  FolderSource source{scratch.path(), Memory::kKept, kAtOnce};
  feed::Feed feed{source};
  const auto report = feed.run([&](feed::SheetImage) -> Result<void> { return fail(ErrorCode::kDiskFull); });
  CHECK(report.end.code == ErrorCode::kDiskFull);
  CHECK(report.drained_uncounted == 0);
  CHECK(scan(source) == run_of(2, 3));
}

TEST_CASE("folder: a folder that is not there") {
  FolderSource source{"/nonexistent/pages", Memory::kKept, kAtOnce};
  CHECK(source.start().error().code == ErrorCode::kFileNotFound);
}
