#pragma once
/// Print shops: the same ballot set in another type, size and spacing, in black
/// or in colour, framed or not, printed or copied, with much or little toner.
/// The prescribed forms set none of these (Nghị quyết 40/NQ-HĐBCQG, Mẫu 13-15).

#include <optional>
#include <span>
#include <string_view>

#include "config/election/election.h"
#include "tally/forms/page.h"
#include "tests/forge/paper.h"

namespace kiemphieu::forge {

enum class Spacing : std::uint8_t { kTight, kEven, kLoose };

/// One order to a print shop.
struct PrintJob {
  std::string_view name;
  forms::Face face = forms::Face::kSerif;
  double name_pt = 14;  ///< of the names; smaller where they would not fit
  Spacing spacing = Spacing::kEven;
  bool frame = true;
  std::array<std::uint8_t, 3> ink{0, 0, 0};
  bool photocopy = false;
};
std::span<const PrintJob> print_jobs();

/// A ballot as that shop sets it; a copy when the job says so.
struct Typeset {
  forms::Template form;  ///< with its reference, as learnt from a blank of this run
  imaging::Image blank;
  imaging::Image stranger;  ///< the same form with other persons' names: another constituency's ballot
};
/// Errors: those of forms::ballot_layout and forms::draw_gray. Not thread-safe, as those are not.
Result<Typeset> typeset(const election::Election& election, const election::Contest& contest,
                        const PrintJob& job, double dpi);

/// How one sheet came out of the press.
struct PrintState {
  double toner = 1;   ///< 1 = full print
  double patchy = 0;  ///< share of the toner missing in places
};

/// The plate on paper. `behind`: print_behind() of what lies below, used as paper.show_through says.
Canvas print_on_paper(const cv::Mat& plate, const cv::Mat& behind, double px_per_mm,
                      const std::array<std::uint8_t, 3>& ink, const PrintState& state, const Paper& paper,
                      Rng& rng);

}  // namespace kiemphieu::forge
