#include "scanner/sane/quirks.h"

#include <fnmatch.h>

#include <array>
#include <string>

namespace kiemphieu::sane {
namespace {

constexpr Quirks kOnDemand{.feeds_on_demand = true};
constexpr Quirks kPrefetches{.prefetches = true};
constexpr Quirks kSheetFedOnDemand{.feeds_on_demand = true, .sheet_fed_only = true};

constexpr auto kRows = std::to_array<QuirkRow>({
    {"kiemphieusim:*", kOnDemand, "our own simulator moves one sheet for each sane_start"},
    {"test:*", kOnDemand, "SANE's test backend has no paper"},
    {"fujitsu:*", kOnDemand, "one OBJECT POSITION command a sheet while buffermode is off (set below)"},
    {"canon_dr:*", kOnDemand, "one load command a sheet while buffermode is off (set below)"},
    {"kvs1025:*", kSheetFedOnDemand, "sheet-fed; may lack a source option"},
    {"kvs20xx:*", kSheetFedOnDemand, "sheet-fed; may lack a source option"},
    {"airscan:*", kPrefetches,
     "reads a double feed (HTTP 503, then 404) as the normal end of the stack; prefetches the feeder"},
    {"escl:*", kPrefetches, "same protocol, same end; prefetches the feeder"},
});

constexpr auto kFixed = std::to_array<FixedOption>({
    // The reader needs the paper as it is: a driver that removes specks removes faint strokes.
    {"swdespeck", "0", "removes small marks, so also a faint strike"},
    {"despeck", "no", "removes small marks, so also a faint strike"},
    {"swdeskew", "no", "resamples the page; registration measures skew itself"},
    {"deskew", "no", "resamples the page; registration measures skew itself"},
    {"rollerdeskew", "no", "resamples the page; registration measures skew itself"},
    {"hwdeskewcrop", "no", "resamples and cuts the page"},
    {"adf-skew", "no", "resamples the page; registration measures skew itself"},
    {"swcrop", "no", "cuts away the page's edge, which registration needs"},
    {"adf-crp", "no", "cuts away the page's edge, which registration needs"},
    {"autocrop", "no", "cuts away the page's edge, which registration needs"},
    {"swskip", "0", "a blank ballot is a ballot and must not be dropped"},
    {"dropout-front", "None", "colour drop-out erases the seal or the pen"},
    {"dropoutcolor", "Default", "colour drop-out erases the seal or the pen"},
    {"buffermode", "Off", "the scanner must not run ahead of what is recorded"},
    {"prepick", "Off", "the scanner must not run ahead of what is recorded"},
    {"depth", "8", "8 bits a channel are read"},
    {"compression", "None", "JPEG from the device blurs thin strokes"},
    // Two sheets fed as one is a lost vote: every detector the device has is on.
    {"df-action", "Stop", "a double feed stops the feeder"},
    {"df-thickness", "yes", "ultrasonic double-feed detector"},
    {"df-length", "yes", "double feed by length"},
    {"double-feed", "yes", "kvs1025: detector switch (elsewhere a read-only sensor)"},
    {"dfeed", "yes", "kvs20xx: detector switch"},
});

}  // namespace

std::span<const QuirkRow> quirk_rows() { return kRows; }
std::span<const FixedOption> fixed_options() { return kFixed; }

Quirks quirks_of(std::string_view device) {
  const std::string name{device};
  Quirks quirks;
  for (const QuirkRow& row : kRows) {
    if (::fnmatch(std::string{row.device}.c_str(), name.c_str(), 0) != 0) continue;
    quirks.feeds_on_demand |= row.quirks.feeds_on_demand;
    quirks.prefetches |= row.quirks.prefetches;
    quirks.sheet_fed_only |= row.quirks.sheet_fed_only;
  }
  return quirks;
}

}  // namespace kiemphieu::sane
