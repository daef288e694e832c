#pragma once
/// Forged tally sheets of the example election, read and compared with their truth.

#include <memory>
#include <string>

#include "tally/counting/tally_sheet.h"
#include "tally/reading/reader.h"
#include "tests/forge/tally_sheet.h"

namespace kiemphieu::golden {

struct TallyDeck {
  election::Election election;
  std::vector<forms::Template> sheets;  ///< by contest, references loaded
  std::unique_ptr<reading::Reader> reader;
};
TallyDeck make_tally_deck();

struct JudgedTally {
  forge::TallyPlan plan;
  reading::SheetReading reading;
  counting::TallySheet sheet;
  int fields = 0, accepted = 0, review = 0;
  int wrong = 0;  ///< accepted with another value than was written, or against a slip
  int proposals = 0, wrong_proposals = 0;
  bool returned = false;
};
/// `seed` decides everything.
JudgedTally judge_tally(const TallyDeck& deck, std::size_t contest, forge::PhysicsLevel level,
                        forge::Slip slip, std::uint64_t seed);

}  // namespace kiemphieu::golden
