// The simulated scanner's languages, its picture, and scanimage as a front end
// that is not ours.
#include <doctest/doctest.h>

#include <cstdlib>

#include "scanner/simulator/render.h"
#include "scanner/simulator/script.h"
#include "scanner/simulator/settings.h"
#include "scanner/simulator/words.h"
#include "tests/unit/scanner/bench.h"

using namespace kiemphieu;
using namespace kiemphieu::simulator;
using namespace kiemphieu::test;

TEST_CASE("words: comments, quotes and blank lines") {
  const auto lines = split_lines("# nothing\n\n a  \"b c\"\t# d\r\n\"\"\nlast");
  REQUIRE(lines.size() == 3);
  CHECK(lines[0].number == 3);
  CHECK(lines[0].words == std::vector<std::string>{"a", "b c"});
  CHECK(lines[1].words == std::vector<std::string>{""});
  CHECK(lines[2].words == std::vector<std::string>{"last"});
}

TEST_CASE("script: faults with their place and their words") {
  const auto script = parse_script(
      "ms-per-sheet 500\nafter 7 jam\nat 20   double-feed lost\nbusy 2 # twice\ndisconnect stays\nafter 3 "
      "io-error mid-page 4");
  REQUIRE(script.has_value());
  CHECK(script->ms_per_sheet == 500);
  REQUIRE(script->faults.size() == 5);
  CHECK(script->faults[0].after == 7);
  CHECK(script->faults[1].after == 19);
  CHECK(script->faults[1].lost);
  CHECK(script->faults[1].text == "at 20 double-feed lost");
  CHECK(script->faults[2].times == 2);
  CHECK(script->faults[3].stays);
  CHECK(script->faults[4].mid_page);
  CHECK(script->faults[4].times == 4);
}

TEST_CASE("script: what is wrong is named with its line") {
  struct Case {
    const char* text;
    const char* evidence;
  };
  for (const Case& c :
       {Case{"jam\nafter jam", "script line 2: expected a sheet number and a fault: after jam"},
        Case{"explode", "script line 1: unknown fault: explode"},
        Case{"at 0 jam", "script line 1: expected a sheet number and a fault: at 0 jam"},
        Case{"after 99999999999 jam",
             "script line 1: expected a sheet number and a fault: after 99999999999 jam"},
        Case{"jam 0", "script line 1: expected a number of times, lost, mid-page or stays: jam 0"},
        Case{"ms-per-sheet fast", "script line 1: expected milliseconds: ms-per-sheet fast"}}) {
    CAPTURE(c.text);
    const auto script = parse_script(c.text);
    REQUIRE_FALSE(script.has_value());
    CHECK(script.error().code == ErrorCode::kSettingsInvalid);
    CHECK(script.error().evidence == c.evidence);
  }
  CHECK(parse_script(std::string(kMaxScriptBytes + 1, '#')).error().code == ErrorCode::kFileTooLarge);
}

TEST_CASE("settings: relative to their folder, unknown keys refused") {
  const auto settings = parse_settings(
      "pages in\nscript faults\nmodes Gray\nresolutions 200 300\nwithout source mode\n", "/conf");
  REQUIRE(settings.has_value());
  CHECK(settings->pages == "/conf/in");
  CHECK(settings->script == "/conf/faults");
  CHECK(settings->state == "/conf/in/.kiemphieusim");
  CHECK(settings->resolutions == std::vector<int>{200, 300});
  CHECK(settings->without.size() == 2);
  for (const char* text : {"", "script x", "pages", "pages x\ncolour yes", "pages x\ndpi 0",
                           "pages x\nswcrop maybe", "pages x\nresolutions many"}) {
    CAPTURE(text);
    CHECK(parse_settings(text, "/conf").error().code == ErrorCode::kSettingsInvalid);
  }
}

TEST_CASE("render: the window on the paper, at any resolution, in gray and colour") {
  using imaging::PixelFormat;
  auto paper = imaging::Image::blank(100, 200, PixelFormat::kRgb8, 100);
  std::fill(paper.pixels.begin(), paper.pixels.begin() + 100 * 100 * 3,
            std::uint8_t{40});  // the upper half is dark
  const Window whole{0, 0, 25.4, 50.8};
  CHECK(render(paper, whole, 100, PixelFormat::kRgb8).pixels == paper.pixels);
  const auto gray = render(paper, whole, 200, PixelFormat::kGray8);
  CHECK(gray.width_px == 200);
  CHECK(gray.height_px == 400);
  CHECK(gray.pixels.front() == 40);
  CHECK(gray.pixels.back() == 255);
  const auto lower = render(paper, {0, 25.4, 50.8, 76.2}, 100, PixelFormat::kGray8);
  CHECK(lower.pixels.front() == 255);
  CHECK(crop_to_content(gray).height_px == 200);
  CHECK(crop_to_content(lower).height_px == lower.height_px);
}

#ifndef KP_SANITIZED
TEST_CASE("simulator: scanimage lists it and scans a batch with a jam") {
  Bench bench;
  bench.put_pages(1, 5);
  bench.script("after 3 jam");
  const std::string out = (bench.folder() / "out").string();
  CHECK(std::system(("scanimage -L 2>/dev/null | grep -q kiemphieusim:0")) == 0);
  const std::string batch = "scanimage -d kiemphieusim:0 --format=pnm --batch=" + out + "%d.pnm 2>/dev/null";
  CHECK(WEXITSTATUS(std::system(batch.c_str())) == 6);  // SANE_STATUS_JAMMED
  CHECK(std::filesystem::exists(out + "3.pnm"));
  CHECK(WEXITSTATUS(std::system((batch + " --batch-start=4").c_str())) != 6);
  CHECK(std::filesystem::exists(out + "5.pnm"));
  CHECK_FALSE(std::filesystem::exists(out + "6.pnm"));
}
#endif
