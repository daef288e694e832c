#pragma once
/// The simulated scanner's SANE options: descriptors, values, constraints.
/// Names, capabilities and units are those of the fujitsu and canon_dr backends.

#include <sane/sane.h>

#include <deque>
#include <string>
#include <vector>

#include "config/imaging/image.h"
#include "scanner/simulator/render.h"
#include "scanner/simulator/settings.h"

namespace kiemphieu::simulator {

enum class OptionId {
  kCount,
  kScanGroup,
  kSource,
  kMode,
  kResolution,
  kGeometryGroup,
  kPageWidth,
  kPageHeight,
  kTopLeftX,
  kTopLeftY,
  kBottomRightX,
  kBottomRightY,
  kEnhancementGroup,
  kDoubleFeedAction,
  kSwCrop,
  kSensorGroup,
  kScanButton,
  kPageLoaded,
  kCoverOpen,
  kDoubleFeed,
  kSheetCounter,
};

class Options {
 public:
  explicit Options(const Settings& settings);
  Options(const Options&) = delete;
  Options& operator=(const Options&) = delete;

  /// nullptr beyond the last option.
  const SANE_Option_Descriptor* descriptor(SANE_Int index) const;
  OptionId id(SANE_Int index) const { return rows_[static_cast<std::size_t>(index)].id; }
  bool is_valid(SANE_Int index) const { return index >= 0 && static_cast<std::size_t>(index) < rows_.size(); }

  /// Options that are not sensors. `info` gets the SANE_INFO_ flags.
  SANE_Status get(OptionId id, void* value) const;
  SANE_Status set(SANE_Int index, void* value, SANE_Int* info);

  bool from_adf() const { return source_ == adf_name_; }
  bool stop_on_double_feed() const { return double_feed_action_ == "Stop"; }
  bool swcrop() const { return swcrop_; }
  int resolution() const { return resolution_; }
  imaging::PixelFormat format() const;
  Window window() const;

 private:
  struct Row {
    OptionId id;
    SANE_Option_Descriptor descriptor;
  };

  void add(OptionId id, SANE_Option_Descriptor descriptor);
  void add_text(OptionId id, const char* name, const char* title, const std::vector<std::string>& choices);
  void add_length(OptionId id, const char* name, const char* title, const SANE_Range* range);
  void add_scan_options(const Settings& settings);
  void add_sensors();
  std::string* text_of(OptionId id);
  SANE_Word* number_of(OptionId id);

  std::vector<std::string> without_;
  std::vector<Row> rows_;
  std::deque<std::string> kept_texts_;  ///< what the descriptors point at
  std::deque<std::vector<SANE_String_Const>> kept_lists_;
  std::vector<SANE_Word> resolution_list_;
  SANE_Range resolution_range_{50, 600, 1};
  SANE_Range x_range_, y_range_;
  SANE_Range sheets_range_{0, 1'000'000'000, 1};

  std::string adf_name_, source_, mode_, double_feed_action_ = "Default";
  SANE_Word resolution_ = 200;
  SANE_Word page_width_, page_height_, left_ = 0, top_ = 0, right_, bottom_;
  SANE_Word swcrop_;
};

}  // namespace kiemphieu::simulator
