// The SANE entry points of `kiemphieusim`. libsane's dll backend loads this
// library and finds them by name; nothing else is visible.
#include <sane/sane.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <thread>

#include "config/base/log.h"
#include "scanner/simulator/options.h"
#include "scanner/simulator/paper_path.h"

namespace kiemphieu::simulator {
namespace {

constexpr const char* kDeviceName = "0";

class Device {
 public:
  Device(const Settings& settings, PaperPath path)
      : options_(settings), path_(std::move(path)), unknown_height_(settings.unknown_height) {}

  const Options& options() const { return options_; }
  SANE_Status get(SANE_Int index, void* value);
  SANE_Status set(SANE_Int index, void* value, SANE_Int* info);
  SANE_Parameters parameters() const;
  SANE_Status start();
  SANE_Status read(SANE_Byte* data, SANE_Int max_length, SANE_Int* length);
  void cancel();

 private:
  SANE_Status act(const Fault& fault);
  SANE_Status act(FaultKind kind);

  Options options_;
  PaperPath path_;
  bool unknown_height_;
  bool gone_ = false;  ///< unplugged: this handle never works again
  std::optional<imaging::Image> picture_;
  std::optional<Fault> fault_;  ///< waits in the middle of the picture
  std::size_t sent_bytes_ = 0;
};

SANE_Status failed(const Error& error) {
  log_error("kiemphieusim", error);
  switch (error.code) {
    case ErrorCode::kScannerBusy:
      return SANE_STATUS_DEVICE_BUSY;
    case ErrorCode::kScannerAccessDenied:
      return SANE_STATUS_ACCESS_DENIED;
    case ErrorCode::kScannerDisconnected:
    case ErrorCode::kSettingsInvalid:
    case ErrorCode::kFileNotFound:
      return SANE_STATUS_INVAL;
    default:
      return SANE_STATUS_IO_ERROR;
  }
}

template <class T>
SANE_Status give(const Result<T>& result, void* value) {
  if (!result) return failed(result.error());
  *static_cast<SANE_Word*>(value) = static_cast<SANE_Word>(*result);
  return SANE_STATUS_GOOD;
}

SANE_Status Device::get(SANE_Int index, void* value) {
  if (gone_) return SANE_STATUS_IO_ERROR;
  switch (options_.id(index)) {
    case OptionId::kScanButton:
      return give(path_.take_button_press(), value);
    case OptionId::kPageLoaded:
      return give(path_.page_loaded(), value);
    case OptionId::kCoverOpen:
      return give(path_.cover_open(), value);
    case OptionId::kDoubleFeed:
      return give(Result<bool>{path_.double_feed()}, value);
    case OptionId::kSheetCounter:
      return give(Result<std::uint64_t>{path_.counter()}, value);
    default:
      return options_.get(options_.id(index), value);
  }
}

SANE_Status Device::set(SANE_Int index, void* value, SANE_Int* info) {
  return picture_ ? SANE_STATUS_DEVICE_BUSY : options_.set(index, value, info);
}

SANE_Parameters Device::parameters() const {
  const Window window = options_.window();
  SANE_Parameters parameters{};
  parameters.format = options_.format() == imaging::PixelFormat::kRgb8 ? SANE_FRAME_RGB : SANE_FRAME_GRAY;
  parameters.last_frame = SANE_TRUE;
  parameters.depth = 8;
  parameters.pixels_per_line = picture_ ? picture_->width_px : width_px(window, options_.resolution());
  parameters.lines = picture_ ? picture_->height_px : height_px(window, options_.resolution());
  parameters.bytes_per_line =
      parameters.pixels_per_line * static_cast<SANE_Int>(imaging::channels(options_.format()));
  if (unknown_height_) parameters.lines = -1;
  return parameters;
}

SANE_Status Device::act(FaultKind kind) {
  switch (kind) {
    case FaultKind::kJam:
    case FaultKind::kDoubleFeed:
      return SANE_STATUS_JAMMED;
    case FaultKind::kCoverOpen:
      return SANE_STATUS_COVER_OPEN;
    case FaultKind::kIoError:
      return SANE_STATUS_IO_ERROR;
    case FaultKind::kBusy:
      return SANE_STATUS_DEVICE_BUSY;
    case FaultKind::kNoDocuments:
      return SANE_STATUS_NO_DOCS;
    case FaultKind::kShortPage:
      return SANE_STATUS_EOF;
    case FaultKind::kAccessDenied:
      return SANE_STATUS_ACCESS_DENIED;
    case FaultKind::kPressButton:
      return SANE_STATUS_GOOD;
    case FaultKind::kDisconnect:
      gone_ = true;
      return SANE_STATUS_IO_ERROR;
    case FaultKind::kHang:
      for (;;) std::this_thread::sleep_for(std::chrono::hours{1});
    case FaultKind::kCrash:
      std::abort();
  }
  return SANE_STATUS_IO_ERROR;
}

/// A fault in the middle of the picture ends the sheet.
SANE_Status Device::act(const Fault& fault) {
  picture_.reset();
  const auto struck = fault.kind == FaultKind::kShortPage ? path_.land() : path_.strike(fault);
  return struck ? act(fault.kind) : failed(struck.error());
}

SANE_Status Device::start() {
  if (gone_) return SANE_STATUS_IO_ERROR;
  if (picture_) return SANE_STATUS_DEVICE_BUSY;
  auto fed = options_.from_adf() ? path_.feed(options_.stop_on_double_feed()) : path_.look();
  if (!fed) return failed(fed.error());
  if (!fed->sheet) return act(*fed->fault);
  picture_ = render(fed->sheet->paper, options_.window(), options_.resolution(), options_.format());
  if (unknown_height_) {
    const double paper_mm = fed->sheet->paper.height_px * 25.4 / fed->sheet->paper.dpi;
    Window window = options_.window();
    window.bottom_mm = std::min(window.bottom_mm, window.top_mm + paper_mm);
    picture_ = render(fed->sheet->paper, window, options_.resolution(), options_.format());
  }
  if (options_.swcrop()) picture_ = crop_to_content(*picture_);
  fault_ = std::move(fed->sheet->fault);
  sent_bytes_ = 0;
  return SANE_STATUS_GOOD;
}

SANE_Status Device::read(SANE_Byte* data, SANE_Int max_length, SANE_Int* length) {
  *length = 0;
  if (gone_) return SANE_STATUS_IO_ERROR;
  if (!picture_) return SANE_STATUS_EOF;
  const std::size_t end = fault_ ? picture_->pixels.size() / 2 : picture_->pixels.size();
  const std::size_t count = std::min(end - sent_bytes_, static_cast<std::size_t>(max_length));
  if (count > 0) {
    std::memcpy(data, picture_->pixels.data() + sent_bytes_, count);
    sent_bytes_ += count;
    *length = static_cast<SANE_Int>(count);
    return SANE_STATUS_GOOD;
  }
  if (fault_) return act(*fault_);
  picture_.reset();
  const auto landed = path_.land();
  return landed ? SANE_STATUS_EOF : failed(landed.error());
}

void Device::cancel() {
  picture_.reset();
  if (!path_.is_moving()) return;
  const auto thrown = path_.throw_out();
  if (!thrown) failed(thrown.error());
}

Device* device_of(SANE_Handle handle) { return static_cast<Device*>(handle); }

/// Nothing may be thrown into the C caller.
template <class Action>
SANE_Status guarded(Action action) {
  try {
    return action();
  } catch (const std::bad_alloc&) {
    return SANE_STATUS_NO_MEM;
  } catch (const std::exception& problem) {
    return failed(fail(ErrorCode::kStorageIo, problem.what()));
  }
}

SANE_Status open_device(SANE_String_Const name, SANE_Handle* handle) {
  if (name[0] != '\0' && std::strcmp(name, kDeviceName) != 0) return SANE_STATUS_INVAL;
  const auto settings = load_settings();
  if (!settings) return failed(settings.error());
  auto path = PaperPath::open(*settings);
  if (!path) return failed(path.error());
  *handle = new Device(*settings, *std::move(path));
  return SANE_STATUS_GOOD;
}

}  // namespace
}  // namespace kiemphieu::simulator

namespace sim = kiemphieu::simulator;
#define KP_SANE_ENTRY __attribute__((visibility("default")))

extern "C" {

KP_SANE_ENTRY SANE_Status sane_kiemphieusim_init(SANE_Int* version, SANE_Auth_Callback) {
  if (version != nullptr) *version = SANE_VERSION_CODE(1, 0, 1);
  return SANE_STATUS_GOOD;
}

KP_SANE_ENTRY void sane_kiemphieusim_exit() {}

KP_SANE_ENTRY SANE_Status sane_kiemphieusim_get_devices(const SANE_Device*** list, SANE_Bool) {
  static const SANE_Device device{sim::kDeviceName, "Kiểm Phiếu", "simulated feeder", "virtual device"};
  static const SANE_Device* present[] = {&device, nullptr};
  static const SANE_Device* absent[] = {nullptr};
  *list = sim::guarded([] { return sim::load_settings() ? SANE_STATUS_GOOD : SANE_STATUS_INVAL; }) ==
                  SANE_STATUS_GOOD
              ? present
              : absent;
  return SANE_STATUS_GOOD;
}

KP_SANE_ENTRY SANE_Status sane_kiemphieusim_open(SANE_String_Const name, SANE_Handle* handle) {
  return sim::guarded([&] { return sim::open_device(name, handle); });
}

KP_SANE_ENTRY void sane_kiemphieusim_close(SANE_Handle handle) {
  sim::device_of(handle)->cancel();
  delete sim::device_of(handle);
}

KP_SANE_ENTRY const SANE_Option_Descriptor* sane_kiemphieusim_get_option_descriptor(SANE_Handle handle,
                                                                                    SANE_Int index) {
  return sim::device_of(handle)->options().descriptor(index);
}

KP_SANE_ENTRY SANE_Status sane_kiemphieusim_control_option(SANE_Handle handle, SANE_Int index,
                                                           SANE_Action action, void* value, SANE_Int* info) {
  if (info != nullptr) *info = 0;
  sim::Device* device = sim::device_of(handle);
  if (!device->options().is_valid(index) || value == nullptr) return SANE_STATUS_INVAL;
  if (action == SANE_ACTION_GET_VALUE) return sim::guarded([&] { return device->get(index, value); });
  if (action == SANE_ACTION_SET_VALUE) return sim::guarded([&] { return device->set(index, value, info); });
  return SANE_STATUS_UNSUPPORTED;
}

KP_SANE_ENTRY SANE_Status sane_kiemphieusim_get_parameters(SANE_Handle handle, SANE_Parameters* parameters) {
  *parameters = sim::device_of(handle)->parameters();
  return SANE_STATUS_GOOD;
}

KP_SANE_ENTRY SANE_Status sane_kiemphieusim_start(SANE_Handle handle) {
  return sim::guarded([&] { return sim::device_of(handle)->start(); });
}

KP_SANE_ENTRY SANE_Status sane_kiemphieusim_read(SANE_Handle handle, SANE_Byte* data, SANE_Int max_length,
                                                 SANE_Int* length) {
  return sim::guarded([&] { return sim::device_of(handle)->read(data, max_length, length); });
}

KP_SANE_ENTRY void sane_kiemphieusim_cancel(SANE_Handle handle) {
  sim::guarded([&] { return sim::device_of(handle)->cancel(), SANE_STATUS_GOOD; });
}

KP_SANE_ENTRY SANE_Status sane_kiemphieusim_set_io_mode(SANE_Handle, SANE_Bool non_blocking) {
  return non_blocking ? SANE_STATUS_UNSUPPORTED : SANE_STATUS_GOOD;
}

KP_SANE_ENTRY SANE_Status sane_kiemphieusim_get_select_fd(SANE_Handle, SANE_Int*) {
  return SANE_STATUS_UNSUPPORTED;
}

}  // extern "C"
