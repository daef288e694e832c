#include "scanner/sane/device.h"

#include <sane/saneopts.h>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "config/base/check.h"
#include "config/base/log.h"

namespace kiemphieu::sane {
namespace {

/// Drivers are not ours: a descriptor count beyond this is nonsense.
constexpr SANE_Int kMaxOptions = 1'000;
constexpr std::size_t kMaxListEntries = 1'000;
constexpr SANE_Int kMaxWordBytes = 4'096;

double from_word(const SANE_Option_Descriptor& descriptor, SANE_Word word) {
  return descriptor.type == SANE_TYPE_FIXED ? SANE_UNFIX(word) : static_cast<double>(word);
}

bool is_one_number(const SANE_Option_Descriptor& descriptor) {
  return (descriptor.type == SANE_TYPE_INT || descriptor.type == SANE_TYPE_FIXED) &&
         descriptor.size == sizeof(SANE_Word);
}

bool is_bool(const SANE_Option_Descriptor& descriptor) {
  return descriptor.type == SANE_TYPE_BOOL && descriptor.size == sizeof(SANE_Word);
}

ErrorCode code_of(SANE_Status status) {
  switch (static_cast<int>(status)) {
    case SANE_STATUS_INVAL:
      return ErrorCode::kScannerMissing;
    case SANE_STATUS_JAMMED:
      return ErrorCode::kScannerJam;
    case SANE_STATUS_EOF:  // pnm's second sane_start: nothing more to scan
    case SANE_STATUS_NO_DOCS:
      return ErrorCode::kScannerNoDocuments;
    case SANE_STATUS_COVER_OPEN:
      return ErrorCode::kScannerCoverOpen;
    case 12:  // WARMING_UP, an extension of sane.h
    case SANE_STATUS_DEVICE_BUSY:
      return ErrorCode::kScannerBusy;
    case SANE_STATUS_ACCESS_DENIED:
      return ErrorCode::kScannerAccessDenied;
    case SANE_STATUS_UNSUPPORTED:
      return ErrorCode::kScannerOption;
    default:
      return ErrorCode::kScannerIo;  // IO_ERROR, NO_MEM, CANCELLED at the device, HW_LOCKED
  }
}

}  // namespace

Error error_of(SANE_Status status, std::string_view call) {
  return fail(code_of(status),
              fmt::format("{}: {} (status {})", call, sane_strstatus(status), static_cast<int>(status)));
}

Library::Library() {
  SANE_Int version = 0;
  const SANE_Status status = sane_init(&version, nullptr);
  if (status != SANE_STATUS_GOOD) log_error("sane_init", error_of(status, "sane_init"));
}

Library::~Library() { sane_exit(); }

Result<std::vector<DeviceName>> Library::devices() const {
  const SANE_Device** list = nullptr;
  const SANE_Status status = sane_get_devices(&list, SANE_FALSE);
  if (status != SANE_STATUS_GOOD) return error_of(status, "sane_get_devices");
  std::vector<DeviceName> devices;
  for (std::size_t i = 0; list != nullptr && list[i] != nullptr && i < kMaxListEntries; ++i)
    devices.push_back({list[i]->name, fmt::format("{} {}", list[i]->vendor, list[i]->model)});
  return devices;
}

std::vector<std::string> Option::words() const {
  std::vector<std::string> words;
  if (descriptor->type != SANE_TYPE_STRING || descriptor->constraint_type != SANE_CONSTRAINT_STRING_LIST)
    return words;
  const SANE_String_Const* list = descriptor->constraint.string_list;
  for (std::size_t i = 0; list != nullptr && list[i] != nullptr && i < kMaxListEntries; ++i)
    words.emplace_back(list[i]);
  return words;
}

NumberRule Option::rule() const {
  NumberRule rule;
  if (descriptor->constraint_type == SANE_CONSTRAINT_RANGE) {
    const SANE_Range& range = *descriptor->constraint.range;
    rule.least = from_word(*descriptor, range.min);
    rule.most = from_word(*descriptor, range.max);
    rule.step = from_word(*descriptor, range.quant);
  } else if (descriptor->constraint_type == SANE_CONSTRAINT_WORD_LIST) {
    const SANE_Word* list = descriptor->constraint.word_list;
    for (SANE_Word i = 1; i <= list[0] && i < static_cast<SANE_Word>(kMaxListEntries); ++i)
      rule.list.push_back(from_word(*descriptor, list[i]));
  } else {
    rule.most = 1'000'000;  // unconstrained
  }
  return rule;
}

std::string Option::offers() const {
  if (descriptor->type == SANE_TYPE_STRING) return fmt::format("{}", fmt::join(words(), ", "));
  const NumberRule numbers = rule();
  if (!numbers.list.empty()) return fmt::format("{:g}", fmt::join(numbers.list, ", "));
  return fmt::format("{:g} to {:g}", numbers.least, numbers.most);
}

Result<std::unique_ptr<Device>> Device::open(const std::string& name) {
  SANE_Handle handle = nullptr;
  const SANE_Status status = sane_open(name.c_str(), &handle);
  if (status != SANE_STATUS_GOOD) return error_of(status, "sane_open " + name);
  return std::unique_ptr<Device>{new Device{name, handle}};
}

Device::~Device() { sane_close(handle_); }

std::optional<Option> Device::find(std::string_view name) const {
  SANE_Int count = 0;
  if (sane_control_option(handle_, 0, SANE_ACTION_GET_VALUE, &count, nullptr) != SANE_STATUS_GOOD)
    return std::nullopt;
  for (SANE_Int i = 1; i < std::min(count, kMaxOptions); ++i) {
    const SANE_Option_Descriptor* descriptor = sane_get_option_descriptor(handle_, i);
    if (descriptor == nullptr || descriptor->name == nullptr || descriptor->type == SANE_TYPE_GROUP) continue;
    if (name == descriptor->name && SANE_OPTION_IS_ACTIVE(descriptor->cap)) return Option{i, descriptor};
  }
  return std::nullopt;
}

Result<void> Device::set(std::string_view name, void* value) {
  const auto option = find(name);
  if (!option || !option->is_settable())
    return fail(ErrorCode::kScannerOption, fmt::format("{}: the scanner has no such option", name));
  const SANE_Status status =
      sane_control_option(handle_, option->index, SANE_ACTION_SET_VALUE, value, nullptr);
  if (status == SANE_STATUS_GOOD) return {};
  if (status == SANE_STATUS_INVAL || status == SANE_STATUS_UNSUPPORTED)
    return fail(ErrorCode::kScannerOption,
                fmt::format("{}: refused; the scanner offers {}", name, option->offers()));
  return error_of(status, fmt::format("set {}", name));
}

Result<void> Device::set_word(std::string_view name, const std::string& word) {
  const auto option = find(name);
  if (!option || option->descriptor->type != SANE_TYPE_STRING || option->descriptor->size > kMaxWordBytes ||
      static_cast<SANE_Int>(word.size()) >= option->descriptor->size)
    return fail(ErrorCode::kScannerOption, fmt::format("{}: cannot be set to {}", name, word));
  std::vector<char> value(static_cast<std::size_t>(option->descriptor->size), '\0');
  std::copy(word.begin(), word.end(), value.begin());
  return set(name, value.data());
}

Result<void> Device::set_number(std::string_view name, double number) {
  const auto option = find(name);
  if (!option || !is_one_number(*option->descriptor))
    return fail(ErrorCode::kScannerOption, fmt::format("{}: is not a number", name));
  const double allowed = nearest(option->rule(), number);
  SANE_Word word =
      option->descriptor->type == SANE_TYPE_FIXED ? SANE_FIX(allowed) : static_cast<SANE_Word>(allowed + 0.5);
  return set(name, &word);
}

Result<void> Device::set_bool(std::string_view name, bool value) {
  const auto option = find(name);
  if (!option || !is_bool(*option->descriptor))
    return fail(ErrorCode::kScannerOption, fmt::format("{}: is not a switch", name));
  SANE_Word word = value ? SANE_TRUE : SANE_FALSE;
  return set(name, &word);
}

std::optional<SANE_Word> Device::read_word(std::string_view name) const {
  const auto option = find(name);
  if (!option || !(is_bool(*option->descriptor) || is_one_number(*option->descriptor))) return std::nullopt;
  SANE_Word word = 0;
  if (sane_control_option(handle_, option->index, SANE_ACTION_GET_VALUE, &word, nullptr) != SANE_STATUS_GOOD)
    return std::nullopt;
  return word;
}

std::optional<double> Device::read_number(std::string_view name) const {
  const auto option = find(name);
  const auto word = read_word(name);
  if (!option || !word) return std::nullopt;
  return from_word(*option->descriptor, *word);
}

}  // namespace kiemphieu::sane
