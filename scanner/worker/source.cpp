#include "scanner/worker/source.h"

#include <string_view>

#include <fmt/format.h>

#include "scanner/folder/folder_source.h"
#include "scanner/worker/worker_source.h"

namespace kiemphieu::worker {
namespace {

constexpr std::string_view kFolderPrefix = "folder:";
constexpr std::string_view kDeckPrefix = "deck:";
/// From a card to A3; anything else is a slip in the settings.
constexpr double kLeastPageMm = 50, kMostPageMm = 420;

bool is_page_length(double mm) { return mm >= kLeastPageMm && mm <= kMostPageMm; }

}  // namespace

Result<std::unique_ptr<feed::SheetSource>> open_source(const SourceSettings& settings) {
  const std::string_view device = settings.device;
  if (device.starts_with(kFolderPrefix))
    return std::unique_ptr<feed::SheetSource>{
        std::make_unique<folder::FolderSource>(device.substr(kFolderPrefix.size()), folder::Memory::kKept)};
  if (device.starts_with(kDeckPrefix))
    return std::unique_ptr<feed::SheetSource>{std::make_unique<folder::FolderSource>(
        device.substr(kDeckPrefix.size()), folder::Memory::kPerRun, std::chrono::milliseconds{0})};
  if (settings.resolution_dpi < 200 || settings.resolution_dpi > 300)
    return fail(ErrorCode::kScannerOption,
                fmt::format("resolution_dpi: {} is not between 200 and 300", settings.resolution_dpi));
  if (!is_page_length(settings.page_width_mm) || !is_page_length(settings.page_height_mm))
    return fail(ErrorCode::kScannerOption, fmt::format("page: {:g} x {:g} mm is no sheet",
                                                       settings.page_width_mm, settings.page_height_mm));
  return std::unique_ptr<feed::SheetSource>{std::make_unique<WorkerSource>(settings)};
}

}  // namespace kiemphieu::worker
