// The short way into a sheet's bytes against the long one.
#include "tally/journal/ordinary_sheet.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <array>

#include "tally/journal/limits.h"
#include "tests/unit/tally/journal/scene.h"

using namespace kiemphieu;
using namespace kiemphieu::journal;

namespace {

/// Words of every kind that may stand in a record, also such that need cutting, cleaning and escaping.
rc::Gen<std::string> words() {
  return rc::gen::oneOf(rc::gen::element<std::string>("c1", "QA 167; Luật 85/2015 Điều 74", "Nguyễn \"A\"", "a\\b", "", "x\ny",
                                                      "\xC3", std::string(300, 'k'), std::string("\x01", 1), "\x7F"),
                        rc::gen::arbitrary<std::string>());
}

rc::Gen<int> number(int least, int most) {
  return rc::gen::weightedOneOf<int>({{30, rc::gen::inRange(least, most + 1)},
                                     {1, rc::gen::element(least - 1, least, most, most + 1, -1)}});
}

SheetRecorded any_sheet() {
  SheetRecorded sheet = scene::sheet(*number(1, kMaxBatch), *number(1, kMaxPosition), *rc::gen::inRange<std::size_t>(0, 6), Digest{});
  sheet.image.bytes = *rc::gen::arbitrary<std::array<std::uint8_t, 32>>();
  sheet.upside_down = *rc::gen::arbitrary<bool>();
  sheet.skew_mdeg = *number(-6000, 6000);
  sheet.scale_permille = *number(0, 2000);
  sheet.readers = {*number(10, 20), *number(0, 10)};
  counting::Interpretation& seen = sheet.interpretation;
  if (*rc::gen::inRange(0, 20) == 0) seen.contest = *words();
  if (*rc::gen::inRange(0, 4) == 0) seen.validity.reset();
  seen.elects = *number(0, election::kMaxCandidates);
  for (counting::CandidateMark& mark : seen.candidates) {
    mark.score = *rc::gen::map(rc::gen::inRange(0, 1'000'000), [](int millionths) { return millionths / 1e6 + 3e-7; });
    if (*rc::gen::inRange(0, 60) == 0) mark.source = *words();
    if (*rc::gen::inRange(0, 60) == 0) mark.id = *words();
  }
  if (*rc::gen::inRange(0, 20) == 0) sheet.same_as = SheetPlace{1, 2};
  if (*rc::gen::inRange(0, 20) == 0) sheet.troubles = {{reading::Trouble::kUpsideDown, {}}};
  if (*rc::gen::inRange(0, 20) == 0) sheet.header = 7;
  return sheet;
}

}  // namespace

TEST_CASE("an ordinary sheet goes the short way, and its bytes and its record are those of the long one") {
  const SheetRecorded sheet = scene::sheet(3, 17, 2, Digest{});
  const auto stored = ordinary_sheet(sheet);
  REQUIRE(stored);
  CHECK(stored->body == encode(sheet));
}

TEST_CASE("whatever a sheet holds, the short way says the same as the long one, or nothing") {
  int ordinary = 0;
  CHECK(rc::check([&] {
    const SheetRecorded sheet = any_sheet();
    const auto stored = ordinary_sheet(sheet);
    if (!stored) return;
    ++ordinary;
    RC_ASSERT(stored->body == encode(sheet));
    const auto back = decode("sheet_recorded", stored->body);
    RC_ASSERT(back.has_value());
    RC_ASSERT(encode(*back) == stored->body);
    RC_ASSERT(encode(stored->record) == stored->body);
    const auto& read = std::get<SheetRecorded>(*back);
    for (std::size_t i = 0; i < read.interpretation.candidates.size(); ++i)
      RC_ASSERT(read.interpretation.candidates[i].score == stored->record.interpretation.candidates[i].score);
    RC_ASSERT(read.readers.lines == stored->record.readers.lines);
    RC_ASSERT(read.readers.disagreements == stored->record.readers.disagreements);
  }));
  CHECK(ordinary > 10);  // the property is about something
}
