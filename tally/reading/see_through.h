#pragma once
/// Whether a stroke runs on where letters cover it or the pen skips.
///
/// Ink on print is darker than print alone: much so on a letter's blurred edge
/// and on pale toner, hardly on solid black. What this line's own letters look
/// like, edge or core, is taken from the rows the stroke does not touch; along
/// the stroke's way the darkness beyond that is held against what its ink would
/// add. One column says little, a few letters say enough.

#include <array>
#include <optional>
#include <vector>

#include "tally/reading/stroke.h"

namespace kiemphieu::reading {

class SeeThrough {
 public:
  /// `path`: the stroke's row in each column step from the name's left end;
  /// `darkness`: of its ink on paper, 0 to 255. Both `line` and `path` must live on.
  SeeThrough(const StraightLine& line, const std::vector<int>& path, int darkness);

  /// 1: letters and paper from field column `from_px` to `to_px` are as dark as ink
  /// makes them, 0: as they are without; none when the print is too black to tell.
  /// `apart_from_smears`: what is as dark above and below the stroke does not count; for
  /// whole words, a letter alone may be dark there for its shape.
  std::optional<double> share(int from_px, int to_px, bool apart_from_smears) const;

  /// Some `width_px` columns between that would plainly show ink, the print being pale enough, show none.
  bool has_bare(int from_px, int to_px, int width_px) const;

 private:
  static constexpr int kBins = 16;  // of the reference's darkness

  /// The darkness beyond bare print on three rows, and what ink would add, each weighed by the latter.
  struct Met {
    double seen = 0, possible = 0;
    int in_body = 0;  ///< pixels in the letters' bodies' rows
  };
  Met met(int from_px, int to_px, int beside_px) const;
  /// The most that is seen along the way or right beside it; `enough`: the least that ink would add.
  std::optional<double> most(int from_px, int to_px, double enough) const;

  const StraightLine& line_;
  const std::vector<int>& path_;
  int darkness_;
  std::array<int, kBins> bare_{};  ///< median darkness of print alone
};

}  // namespace kiemphieu::reading
