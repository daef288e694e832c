#pragma once
/// The three ballots of the example election, printed and ready to be forged,
/// and what counting makes of a reading against the forge's truth.

#include <memory>
#include <string>
#include <vector>

#include "config/election/election.h"
#include "tally/counting/interpret.h"
#include "tally/reading/reader.h"
#include "tests/forge/situation.h"

namespace kiemphieu::golden {

/// Whatever goes wrong here is a broken test set-up: aborts with the error.
struct Deck {
  election::Election election;
  std::vector<std::unique_ptr<forge::BallotForge>> forges;  ///< one a contest, in the election's order
  std::unique_ptr<reading::Reader> reader;

  /// The example election; `machine_marks` as in forms::PrintOptions. The forge works at `dpi`.
  static Deck load(bool machine_marks = false, double dpi = 200);
};

enum class Verdict {
  kRight,     ///< accepted as it is, or returned what had to be
  kReview,    ///< people look
  kReturned,  ///< a ballot handed back: scanned again, never counted wrong
  kWrong,     ///< taken for clear, and false: must never happen
};

struct Judged {
  Verdict verdict = Verdict::kWrong;
  forge::SheetTruth truth;
  reading::SheetReading reading;
  counting::Interpretation interpretation;
  std::string why;  ///< one line for people
};

/// Reads the picture of `plan` with the pile it lies in, interprets it, compares.
Judged judge(const election::Election& election, const reading::Reader& reader, const forms::Template& form,
             const forge::SheetPlan& plan, const imaging::ImageView& picture);
/// Forges the sheet first.
Judged judge(const Deck& deck, std::size_t contest, const forge::SheetPlan& plan);

}  // namespace kiemphieu::golden
