#pragma once
/// One open SANE device with its options by name. Internal to scanner/sane:
/// the only header of this folder that shows <sane/sane.h>.

#include <sane/sane.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/base/result.h"
#include "scanner/sane/choices.h"

namespace kiemphieu::sane {

struct DeviceName {
  std::string name;   ///< what sane_open() takes
  std::string title;  ///< "Fujitsu fi-7160 scanner"
};

/// libsane between sane_init() and sane_exit(). One at a time in a process.
class Library {
 public:
  Library();
  ~Library();
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;
  Result<std::vector<DeviceName>> devices() const;
};

/// One option; `descriptor` is valid until the next option is set.
struct Option {
  SANE_Int index = 0;
  const SANE_Option_Descriptor* descriptor = nullptr;

  bool is_settable() const { return SANE_OPTION_IS_SETTABLE(descriptor->cap) != 0; }
  std::vector<std::string> words() const;  ///< the string list, if that is its constraint
  NumberRule rule() const;                 ///< of an INT or FIXED option
  std::string offers() const;              ///< for messages: "Flatbed, ADF", "50 to 600"
};

class Device {
 public:
  /// kScannerMissing (no such device), kScannerBusy, kScannerAccessDenied, kScannerIo.
  static Result<std::unique_ptr<Device>> open(const std::string& name);
  ~Device();
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;

  SANE_Handle handle() const { return handle_; }
  const std::string& name() const { return name_; }

  /// The active option of that name.
  std::optional<Option> find(std::string_view name) const;
  /// kScannerOption, with the option's name and what the driver said.
  Result<void> set_word(std::string_view name, const std::string& word);
  Result<void> set_number(std::string_view name, double number);
  Result<void> set_bool(std::string_view name, bool value);
  /// A sensor's value; nullopt when there is none or it does not answer.
  std::optional<SANE_Word> read_word(std::string_view name) const;
  std::optional<double> read_number(std::string_view name) const;

 private:
  Device(std::string name, SANE_Handle handle) : name_(std::move(name)), handle_(handle) {}
  Result<void> set(std::string_view name, void* value);

  std::string name_;
  SANE_Handle handle_;
};

/// The error of a status that is not GOOD. INVAL is kScannerMissing.
Error error_of(SANE_Status status, std::string_view call);

}  // namespace kiemphieu::sane
