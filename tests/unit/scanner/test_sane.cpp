// SaneSource over real libsane and the simulated scanner: every status, its
// error code, and that the stack goes on after it without loss or repetition.
#include <doctest/doctest.h>

#include "tests/unit/scanner/bench.h"

using namespace kiemphieu;
using namespace kiemphieu::test;

TEST_CASE("sane: a stack goes through, then the feeder is empty") {
  Bench bench;
  bench.put_pages(1, 5);
  const auto source = bench.in_process();
  feed::Feed feed{*source};
  Tray tray;
  const auto report = feed.run(tray.keep());
  CHECK(end_id(report) == "scanner_no_documents");
  CHECK(tray.numbers == run_of(1, 5));
  CHECK(report.sheets_fed == 5);
  CHECK(source->description() == "kiemphieusim:0");

  bench.put_pages(6, 7);  // paper put in
  CHECK(feed.run(tray.keep()).complete());
  CHECK(tray.numbers == run_of(1, 7));
}

TEST_CASE("sane: faults have their own codes and the stack goes on after them") {
  struct Case {
    const char* script;
    const char* id;
    int before;         ///< sheets that come before the fault
    bool lost = false;  ///< the sheet concerned never comes
  };
  const std::vector<Case> cases{
      {"after 2 jam", "scanner_jam", 2},
      {"after 2 jam mid-page", "scanner_jam", 2},
      {"after 2 jam lost", "scanner_jam", 2, true},
      {"after 1 cover-open", "scanner_cover_open", 1},
      {"at 4 cover-open mid-page", "scanner_cover_open", 3},
      {"at 4 double-feed", "scanner_double_feed", 3},
      {"after 3 io-error", "scanner_io", 3},
      {"after 3 io-error mid-page", "scanner_io", 3},
      {"busy", "scanner_busy", 0},
      {"after 2 disconnect", "scanner_disconnected", 2},
      {"after 2 disconnect mid-page", "scanner_disconnected", 2},
      {"access-denied", "scanner_access_denied", 0},
      {"at 2 short-page lost", "scanner_io", 1, true},
  };
  for (const Case& c : cases) {
    CAPTURE(c.script);
    Bench bench;
    bench.put_pages(1, 5);
    bench.script(c.script);
    const auto source = bench.in_process();
    feed::Feed feed{*source};
    Tray tray;
    const auto faulty = feed.run(tray.keep());
    CHECK(end_id(faulty) == c.id);
    CHECK(tray.numbers == run_of(1, c.before));
    CHECK(faulty.count_mismatch == c.lost);
    CHECK(faulty.double_feed == (std::string{c.id} == "scanner_double_feed"));

    const auto resumed = feed.run(tray.keep());
    CHECK(end_id(resumed) == "scanner_no_documents");
    std::vector<int> expected = run_of(1, 5);
    if (c.lost) expected.erase(expected.begin() + c.before);
    CHECK(tray.numbers == expected);
  }
}

TEST_CASE("sane: busy for two starts, a cover that stays open until the script is mended") {
  Bench bench;
  bench.put_pages(1, 2);
  bench.script("busy 2\nafter 1 cover-open stays\n");
  const auto source = bench.in_process();
  feed::Feed feed{*source};
  Tray tray;
  CHECK(end_id(feed.run(tray.keep())) == "scanner_busy");
  CHECK(end_id(feed.run(tray.keep())) == "scanner_busy");
  CHECK(end_id(feed.run(tray.keep())) == "scanner_cover_open");
  CHECK(end_id(feed.run(tray.keep())) == "scanner_cover_open");
  CHECK(source->sensors()->cover_open == true);
  bench.script("busy 2\n");
  CHECK(source->sensors()->cover_open == false);
  CHECK(feed.run(tray.keep()).complete());
  CHECK(tray.numbers == run_of(1, 2));
}

TEST_CASE("sane: an end that the paper sensor contradicts is not believed") {
  Bench bench;
  bench.put_pages(1, 3);
  const auto source = bench.in_process();
  feed::Feed feed{*source};
  Tray tray;
  SUBCASE("once: the feed goes on by itself") {
    bench.script("after 2 no-docs");
    CHECK(feed.run(tray.keep()).complete());
    CHECK(tray.numbers == run_of(1, 3));
  }
  SUBCASE("for good: the operator is told") {
    bench.script("after 2 no-docs stays");
    CHECK(end_id(feed.run(tray.keep())) == "scanner_stopped_early");
    CHECK(tray.numbers == run_of(1, 2));
  }
}

TEST_CASE("sane: a double feed stops because its detector is switched on, and is counted where it is not") {
  Bench bench;
  bench.put_pages(1, 4);
  bench.script("at 2 double-feed");
  bool detector = true;
  SUBCASE("with the detector") {}
  SUBCASE("without one the second sheet passes unseen") {
    bench.configure("without df-action\n");
    detector = false;
  }
  const auto source = bench.in_process();
  feed::Feed feed{*source};
  Tray tray;
  const auto report = feed.run(tray.keep());
  if (detector) {
    CHECK(end_id(report) == "scanner_double_feed");
    CHECK(report.double_feed);
    CHECK(feed.run(tray.keep()).complete());
    CHECK(tray.numbers == run_of(1, 4));
  } else {
    CHECK(report.complete());  // only the count by hand finds it
    CHECK(tray.numbers == std::vector<int>{1, 2, 4});
  }
}

TEST_CASE("sane: a stop leaves the rest of the stack in the feeder") {
  Bench bench;
  bench.put_pages(1, 5);
  const auto source = bench.in_process();
  feed::Feed feed{*source};
  Tray tray;
  const auto keep = tray.keep();
  const auto report = feed.run([&](feed::SheetImage sheet) {
    if (sheet.ordinal == 2) feed.request_stop();
    return keep(std::move(sheet));
  });
  CHECK(report.stopped);
  CHECK(report.complete());
  CHECK(tray.numbers == run_of(1, 2));
  CHECK(feed.run(keep).complete());
  CHECK(tray.numbers == run_of(1, 5));
}

TEST_CASE("sane: sensors") {
  Bench bench;
  const auto source = bench.in_process();
  auto sensors = source->sensors();
  REQUIRE(sensors.has_value());
  CHECK(sensors->page_loaded == false);
  CHECK(sensors->cover_open == false);
  CHECK(sensors->double_feed == false);
  CHECK(sensors->scan_button == false);
  CHECK(sensors->sheets_fed == 0);
  bench.put_pages(1, 1);
  bench.script("press-button");
  CHECK(source->sensors()->page_loaded == true);
  CHECK(source->sensors()->scan_button == false);  // the look before took the press
  bench.script("press-button\npress-button");
  CHECK(source->sensors()->scan_button == true);
  CHECK(source->sensors()->scan_button == false);
}

TEST_CASE("sane: a scanner without sensors still scans") {
  Bench bench;
  bench.put_pages(1, 2);
  bench.configure("without page-loaded cover-open scan double-feed sheet-counter\n");
  const auto source = bench.in_process();
  const auto sensors = source->sensors();
  REQUIRE(sensors.has_value());
  CHECK_FALSE(sensors->page_loaded.has_value());
  CHECK_FALSE(sensors->sheets_fed.has_value());
  feed::Feed feed{*source};
  Tray tray;
  const auto report = feed.run(tray.keep());
  CHECK(report.complete());
  CHECK_FALSE(report.sheets_fed.has_value());
  CHECK(tray.numbers == run_of(1, 2));
}

TEST_CASE("sane: options that cannot be agreed name the option and what is offered") {
  struct Case {
    const char* lines;
    const char* evidence;
  };
  const std::vector<Case> cases{
      {"without source\n", "source: a document feeder is needed; the scanner offers no such option"},
      {"adf-name Backlight\n", "source: a document feeder is needed; the scanner offers Flatbed, Backlight"},
      {"modes Lineart Halftone\n", "mode: Color or Gray is needed; the scanner offers Lineart, Halftone"},
      {"resolutions 100 150 600\n", "resolution: 200 to 300 dpi is needed; the scanner offers 100, 150, 600"},
      {"max-height-mm 50\n", "page-height: 70 mm is needed; the scanner offers 0 to 50"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.lines);
    Bench bench;
    bench.put_pages(1, 1);
    bench.configure(c.lines);
    auto settings = bench.scan_settings();
    settings.page_height_mm = 70;
    sane::SaneSource source{settings};
    const auto started = source.start();
    REQUIRE_FALSE(started.has_value());
    CHECK(started.error().code == ErrorCode::kScannerOption);
    CHECK(started.error().evidence == c.evidence);
  }
}

TEST_CASE("sane: what is agreed is what comes") {
  struct Case {
    const char* lines;
    int asked_dpi;
    bool asked_colour;
    imaging::PixelFormat format;
    int width_px;
    double dpi;
  };
  const auto gray = imaging::PixelFormat::kGray8, rgb = imaging::PixelFormat::kRgb8;
  const std::vector<Case> cases{
      {"", 200, true, rgb, 394, 200},
      {"", 200, false, gray, 394, 200},
      {"modes Gray\n", 200, true, gray, 394, 200},
      {"resolutions 150 240 600\n", 200, false, gray, 472, 240},
      {"", 300, false, gray, 591, 300},
      {"adf-name \"Automatic Document Feeder(left aligned)\"\n", 200, false, gray, 394, 200},
      {"swcrop yes\n", 200, false, gray, 394, 200},
      {"unknown-height yes\n", 200, true, rgb, 394, 200},
  };
  for (const Case& c : cases) {
    CAPTURE(c.lines);
    CAPTURE(c.asked_dpi);
    Bench bench;
    write_page(bench.pages() / "page.pgm", 90, 200);  // smaller than the window: cropping would show
    bench.configure(c.lines);
    auto settings = bench.scan_settings();
    settings.resolution_dpi = c.asked_dpi;
    settings.colour = c.asked_colour;
    sane::SaneSource source{settings};
    REQUIRE(source.start().has_value());
    const auto sheet = source.next();
    REQUIRE(sheet.has_value());
    CHECK(sheet->image.format == c.format);
    CHECK(sheet->image.width_px == c.width_px);
    CHECK(sheet->image.dpi == c.dpi);
    CHECK(sheet->image.height_px == (std::string{c.lines}.starts_with("unknown") ? 200 : c.width_px));
    CHECK(sheet->image.pixels.front() == 90);
  }
}

TEST_CASE("sane: a scanner that is not there") {
  Bench bench;
  auto settings = bench.scan_settings();
  SUBCASE("by name") { settings.device = "kiemphieusim:9"; }
  SUBCASE("of an unknown driver") { settings.device = "nobody:usb:001:002"; }
  SUBCASE("unplugged from the beginning") { bench.script("disconnect stays"); }
  sane::SaneSource source{settings};
  const auto started = source.start();
  REQUIRE_FALSE(started.has_value());
  CHECK(started.error().code == ErrorCode::kScannerMissing);
}

TEST_CASE("sane: the first device is taken when none is named") {
  Bench bench;
  bench.put_pages(1, 1);
  auto settings = bench.scan_settings();
  settings.device.clear();
  sane::SaneSource source{settings};
  feed::Feed feed{source};
  Tray tray;
  CHECK(feed.run(tray.keep()).complete());
  CHECK(source.description() == "kiemphieusim:0 (Kiểm Phiếu simulated feeder)");
  CHECK(tray.numbers == run_of(1, 1));
}
