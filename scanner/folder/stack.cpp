#include "scanner/folder/stack.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <ctime>

#include <fmt/format.h>

#include "config/imaging/codec.h"
#include "config/storage/files.h"

namespace kiemphieu::folder {
namespace {

namespace fs = std::filesystem;

/// A station counts at most 12,000 sheets; more files than this is not a stack.
constexpr std::size_t kMaxFiles = 100'000;
constexpr std::array<std::string_view, 8> kEndings{".jpg", ".jpeg", ".png", ".pnm",
                                                   ".pgm", ".ppm",  ".tif", ".tiff"};

std::string lower_ending(const fs::path& path) {
  std::string ending = path.extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return ending;
}

bool is_page_file(const fs::path& path) {
  const std::string file = path.filename().string();
  return !file.starts_with('.') &&
         std::find(kEndings.begin(), kEndings.end(), lower_ending(path)) != kEndings.end();
}

bool is_tiff(const fs::path& path) { return lower_ending(path).starts_with(".tif"); }

std::string one_line(const std::string& text) {
  std::string line;
  for (const char c : text) {
    if (c == '\n')
      line += "\\n";
    else if (c == '\\')
      line += "\\\\";
    else
      line += c;
  }
  return line;
}

struct Stamp {
  std::string key;
  std::int64_t changed_ms = 0;
};

std::optional<Stamp> stamp_of(const fs::path& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  return Stamp{fmt::format("{} {}.{:09} {}", status.st_size, status.st_mtim.tv_sec, status.st_mtim.tv_nsec,
                           one_line(path.filename().string())),
               static_cast<std::int64_t>(status.st_mtim.tv_sec) * 1000 + status.st_mtim.tv_nsec / 1'000'000};
}

std::int64_t now_ms() {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);  // the clock that stamps files
  return static_cast<std::int64_t>(now.tv_sec) * 1000 + now.tv_nsec / 1'000'000;
}

}  // namespace

std::string Sheet::label() const {
  const std::string file_name = file.filename().string();
  return page == 0 ? file_name : fmt::format("{} page {}", file_name, page + 1);
}

Result<Stack> Stack::open(StackSettings settings) {
  std::error_code ignored;
  if (!fs::exists(settings.pages, ignored)) return fail(ErrorCode::kFileNotFound, settings.pages.string());
  Stack stack;
  if (!settings.log.empty()) {
    KP_TRY(stack.log_, LineLog::open(settings.log, settings.durability));
    stack.taken_.insert(stack.log_->lines().begin(), stack.log_->lines().end());
  }
  stack.settings_ = std::move(settings);
  return stack;
}

/// Lists the folder when it may have changed, or when the stack ran out: the
/// time stamp of a folder is too coarse to be trusted with the last sheet.
Result<void> Stack::look() {
  std::error_code error;
  const bool is_folder = fs::is_directory(settings_.pages, error);
  const auto changed = fs::last_write_time(settings_.pages, error);
  if (error) return fail(ErrorCode::kFileNotFound, settings_.pages.string());
  if (changed == looked_at_ && !(files_.empty() && sheets_.empty())) return {};

  std::vector<File> found;
  const std::int64_t settled_before_ms = now_ms() - settings_.settle.count();
  const auto consider = [&](const fs::path& path) {
    const auto stamp = is_page_file(path) ? stamp_of(path) : std::nullopt;
    if (!stamp || taken_.contains(stamp->key)) return;
    const bool in_future = stamp->changed_ms > settled_before_ms + settings_.settle.count();
    if (settings_.settle.count() == 0 || in_future || stamp->changed_ms <= settled_before_ms)
      found.push_back({path, stamp->key});
  };
  if (is_folder) {
    for (fs::directory_iterator it{settings_.pages, error}, end; !error && it != end; it.increment(error)) {
      consider(it->path());
      if (found.size() > kMaxFiles)
        return fail(ErrorCode::kFileTooLarge, settings_.pages.string() + ": too many files");
    }
    if (error) return fail(ErrorCode::kFileUnreadable, settings_.pages.string() + ": " + error.message());
  } else {
    consider(settings_.pages);
  }
  std::sort(found.begin(), found.end(), [](const File& a, const File& b) { return a.path < b.path; });
  cached_file_.clear();
  sheets_.clear();
  files_.assign(found.begin(), found.end());
  looked_at_ = changed;
  return {};
}

Result<std::vector<Sheet>> Stack::sheets_of(const File& file) {
  if (!is_tiff(file.path)) return std::vector<Sheet>{{file.path, 0, file.key}};
  auto known = pages_of_tiff_.find(file.key);
  if (known == pages_of_tiff_.end()) {
    KP_TRY(const Bytes* bytes, bytes_of(file.path));
    // An unreadable TIFF is one sheet, so that its picture() can say what is wrong with it.
    const auto count = imaging::count_pages(*bytes);
    known = pages_of_tiff_.emplace(file.key, count ? *count : 1).first;
  }
  std::vector<Sheet> sheets;
  for (int page = 0; page < known->second; ++page) {
    Sheet sheet{file.path, page, fmt::format("page {} {}", page, file.key)};
    if (!taken_.contains(sheet.key)) sheets.push_back(std::move(sheet));
  }
  return sheets;
}

Result<void> Stack::fill(std::size_t wanted) {
  KP_TRY_VOID(look());
  while (sheets_.size() < wanted && !files_.empty()) {
    KP_TRY(auto sheets, sheets_of(files_.front()));
    files_.pop_front();
    for (Sheet& sheet : sheets) sheets_.push_back(std::move(sheet));
  }
  return {};
}

Result<std::optional<Sheet>> Stack::top() {
  KP_TRY_VOID(fill(1));
  return sheets_.empty() ? std::nullopt : std::optional{sheets_.front()};
}

Result<std::optional<Sheet>> Stack::second() {
  KP_TRY_VOID(fill(2));
  return sheets_.size() < 2 ? std::nullopt : std::optional{sheets_[1]};
}

Result<const Bytes*> Stack::bytes_of(const fs::path& file) {
  if (cached_file_ != file) {
    cached_file_.clear();
    KP_TRY(cached_bytes_, storage::read_file(file, imaging::DecodeLimits{}.max_file_bytes));
    cached_file_ = file;
  }
  return &cached_bytes_;
}

Result<imaging::Image> Stack::picture(const Sheet& sheet) {
  if (!is_tiff(sheet.file)) cached_file_.clear();
  KP_TRY(const Bytes* bytes, bytes_of(sheet.file));
  auto image = imaging::decode(*bytes, sheet.page);
  if (!image) return std::move(image).error().with_context(sheet.label());
  return image;
}

Result<void> Stack::take(const Sheet& sheet) {
  if (log_) KP_TRY_VOID(log_->append(sheet.key));
  taken_.insert(sheet.key);
  std::erase_if(sheets_, [&](const Sheet& other) { return other.key == sheet.key; });
  return {};
}

}  // namespace kiemphieu::folder
