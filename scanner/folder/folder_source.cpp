#include "scanner/folder/folder_source.h"

namespace kiemphieu::folder {

std::string FolderSource::description() const { return "folder:" + pages_.string(); }

Result<Stack*> FolderSource::stack() {
  if (!stack_) {
    StackSettings settings{pages_, {}, Durability::kPowerCut, settle_};
    std::error_code ignored;
    if (memory_ == Memory::kKept)
      settings.log = std::filesystem::is_directory(pages_, ignored)
                         ? pages_ / ".kiemphieu-fed"
                         : pages_.parent_path() / ("." + pages_.filename().string() + ".kiemphieu-fed");
    KP_TRY(stack_, Stack::open(std::move(settings)));
  }
  return &*stack_;
}

Result<void> FolderSource::start() {
  stopped_ = false;
  if (memory_ == Memory::kPerRun) stack_.reset();
  KP_TRY([[maybe_unused]] const Stack* opened, stack());
  return {};
}

Result<feed::SheetImage> FolderSource::next() {
  if (stopped_) return fail(ErrorCode::kScannerNoDocuments, "stop was asked");
  KP_TRY(Stack* const stack, this->stack());
  KP_TRY(const auto sheet, stack->top());
  if (!sheet) return fail(ErrorCode::kScannerNoDocuments, pages_.string());
  KP_TRY_VOID(stack->take(*sheet));
  KP_TRY(auto image, stack->picture(*sheet));
  return feed::SheetImage{std::move(image), ++ordinal_, sheet->label()};
}

Result<feed::Sensors> FolderSource::sensors() {
  KP_TRY(Stack* const stack, this->stack());
  KP_TRY(const auto top, stack->top());
  feed::Sensors sensors;
  sensors.page_loaded = top.has_value();
  sensors.sheets_fed = stack->taken();
  return sensors;
}

}  // namespace kiemphieu::folder
