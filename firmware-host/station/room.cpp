#include "firmware-host/station/room.h"

#include "config/base/log.h"
#include "config/storage/reserve.h"

namespace kiemphieu::station {
namespace {

/// Of a worn A5 ballot at 200 dpi as JPEG; a clean one takes half of it.
constexpr std::uint64_t kColourPicture = 450'000, kGrayPicture = 250'000;
/// Its rows in journal, outbox and their write-ahead logs.
constexpr std::uint64_t kRecords = 16'384;
/// Voided piles are scanned again, and a log wants room too.
constexpr std::uint64_t kSpareSheets = 200;

}  // namespace

Room::Room(std::filesystem::path data, std::uint64_t sheets, int resolution_dpi, bool colour)
    : file_(std::move(data) / "room.reserved"), sheets_(sheets) {
  const auto dpi = static_cast<std::uint64_t>(resolution_dpi);
  bytes_per_sheet_ = (colour ? kColourPicture : kGrayPicture) * dpi * dpi / (200 * 200) + kRecords;
}

Result<void> Room::before_feed(std::uint64_t recorded) {
  const std::uint64_t to_come = sheets_ > recorded ? sheets_ - recorded : 0;
  const std::uint64_t wanted = (to_come + kSpareSheets) * bytes_per_sheet_;
  KP_TRY_VOID(storage::reserve(file_, wanted));
  reserved_ = wanted;
  return {};
}

void Room::sheet_comes(std::uint64_t bytes) {
  const std::uint64_t takes = bytes + kRecords;
  const std::uint64_t left = reserved_ > takes ? reserved_ - takes : 0;
  // What cannot be given back stays reserved; storing the sheet says whether there is room.
  if (auto given = storage::reserve(file_, left); !given) log_error("room_not_given_back", given.error());
  reserved_ = left;
}

}  // namespace kiemphieu::station
