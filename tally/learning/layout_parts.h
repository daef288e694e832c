#pragma once
/// The parts of a ballot around the names: header, title, the seal's place; and
/// whether the ballot is blank.

#include "config/base/result.h"
#include "tally/learning/print_lines.h"

namespace kiemphieu::learning {

struct LayoutParts {
  cv::Rect header;  ///< both columns
  cv::Rect seal;    ///< free, but for a label
  bool seal_labelled = false;  ///< "Vị trí đóng dấu …" is printed in the seal's place
};

/// `seats_line`: "Được bầu … đại biểu". Errors: kLearnNotBlank (evidence: what
/// and where), kLearnNoBallot (no room for a seal).
Result<LayoutParts> find_parts(const StraightPage& page, const PrintLines& print, std::size_t seats_line);

}  // namespace kiemphieu::learning
