#include "scanner/simulator/options.h"

#include <sane/saneopts.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace kiemphieu::simulator {
namespace {

constexpr double kMaxWidthMm = 216;  // letter width, the common limit of office feeders
constexpr double kA4WidthMm = 210, kA4HeightMm = 297;
constexpr SANE_Int kSettable = SANE_CAP_SOFT_SELECT | SANE_CAP_SOFT_DETECT;
constexpr SANE_Int kSensor = SANE_CAP_SOFT_DETECT | SANE_CAP_HARD_SELECT | SANE_CAP_ADVANCED;

SANE_Word fix(double value) { return SANE_FIX(value); }

SANE_Option_Descriptor plain(const char* name, const char* title, SANE_Value_Type type, SANE_Int size,
                             SANE_Int cap) {
  SANE_Option_Descriptor descriptor{};
  descriptor.name = name;
  descriptor.title = title;
  descriptor.desc = title;
  descriptor.type = type;
  descriptor.unit = SANE_UNIT_NONE;
  descriptor.size = size;
  descriptor.cap = cap;
  descriptor.constraint_type = SANE_CONSTRAINT_NONE;
  return descriptor;
}

SANE_Option_Descriptor group(const char* title) { return plain("", title, SANE_TYPE_GROUP, 0, 0); }

SANE_Option_Descriptor number(const char* name, const char* title, SANE_Value_Type type, SANE_Int cap) {
  return plain(name, title, type, sizeof(SANE_Word), cap);
}

}  // namespace

Options::Options(const Settings& settings)
    : without_(settings.without),
      x_range_{0, fix(kMaxWidthMm), 0},
      y_range_{0, fix(settings.max_height_mm), 0},
      adf_name_(settings.adf_name),
      source_(settings.adf_name),
      mode_(settings.modes.front()),
      page_width_(fix(kA4WidthMm)),
      page_height_(std::min(fix(kA4HeightMm), y_range_.max)),
      right_(page_width_),
      bottom_(page_height_),
      swcrop_(settings.swcrop ? SANE_TRUE : SANE_FALSE) {
  add(OptionId::kCount,
      number(SANE_NAME_NUM_OPTIONS, SANE_TITLE_NUM_OPTIONS, SANE_TYPE_INT, SANE_CAP_SOFT_DETECT));
  add_scan_options(settings);
  add_sensors();
}

void Options::add(OptionId id, SANE_Option_Descriptor descriptor) {
  if (std::find(without_.begin(), without_.end(), descriptor.name) == without_.end())
    rows_.push_back({id, descriptor});
}

void Options::add_text(OptionId id, const char* name, const char* title,
                       const std::vector<std::string>& choices) {
  std::vector<SANE_String_Const>& list = kept_lists_.emplace_back();
  std::size_t longest = 0;
  for (const std::string& choice : choices) {
    list.push_back(kept_texts_.emplace_back(choice).c_str());
    longest = std::max(longest, choice.size() + 1);
  }
  list.push_back(nullptr);
  SANE_Option_Descriptor descriptor =
      plain(name, title, SANE_TYPE_STRING, static_cast<SANE_Int>(longest), kSettable);
  descriptor.constraint_type = SANE_CONSTRAINT_STRING_LIST;
  descriptor.constraint.string_list = list.data();
  add(id, descriptor);
}

void Options::add_length(OptionId id, const char* name, const char* title, const SANE_Range* range) {
  SANE_Option_Descriptor descriptor = number(name, title, SANE_TYPE_FIXED, kSettable);
  descriptor.unit = SANE_UNIT_MM;
  descriptor.constraint_type = SANE_CONSTRAINT_RANGE;
  descriptor.constraint.range = range;
  add(id, descriptor);
}

void Options::add_scan_options(const Settings& settings) {
  add(OptionId::kScanGroup, group("Scan mode"));
  add_text(OptionId::kSource, SANE_NAME_SCAN_SOURCE, SANE_TITLE_SCAN_SOURCE, {"Flatbed", settings.adf_name});
  add_text(OptionId::kMode, SANE_NAME_SCAN_MODE, SANE_TITLE_SCAN_MODE, settings.modes);
  SANE_Option_Descriptor resolution =
      number(SANE_NAME_SCAN_RESOLUTION, SANE_TITLE_SCAN_RESOLUTION, SANE_TYPE_INT, kSettable);
  resolution.unit = SANE_UNIT_DPI;
  if (settings.resolutions.empty()) {
    resolution.constraint_type = SANE_CONSTRAINT_RANGE;
    resolution.constraint.range = &resolution_range_;
  } else {
    resolution_list_.push_back(static_cast<SANE_Word>(settings.resolutions.size()));
    resolution_list_.insert(resolution_list_.end(), settings.resolutions.begin(), settings.resolutions.end());
    resolution_ = resolution_list_[1];
    resolution.constraint_type = SANE_CONSTRAINT_WORD_LIST;
    resolution.constraint.word_list = resolution_list_.data();
  }
  add(OptionId::kResolution, resolution);
  add(OptionId::kGeometryGroup, group("Geometry"));
  add_length(OptionId::kPageWidth, SANE_NAME_PAGE_WIDTH, SANE_TITLE_PAGE_WIDTH, &x_range_);
  add_length(OptionId::kPageHeight, SANE_NAME_PAGE_HEIGHT, SANE_TITLE_PAGE_HEIGHT, &y_range_);
  add_length(OptionId::kTopLeftX, SANE_NAME_SCAN_TL_X, SANE_TITLE_SCAN_TL_X, &x_range_);
  add_length(OptionId::kTopLeftY, SANE_NAME_SCAN_TL_Y, SANE_TITLE_SCAN_TL_Y, &y_range_);
  add_length(OptionId::kBottomRightX, SANE_NAME_SCAN_BR_X, SANE_TITLE_SCAN_BR_X, &x_range_);
  add_length(OptionId::kBottomRightY, SANE_NAME_SCAN_BR_Y, SANE_TITLE_SCAN_BR_Y, &y_range_);
  add(OptionId::kEnhancementGroup, group("Enhancement"));
  add_text(OptionId::kDoubleFeedAction, "df-action", "What a double feed does",
           {"Default", "Continue", "Stop"});
  add(OptionId::kSwCrop, number("swcrop", "Software crop", SANE_TYPE_BOOL, kSettable));
}

void Options::add_sensors() {
  add(OptionId::kSensorGroup, group("Sensors"));
  add(OptionId::kScanButton, number(SANE_NAME_SCAN, "Scan button", SANE_TYPE_BOOL, kSensor));
  add(OptionId::kPageLoaded, number(SANE_NAME_PAGE_LOADED, "Page loaded", SANE_TYPE_BOOL, kSensor));
  add(OptionId::kCoverOpen, number(SANE_NAME_COVER_OPEN, "Cover open", SANE_TYPE_BOOL, kSensor));
  add(OptionId::kDoubleFeed, number("double-feed", "Double feed", SANE_TYPE_BOOL, kSensor));
  SANE_Option_Descriptor counter = number("sheet-counter", "Sheets fed", SANE_TYPE_INT, kSensor);
  counter.constraint_type = SANE_CONSTRAINT_RANGE;
  counter.constraint.range = &sheets_range_;
  add(OptionId::kSheetCounter, counter);
}

const SANE_Option_Descriptor* Options::descriptor(SANE_Int index) const {
  return is_valid(index) ? &rows_[static_cast<std::size_t>(index)].descriptor : nullptr;
}

std::string* Options::text_of(OptionId id) {
  switch (id) {
    case OptionId::kSource:
      return &source_;
    case OptionId::kMode:
      return &mode_;
    case OptionId::kDoubleFeedAction:
      return &double_feed_action_;
    default:
      return nullptr;
  }
}

SANE_Word* Options::number_of(OptionId id) {
  switch (id) {
    case OptionId::kResolution:
      return &resolution_;
    case OptionId::kPageWidth:
      return &page_width_;
    case OptionId::kPageHeight:
      return &page_height_;
    case OptionId::kTopLeftX:
      return &left_;
    case OptionId::kTopLeftY:
      return &top_;
    case OptionId::kBottomRightX:
      return &right_;
    case OptionId::kBottomRightY:
      return &bottom_;
    case OptionId::kSwCrop:
      return &swcrop_;
    default:
      return nullptr;
  }
}

SANE_Status Options::get(OptionId id, void* value) const {
  auto* self = const_cast<Options*>(this);
  if (id == OptionId::kCount) {
    *static_cast<SANE_Word*>(value) = static_cast<SANE_Word>(rows_.size());
  } else if (const std::string* text = self->text_of(id)) {
    std::memcpy(value, text->c_str(), text->size() + 1);
  } else if (const SANE_Word* number = self->number_of(id)) {
    *static_cast<SANE_Word*>(value) = *number;
  } else {
    return SANE_STATUS_INVAL;
  }
  return SANE_STATUS_GOOD;
}

SANE_Status Options::set(SANE_Int index, void* value, SANE_Int* info) {
  const SANE_Option_Descriptor& descriptor = rows_[static_cast<std::size_t>(index)].descriptor;
  if (!SANE_OPTION_IS_SETTABLE(descriptor.cap)) return SANE_STATUS_INVAL;
  if (std::string* text = text_of(id(index))) {
    const std::string wanted{
        static_cast<const char*>(value),
        strnlen(static_cast<const char*>(value), static_cast<std::size_t>(descriptor.size))};
    for (const SANE_String_Const* choice = descriptor.constraint.string_list; *choice != nullptr; ++choice)
      if (wanted == *choice) {
        *text = wanted;
        if (info != nullptr) *info |= SANE_INFO_RELOAD_OPTIONS | SANE_INFO_RELOAD_PARAMS;
        return SANE_STATUS_GOOD;
      }
    return SANE_STATUS_INVAL;
  }
  SANE_Word* number = number_of(id(index));
  if (number == nullptr) return SANE_STATUS_INVAL;
  SANE_Word wanted = *static_cast<const SANE_Word*>(value);
  if (descriptor.constraint_type == SANE_CONSTRAINT_RANGE) {
    wanted = std::clamp(wanted, descriptor.constraint.range->min, descriptor.constraint.range->max);
  } else if (descriptor.constraint_type == SANE_CONSTRAINT_WORD_LIST) {
    // As sanei_constrain_value does: the nearest entry.
    for (std::size_t i = 1; i < resolution_list_.size(); ++i)
      if (i == 1 || std::abs(resolution_list_[i] - *static_cast<const SANE_Word*>(value)) <
                        std::abs(wanted - *static_cast<const SANE_Word*>(value)))
        wanted = resolution_list_[i];
  }
  const bool exact = wanted == *static_cast<const SANE_Word*>(value);
  *number = wanted;
  if (info != nullptr) *info |= SANE_INFO_RELOAD_PARAMS | (exact ? 0 : SANE_INFO_INEXACT);
  return SANE_STATUS_GOOD;
}

imaging::PixelFormat Options::format() const {
  return mode_ == "Color" ? imaging::PixelFormat::kRgb8 : imaging::PixelFormat::kGray8;
}

Window Options::window() const {
  return {SANE_UNFIX(left_), SANE_UNFIX(top_), std::min(SANE_UNFIX(right_), SANE_UNFIX(page_width_)),
          std::min(SANE_UNFIX(bottom_), SANE_UNFIX(page_height_))};
}

}  // namespace kiemphieu::simulator
