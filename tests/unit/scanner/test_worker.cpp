// The scanner process: its protocol, and that its hanging, crashing or leaving
// never costs or repeats a sheet.
#include <doctest/doctest.h>

#include <signal.h>

#include "scanner/worker/protocol.h"
#include "tests/unit/scanner/bench.h"

using namespace kiemphieu;
using namespace kiemphieu::worker;
using namespace kiemphieu::test;

namespace {

template <class T>
T round_trip(const T& message) {
  const Bytes frame = encode(message);
  const auto header = decode_header(ByteView{frame}.first(kHeaderBytes));
  REQUIRE(header.has_value());
  REQUIRE(header->length == frame.size() - kHeaderBytes);
  const auto decoded = decode(header->type, ByteView{frame}.subspan(kHeaderBytes));
  REQUIRE(decoded.has_value());
  return std::get<T>(*decoded);
}

}  // namespace

TEST_CASE("protocol: every message survives the way") {
  const auto open = round_trip(Open{"fujitsu:1", 300, true, 148'000, 210'000});
  CHECK(open.device == "fujitsu:1");
  CHECK(open.page_height_um == 210'000);
  CHECK(round_trip(Failed{"scanner_jam", "kẹt"}).evidence == "kẹt");
  CHECK(round_trip(SheetHeader{1, 2, true, 200'000, 7, "x"}).ordinal == 7);
  CHECK(round_trip(Pixels{{1, 2, 3}}).bytes.size() == 3);
  const auto sensors = round_trip(SensorValues{{true, false, std::nullopt, true, 12}}).sensors;
  CHECK(sensors.page_loaded == true);
  CHECK(sensors.cover_open == false);
  CHECK_FALSE(sensors.scan_button.has_value());
  CHECK(sensors.sheets_fed == 12);
  round_trip(Start{});
}

TEST_CASE("protocol: nonsense is refused") {
  Bytes header = encode(Start{});
  SUBCASE("another magic") { header[0] = 'X'; }
  SUBCASE("another version") { header[4] = 9; }
  SUBCASE("too long") { header[11] = 1; }
  SUBCASE("cut short") { header.pop_back(); }
  CHECK(decode_header(header).error().code == ErrorCode::kScannerCrashed);

  CHECK_FALSE(decode(99, {}).has_value());
  const Bytes trailing{0};
  CHECK_FALSE(decode(static_cast<std::uint16_t>(Message{Start{}}.index()), trailing).has_value());
  const Bytes long_text{255, 255, 255, 255, 'a'};
  CHECK_FALSE(decode(static_cast<std::uint16_t>(Message{Done{}}.index()), long_text).has_value());
  CHECK_FALSE(picture_bytes({0, 10, false, 0, 0, ""}).has_value());
  CHECK_FALSE(picture_bytes({20'000, 20'000, false, 0, 0, ""}).has_value());
  CHECK(to_error({"scanner_jam", ""}).code == ErrorCode::kScannerJam);
  CHECK(to_error({"who_knows", ""}).code == ErrorCode::kScannerCrashed);
}

TEST_CASE("worker: a stack goes through, in colour") {
  Bench bench;
  bench.put_pages(1, 4);
  const auto source = bench.in_worker();
  feed::Feed feed{*source};
  Tray tray;
  CHECK(feed.run(tray.keep()).complete());
  CHECK(tray.numbers == run_of(1, 4));
  CHECK(source->description() == "kiemphieusim:0");
  CHECK(source->sensors()->sheets_fed == 4);
}

TEST_CASE("worker: faults, hangs and crashes, and the stack goes on") {
  struct Case {
    const char* script;
    const char* id;
    int before;
  };
  for (const Case& c :
       {Case{"after 2 hang", "scanner_hung", 2}, Case{"at 3 hang mid-page", "scanner_hung", 2},
        Case{"after 2 crash", "scanner_crashed", 2}, Case{"crash", "scanner_crashed", 0},
        Case{"at 3 crash mid-page", "scanner_crashed", 2}, Case{"after 3 jam", "scanner_jam", 3},
        Case{"after 1 double-feed", "scanner_double_feed", 1},
        Case{"after 1 disconnect", "scanner_disconnected", 1}}) {
    CAPTURE(c.script);
    Bench bench;
    bench.put_pages(1, 5);
    bench.script(c.script);
    auto settings = bench.source_settings();
    settings.sheet_timeout = std::chrono::milliseconds{std::string{c.id} == "scanner_hung" ? 400 : 20'000};
    const auto source = *open_source(settings);
    feed::Feed feed{*source};
    Tray tray;
    const auto faulty = feed.run(tray.keep());
    CHECK(end_id(faulty) == c.id);
    CHECK(tray.numbers == run_of(1, c.before));
    const auto resumed = feed.run(tray.keep());
    CHECK(end_id(resumed) == "scanner_no_documents");
    CHECK(tray.numbers == run_of(1, 5));
  }
}

TEST_CASE("worker: a sheet lost in a crash is found by the next run") {
  Bench bench;
  bench.put_pages(1, 4);
  bench.script("after 2 crash lost");
  const auto source = bench.in_worker();
  feed::Feed feed{*source};
  Tray tray;
  CHECK(end_id(feed.run(tray.keep())) == "scanner_crashed");
  const auto resumed = feed.run(tray.keep());
  CHECK(end_id(resumed) == "scanner_count_mismatch");
  CHECK(resumed.end.evidence == "fed 4, came 3");
  CHECK(tray.numbers == std::vector<int>{1, 2, 4});
}

TEST_CASE("worker: after a crash the sensors say so until the next start") {
  Bench bench;
  bench.put_pages(1, 2);
  bench.script("crash");
  const auto source = bench.in_worker();
  REQUIRE(source->start().has_value());
  CHECK(source->next().error().code == ErrorCode::kScannerCrashed);
  CHECK(source->sensors().error().code == ErrorCode::kScannerCrashed);
  CHECK(source->next().error().code == ErrorCode::kScannerCrashed);
  REQUIRE(source->start().has_value());
  CHECK(source->sensors()->page_loaded == true);
}

TEST_CASE("worker: settings errors come through, and what is no program is told") {
  Bench bench;
  auto settings = bench.source_settings();
  SUBCASE("the scanner has no feeder") {
    bench.configure("without source\n");
    const auto started = (*open_source(settings))->start();
    CHECK(started.error().code == ErrorCode::kScannerOption);
    CHECK(started.error().evidence.starts_with("source:"));
  }
  SUBCASE("the program is not there") {
    settings.worker_executable = "/nonexistent/program";
    CHECK((*open_source(settings))->start().error().code == ErrorCode::kScannerCrashed);
  }
  SUBCASE("the program is another one") {
    settings.worker_executable = "/bin/false";
    CHECK((*open_source(settings))->start().error().code == ErrorCode::kScannerCrashed);
  }
  SUBCASE("a resolution that no sheet of ours has") {
    settings.resolution_dpi = 100;
    CHECK(open_source(settings).error().code == ErrorCode::kScannerOption);
  }
  SUBCASE("a page that no sheet of ours has") {
    settings.page_width_mm = 2'000;
    CHECK(open_source(settings).error().code == ErrorCode::kScannerOption);
  }
}

TEST_CASE("worker: folders come through the same door") {
  ScratchFolder scratch;
  write_page(scratch.path() / "1.pgm", 1, 20);
  SourceSettings settings;
  settings.device = "deck:" + scratch.path().string();
  const auto deck = *open_source(settings);
  feed::Feed feed{*deck};
  Tray tray;
  CHECK(feed.run(tray.keep()).complete());
  CHECK(tray.numbers == run_of(1, 1));
  settings.device = "folder:" + scratch.path().string();
  CHECK((*open_source(settings))->description() == settings.device);
}
