#include <doctest/doctest.h>

#include <cmath>

#include "tally/reading/reader.h"
#include "tests/forge/sample_ballot.h"

namespace kiemphieu::reading {
namespace {

// Found by fuzz_read: on a scan that begins inside the form, a streak was looked for in the column before
// the first (seen under the address sanitizer only).
TEST_CASE("a scan that begins or ends inside the form is read without looking beyond its edge") {
  const forge::SampleBallot sample = forge::sample_ballot();
  const auto reader = Reader::create({sample.form});
  REQUIRE(reader.has_value());
  const imaging::ImageView whole = sample.blank.view();
  const double px_per_mm = whole.dpi / 25.4;
  int ballots = 0;
  for (double cut_mm = 8.5; cut_mm < 12.5; cut_mm += 0.25)
    for (const bool left : {true, false}) {
      CAPTURE(cut_mm);
      CAPTURE(left);
      const int cut = static_cast<int>(std::lround(cut_mm * px_per_mm));
      imaging::ImageView page = whole;
      page.width_px -= cut;
      if (left) page.data += cut;
      const SheetReading reading = reader->read(page);
      ballots += reading.form == Form::kBallot ? 1 : 0;
      for (const auto& trouble : reading.troubles) CHECK(trouble.trouble != Trouble::kStreak);
    }
  CHECK(ballots >= 16);
}

}  // namespace
}  // namespace kiemphieu::reading
