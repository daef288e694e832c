#pragma once
/// One scan of a blank ballot, laid straight: 200 dpi, page edge to page edge,
/// the paper's colour, shadows and the scanner's lid taken away.

#include <cstdint>

#include <opencv2/core.hpp>

#include "config/base/result.h"
#include "config/imaging/image.h"

namespace kiemphieu::learning {

/// Everything after straighten() is in this resolution.
inline constexpr double kPxPerMm = 200.0 / 25.4;
/// The prescribed ballots are A5, portrait (Nghị quyết 40/NQ-HĐBCQG).
inline constexpr double kPageWidthMm = 148.0, kPageHeightMm = 210.0;
/// Thinner strokes than this resolution keeps cannot be told from dirt.
inline constexpr double kMinDpi = 140;

struct StraightPage {
  cv::Mat darkness;  ///< CV_8UC1, the page at kPxPerMm; 0 paper … 255 black
  cv::Mat coloured;  ///< CV_8UC1, how much more one colour is taken away than another; empty: gray scan
  double skew_deg = 0;
  double dpi = 0;  ///< of the scan
  bool dpi_stated = false;
  bool edges_seen = false;  ///< all of the paper's position comes from its edges
};

/// Errors: kLearnScanTooSmall, kLearnNoBallot (nothing printed).
Result<StraightPage> straighten(const imaging::ImageView& scan);

/// The same page turned by 180°.
StraightPage turned(const StraightPage& page);

inline int to_px(double mm) { return static_cast<int>(mm * kPxPerMm + 0.5); }

}  // namespace kiemphieu::learning
