// Templates survive saving and loading; a defaced one is refused with its place.
#include "tally/forms/template.h"

#include <fstream>

#include "config/json/json.h"
#include "config/storage/files.h"
#include "tests/unit/tally/forms/forms_test_support.h"
#include "tally/forms/print.h"

using namespace kiemphieu;
using namespace kiemphieu::forms;
using json::Json;

namespace {

Json read_json(const std::filesystem::path& path) {
  return Json::parse(as_text(storage::read_file(path, 1U << 20U).value()));
}

void write_text(const std::filesystem::path& path, const std::string& text) {
  REQUIRE(storage::write_file_durably(path, as_bytes(text)).has_value());
}

}  // namespace

TEST_CASE("a template comes back as it was saved") {
  const auto election = test::example();
  const test::ScratchFolder scratch{"kp-template"};
  const auto ballot = compose_ballot(election, election.contests[1], {.machine_marks = true});
  REQUIRE(ballot.has_value());
  REQUIRE(save_template(ballot->form, scratch.path(), "tinh-7").has_value());
  const auto loaded = load_template(scratch.path() / "tinh-7.template.json");
  REQUIRE(loaded.has_value());
  CHECK(loaded->contest == "tinh-7");
  CHECK(loaded->election == election.digest);
  CHECK(loaded->seats == 3);
  CHECK(loaded->reference_file == "tinh-7.reference.png");
  CHECK(loaded->reference.pixels == ballot->form.reference.pixels);
  CHECK(loaded->marks->corners.size() == 4);
  CHECK(loaded->frame.has_value());
  CHECK(loaded->candidates[3].name == "Võ Thành Nghĩa");
  REQUIRE(loaded->candidates[3].lines.size() == 2);
  CHECK(loaded->candidates[3].lines[1].y_mm ==
        doctest::Approx(ballot->form.candidates[3].lines[1].y_mm).epsilon(1e-4));
}

TEST_CASE("load_ballot_templates refuses another election's and asks for missing ones") {
  const auto election = test::example();
  const test::ScratchFolder scratch{"kp-templates"};
  REQUIRE(print_forms(election, election.stations[0], {}, scratch.path()).has_value());
  const auto all = load_ballot_templates(scratch.path(), {"qh-1", "tinh-7", "xa-2"}, election.digest);
  REQUIRE(all.has_value());
  CHECK(all->size() == 3);
  Digest other = election.digest;
  other.bytes[0] ^= 1U;
  struct Row {
    const char* name;
    std::string contest;
    Digest election;
    ErrorCode code;
  };
  const Row rows[] = {{"another election", "qh-1", other, ErrorCode::kTemplateOtherElection},
                      {"not printed", "qh-2", election.digest, ErrorCode::kTemplateMissing},
                      {"a tally sheet", "tally-sheet-qh-1", election.digest, ErrorCode::kTemplateInvalid}};
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const auto result = load_ballot_templates(scratch.path(), {row.contest}, row.election);
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().code == row.code);
  }
}

TEST_CASE("a defaced template is refused with its place") {
  const auto election = test::example();
  const test::ScratchFolder scratch{"kp-defaced"};
  const auto ballot = compose_ballot(election, election.contests[0], {});
  REQUIRE(ballot.has_value());
  REQUIRE(save_template(ballot->form, scratch.path(), "qh-1").has_value());
  const auto path = scratch.path() / "qh-1.template.json";
  const Json good = read_json(path);
  struct Row {
    const char* name;
    const char* pointer;
    Json value;
    const char* evidence;
  };
  const Row rows[] = {
      {"version", "/version", 2, "version"},
      {"digest cut", "/election", "abcd", "election"},
      {"no candidates", "/candidates", Json::array(), "candidates"},
      {"two kinds at once", "/fields", Json::array(), "candidates"},
      {"box beyond the page", "/candidates/0/lines/0/w_mm", 140.0, "candidates[0].lines[0]: the box"},
      {"box of nothing", "/candidates/0/lines/0/h_mm", 0, "candidates[0].lines[0].h_mm"},
      {"row out of order", "/candidates/0/row", 2, "candidates[0].row"},
      {"id twice", "/candidates/1/id", "c1", "candidates[1].id"},
      {"path out of the folder", "/reference/file", "../qh-1.reference.png", "reference.file"},
      {"other resolution", "/reference/dpi", 300, "pixels, the template says"},
      {"page of another size", "/page/width_mm", 210.0, "pixels, the template says"},
      {"seal as text", "/seal", "upper left", "seal"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    Json broken = good;
    broken[Json::json_pointer{row.pointer}] = row.value;
    write_text(path, broken.dump());
    const auto result = load_template(path);
    REQUIRE_FALSE(result.has_value());
    CAPTURE(result.error().evidence);
    CHECK(result.error().code == ErrorCode::kTemplateInvalid);
    CHECK(result.error().evidence.find(row.evidence) != std::string::npos);
  }
  SUBCASE("cut short") {
    write_text(path, good.dump().substr(0, 200));
    CHECK(load_template(path).error().code == ErrorCode::kTemplateInvalid);
  }
  SUBCASE("the picture is cut short") {
    write_text(path, good.dump());
    const auto png = scratch.path() / "qh-1.reference.png";
    std::filesystem::resize_file(png, std::filesystem::file_size(png) / 2);
    CHECK(load_template(path).error().code == ErrorCode::kTemplateInvalid);
  }
  SUBCASE("the picture is gone") {
    write_text(path, good.dump());
    std::filesystem::remove(scratch.path() / "qh-1.reference.png");
    CHECK(load_template(path).error().code == ErrorCode::kFileNotFound);
  }
}
