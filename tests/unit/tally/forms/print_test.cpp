// The printed forms as others see them: files by name, PDF text by pdftotext,
// PDF geometry by pdfinfo, ink by the pixels of the reference.
#include "tally/forms/print.h"

#include <algorithm>
#include <cmath>

#include "config/storage/files.h"
#include "tests/unit/tally/forms/forms_test_support.h"
#include "tally/forms/draw.h"

using namespace kiemphieu;
using namespace kiemphieu::forms;
namespace fs = std::filesystem;

namespace {

election::Candidate candidate(const std::string& id, const std::string& family, const std::string& given) {
  election::Candidate result;
  result.id = id;
  result.family_name = family;
  result.given_name = given;
  result.birth_date = "1980-01-01";
  return result;
}

/// Dark pixels of `image` within the box, whose edges are rounded outwards.
struct Ink {
  int inside = 0, rim = 0;
};
/// `rim`: ink between the box and the box grown by `grow_mm`.
Ink ink_around(const imaging::Image& image, const BoxMm& box, double grow_mm) {
  const double px = image.dpi / 25.4;
  const auto low = [&](double mm) { return static_cast<int>(std::floor(mm * px)); };
  const auto high = [&](double mm) { return static_cast<int>(std::ceil(mm * px)); };
  Ink ink;
  for (int y = low(box.y_mm - grow_mm); y < high(box.y_mm + box.h_mm + grow_mm); ++y) {
    for (int x = low(box.x_mm - grow_mm); x < high(box.x_mm + box.w_mm + grow_mm); ++x) {
      if (image.pixels[static_cast<std::size_t>(y) * static_cast<std::size_t>(image.width_px) +
                       static_cast<std::size_t>(x)] > 128)
        continue;
      const bool inside = x >= low(box.x_mm) && x < high(box.x_mm + box.w_mm) && y >= low(box.y_mm) &&
                          y < high(box.y_mm + box.h_mm);
      ++(inside ? ink.inside : ink.rim);
    }
  }
  return ink;
}

}  // namespace

TEST_CASE("print_forms writes exactly the promised files, A5, readable and repeatable") {
  const auto election = test::example();
  const test::ScratchFolder scratch{"kp-forms"};
  const auto out = scratch.path() / "out";
  REQUIRE(print_forms(election, election.stations[0], {}, out).has_value());
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(out)) names.push_back(entry.path().filename());
  CHECK(names.size() == 21);
  for (const auto& contest : election.contests) {
    CAPTURE(contest.id);
    for (const std::string& name :
         {contest.id + ".pdf", contest.id + ".template.json", contest.id + ".reference.png",
          "batch-header-" + contest.id + ".pdf", "tally-sheet-" + contest.id + ".pdf",
          "tally-sheet-" + contest.id + ".template.json", "tally-sheet-" + contest.id + ".reference.png"}) {
      CAPTURE(name);
      CHECK(std::find(names.begin(), names.end(), name) != names.end());
    }
    const std::string info = test::output_of("pdfinfo " + (out / (contest.id + ".pdf")).string());
    CHECK(info.find("Pages:           1\n") != std::string::npos);
    CHECK(info.find("Page size:       419.528 x 595.276 pts") != std::string::npos);
    const auto form = load_template(out / (contest.id + ".template.json"));
    REQUIRE(form.has_value());
    CHECK(form->reference.width_px == 1165);
    CHECK(form->reference.height_px == 1654);
  }
  const auto again = scratch.path() / "again";
  REQUIRE(print_forms(election, election.stations[0], {}, again).has_value());
  for (const std::string& name : names) {
    CAPTURE(name);
    CHECK(storage::read_file(out / name, 1U << 22U).value() ==
          storage::read_file(again / name, 1U << 22U).value());
  }
}

TEST_CASE("the ballot's text comes back in order, in every diacritic") {
  auto election = test::example();
  const char* hard[][2] = {{"Ầấẩẫậ", "Ằắẳẵặ"},
                           {"Đỗ Ềếểễệ", "Ỳýỷỹỵ"},
                           {"Ồốổỗộ Ờớởỡợ", "Ừứửữự"},
                           {"H'Đrŭn Ƀơ", "Mlô Ñĭčŏĕ"},
                           {"Nguyễn Hoàng", "Thị"}};
  auto& contest = election.contests[0];
  contest.candidates.clear();
  for (const auto& name : hard)
    contest.candidates.push_back(
        candidate("c" + std::to_string(contest.candidates.size() + 1), name[0], name[1]));
  const test::ScratchFolder scratch{"kp-text"};
  REQUIRE(print_forms(election, election.stations[0], {}, scratch.path()).has_value());
  for (const auto& printed : election.contests) {
    CAPTURE(printed.id);
    const std::string text =
        test::output_of("pdftotext -layout " + (scratch.path() / (printed.id + ".pdf")).string() + " -");
    CHECK(text.find("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM") != std::string::npos);
    CHECK(text.find("Độc lập - Tự do - Hạnh phúc") != std::string::npos);
    std::size_t position = text.find("PHIẾU BẦU CỬ");
    REQUIRE(position != std::string::npos);
    position = text.find("Được bầu " + std::to_string(printed.seats) + " đại biểu", position);
    REQUIRE(position != std::string::npos);
    for (const auto& person : printed.candidates) {
      for (const std::string& line : person.printed_lines()) {
        CAPTURE(line);
        position = text.find(line, position);
        REQUIRE(position != std::string::npos);
      }
    }
    // No row number, box, serial or barcode text on the prescribed form.
    CHECK(text.find("KPB1") == std::string::npos);
  }
  const std::string council =
      test::output_of("pdftotext -layout " + (scratch.path() / "xa-2.pdf").string() + " -");
  CHECK(council.find("ĐẠI BIỂU HỘI ĐỒNG NHÂN DÂN XÃ EA KLY") != std::string::npos);
  CHECK(council.find("KHÓA II NHIỆM KỲ 2026-2031") != std::string::npos);
}

TEST_CASE("a template's boxes hold the ink of the names and nothing else") {
  const auto election = test::example();
  for (const bool machine_marks : {false, true}) {
    for (const auto& contest : election.contests) {
      CAPTURE(contest.id);
      const auto ballot = compose_ballot(election, contest, {.machine_marks = machine_marks});
      REQUIRE(ballot.has_value());
      const Template& form = ballot->form;
      REQUIRE(form.candidates.size() == contest.candidates.size());
      for (std::size_t i = 0; i < form.candidates.size(); ++i) {
        const CandidateLines& candidate = form.candidates[i];
        CAPTURE(candidate.name);
        CHECK(candidate.id == contest.candidates[i].id);
        CHECK(candidate.row == static_cast<int>(i) + 1);
        REQUIRE(candidate.lines.size() == contest.candidates[i].printed_lines().size());
        for (const BoxMm& box : candidate.lines) {
          const Ink ink = ink_around(form.reference, box, 0.9);
          CHECK(ink.inside > 500);
          CHECK(ink.rim == 0);
          // Tight: without a sixth of a millimetre at an edge, ink is lost.
          const double cut = 0.3;
          CHECK(ink_around(form.reference, {box.x_mm + cut, box.y_mm, box.w_mm - cut, box.h_mm}, 0.3).rim >
                0);
          CHECK(ink_around(form.reference, {box.x_mm, box.y_mm, box.w_mm - cut, box.h_mm}, 0.3).rim > 0);
          CHECK(ink_around(form.reference, {box.x_mm, box.y_mm + cut, box.w_mm, box.h_mm - cut}, 0.3).rim >
                0);
          CHECK(ink_around(form.reference, {box.x_mm, box.y_mm, box.w_mm, box.h_mm - cut}, 0.3).rim > 0);
        }
      }
      const Ink seal = ink_around(form.reference, *form.seal, 0);
      CHECK(seal.inside == 0);
    }
  }
}

TEST_CASE("machine marks move nothing and add the corners and the code") {
  const auto election = test::example();
  for (const auto& contest : election.contests) {
    CAPTURE(contest.id);
    const auto plain = compose_ballot(election, contest, {});
    const auto marked = compose_ballot(election, contest, {.machine_marks = true});
    REQUIRE(plain.has_value());
    REQUIRE(marked.has_value());
    CHECK_FALSE(plain->form.marks.has_value());
    REQUIRE(marked->form.marks.has_value());
    CHECK(marked->form.marks->corners.size() == 4);
    for (std::size_t i = 0; i < plain->form.candidates.size(); ++i) {
      for (std::size_t k = 0; k < plain->form.candidates[i].lines.size(); ++k) {
        const BoxMm& a = plain->form.candidates[i].lines[k];
        const BoxMm& b = marked->form.candidates[i].lines[k];
        CHECK(std::tie(a.x_mm, a.y_mm, a.w_mm, a.h_mm) == std::tie(b.x_mm, b.y_mm, b.w_mm, b.h_mm));
      }
    }
    // Every dark pixel of the plain ballot is dark on the marked one.
    int lost = 0;
    for (std::size_t i = 0; i < plain->form.reference.pixels.size(); ++i)
      lost += plain->form.reference.pixels[i] < 128 && marked->form.reference.pixels[i] >= 128;
    CHECK(lost == 0);
    CHECK(marked->layout.page.codes.at(0).payload ==
          "KPB1/" + election.digest.short_hex() + "/" + contest.id);
  }
}

TEST_CASE("what does not fit the page is refused, not squeezed") {
  auto election = test::example();
  auto& contest = election.contests[0];
  SUBCASE("a name wider than the page") {
    contest.candidates[1].middle_name = std::string(80, 'W');
    const auto ballot = compose_ballot(election, contest, {});
    REQUIRE_FALSE(ballot.has_value());
    CHECK(ballot.error().code == ErrorCode::kFormOverflow);
    CHECK(ballot.error().evidence.find("WWWW") != std::string::npos);
  }
  SUBCASE("more candidates than lines") {
    contest.candidates.assign(20, candidate("c1", "Lê", "An"));
    const auto ballot = compose_ballot(election, contest, {});
    REQUIRE_FALSE(ballot.has_value());
    CHECK(ballot.error().code == ErrorCode::kFormOverflow);
  }
  SUBCASE("a long name makes the type of all names smaller") {
    contest.candidates[1].middle_name = "Nguyễn Hoàng Phương Thảo Quỳnh";
    const auto ballot = compose_ballot(election, contest, {});
    REQUIRE(ballot.has_value());
    CHECK(ballot->layout.page.texts[ballot->layout.names[0].texts[0]].style.size_pt < 14);
  }
  SUBCASE("a letter the font lacks") {
    contest.candidates[1].middle_name = "\xE6\xBC\xA2";
    const auto ballot = compose_ballot(election, contest, {});
    REQUIRE_FALSE(ballot.has_value());
    CHECK(ballot.error().code == ErrorCode::kFontMissing);
  }
}
