// One sheet = sane_start, sane_get_parameters, sane_read to its end. sane_cancel
// is called only after a terminal status or between two sheets of a device that
// moves nothing on its own: cancelling with paper moving loses sheets.
// Tested over real libsane by tests/unit/scanner/test_sane_*.cpp.
#include "scanner/sane/sane_source.h"

#include <array>
#include <optional>

#include <fmt/format.h>

#include "config/base/check.h"
#include "config/base/log.h"
#include "scanner/sane/device.h"
#include "scanner/sane/frame.h"
#include "scanner/sane/negotiate.h"
#include "scanner/sane/quirks.h"

namespace kiemphieu::sane {
namespace {

constexpr std::size_t kReadBytes = 256 * 1024;
/// More than any feeder holds; a driver that never ends is cancelled after that.
constexpr std::uint64_t kMostSheetsDrained = 1'000;

FrameShape shape_of(const SANE_Parameters& parameters) {
  FrameShape shape;
  switch (parameters.format) {
    case SANE_FRAME_GRAY:
      shape.kind = FrameShape::Kind::kGray;
      break;
    case SANE_FRAME_RGB:
      shape.kind = FrameShape::Kind::kRgb;
      break;
    case SANE_FRAME_RED:
    case SANE_FRAME_GREEN:
    case SANE_FRAME_BLUE:
      shape.kind = FrameShape::Kind::kOnePassOfThree;
      break;
    default:
      shape.kind = FrameShape::Kind::kOther;
      break;
  }
  shape.last_frame = parameters.last_frame != SANE_FALSE;
  shape.depth = parameters.depth;
  shape.bytes_per_line = parameters.bytes_per_line;
  shape.pixels_per_line = parameters.pixels_per_line;
  shape.lines = parameters.lines;
  return shape;
}

/// The same sensor has a different name in every driver.
std::optional<SANE_Word> first_word(const Device& device, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    const auto option = device.find(name);
    // A switch that the program sets is no sensor.
    if (!option || option->is_settable()) continue;
    if (const auto word = device.read_word(name)) return word;
  }
  return std::nullopt;
}

std::optional<bool> first_bool(const Device& device, std::initializer_list<std::string_view> names) {
  const auto word = first_word(device, names);
  return word ? std::optional{*word != 0} : std::nullopt;
}

}  // namespace

struct SaneSource::Running {
  Library library;
  std::unique_ptr<Device> device;
  Quirks quirks;
  double dpi = 0;
  bool in_run = false;
  bool device_ended = false;  ///< the run's last word came from the device itself
  /// A prefetching driver told this before it gave out all it had: the run's
  /// end once the rest has come.
  std::optional<Error> pending;
};

SaneSource::SaneSource(ScanSettings settings) : settings_(std::move(settings)) {}
SaneSource::~SaneSource() = default;

std::string SaneSource::description() const { return title_.empty() ? settings_.device : title_; }

Result<void> SaneSource::open() {
  if (running_) return {};
  // A library started anew finds a device that was unplugged and came back.
  auto running = std::make_unique<Running>();
  std::string name = settings_.device;
  if (name.empty()) {
    KP_TRY(const auto devices, running->library.devices());
    if (devices.empty()) return fail(ErrorCode::kScannerMissing, "libsane finds no device");
    name = devices.front().name;
    title_ = fmt::format("{} ({})", name, devices.front().title);
  } else {
    title_ = name;
  }
  auto device = Device::open(name);
  if (!device) {
    Error error = std::move(device).error();
    // A device that cannot even be opened is not there, whatever the driver calls it.
    const bool not_there = error.code == ErrorCode::kScannerMissing || error.code == ErrorCode::kScannerIo;
    if (not_there) error.code = was_open_ ? ErrorCode::kScannerDisconnected : ErrorCode::kScannerMissing;
    return error;
  }
  running->device = *std::move(device);
  running->quirks = quirks_of(name);
  running_ = std::move(running);
  was_open_ = true;
  return {};
}

void SaneSource::close() { running_.reset(); }

Result<void> SaneSource::start() {
  stopped_ = false;
  KP_TRY_VOID(open());
  KP_CHECK(!running_->in_run);
  auto agreed = negotiate(*running_->device, settings_);
  if (!agreed) {
    Error error = std::move(agreed).error();
    close();
    return error;
  }
  running_->dpi = agreed->dpi;
  running_->in_run = true;
  running_->device_ended = false;
  running_->pending.reset();
  return {};
}

void SaneSource::request_stop() { stopped_ = true; }

Result<feed::SheetImage> SaneSource::next() {
  if (!running_ || !running_->in_run) return fail(ErrorCode::kScannerIo, "no run was started");
  if (stopped_ && running_->quirks.feeds_on_demand)
    return end_run(fail(ErrorCode::kScannerNoDocuments, "stop was asked"));
  for (;;) {
    KP_TRY_VOID(begin_sheet());
    auto image = read_frame();
    if (image) return feed::SheetImage{*std::move(image), ++ordinal_, running_->device->name()};
    const bool more_may_wait = running_->quirks.prefetches && running_->device_ended && !running_->pending;
    if (!more_may_wait) return end_run(running_->pending ? *running_->pending : image.error());
    running_->pending = image.error();
  }
}

/// The device's own last word in this run.
Error SaneSource::device_says(int status, std::string_view call) {
  running_->device_ended = true;
  return error_of(static_cast<SANE_Status>(status), call);
}

/// A sheet is on its way, or the run is over.
Result<void> SaneSource::begin_sheet() {
  const SANE_Handle handle = running_->device->handle();
  SANE_Status status = sane_start(handle);
  if (status == SANE_STATUS_GOOD) return {};
  Error first = device_says(status, "sane_start");
  if (running_->pending) return end_run(*std::move(running_->pending));
  const bool ended = first.code == ErrorCode::kScannerNoDocuments;
  const bool refused = first.code == ErrorCode::kScannerBusy || first.code == ErrorCode::kScannerAccessDenied;
  if (!running_->quirks.prefetches || refused || (ended && stopped_)) return end_run(std::move(first));

  // No sane_cancel in between: it may throw away sheets that wait in the driver.
  status = sane_start(handle);
  if (status == SANE_STATUS_GOOD) {
    if (ended) first = fail(ErrorCode::kScannerStoppedEarly, first.evidence + ", then more sheets came");
    running_->pending = std::move(first);
    running_->device_ended = false;
    return {};
  }
  Error second = device_says(status, "sane_start after the end");
  if (!ended || second.code == ErrorCode::kScannerNoDocuments) return end_run(std::move(first));
  if (second.code == ErrorCode::kScannerBusy || second.code == ErrorCode::kScannerIo)
    second = fail(ErrorCode::kScannerStoppedEarly, first.evidence + ", then " + second.evidence);
  return end_run(std::move(second));
}

Result<imaging::Image> SaneSource::read_frame() {
  const SANE_Handle handle = running_->device->handle();
  SANE_Parameters parameters{};
  SANE_Status status = sane_get_parameters(handle, &parameters);
  if (status != SANE_STATUS_GOOD) return device_says(status, "sane_get_parameters");
  auto frame = Frame::begin(shape_of(parameters), running_->dpi);
  std::optional<Error> refused = frame ? std::nullopt : std::optional{frame.error()};
  static thread_local std::array<std::uint8_t, kReadBytes> chunk;
  // A refused picture is read to its end all the same: the paper is moving.
  for (;;) {
    SANE_Int length = 0;
    status = sane_read(handle, chunk.data(), static_cast<SANE_Int>(chunk.size()), &length);
    if (status == SANE_STATUS_EOF) break;
    if (status != SANE_STATUS_GOOD) return device_says(status, "sane_read");
    if (refused || length <= 0) continue;
    const auto added = frame->add({chunk.data(), static_cast<std::size_t>(length)});
    if (!added) refused = added.error();
  }
  if (refused) return *std::move(refused);
  return std::move(*frame).finish();
}

/// Lets out what the device has already taken, until it says it has ended.
std::uint64_t SaneSource::drain() {
  const SANE_Handle handle = running_->device->handle();
  static thread_local std::array<std::uint8_t, kReadBytes> chunk;
  std::uint64_t sheets = 0;
  while (sheets < kMostSheetsDrained && sane_start(handle) == SANE_STATUS_GOOD) {
    SANE_Int length = 0;
    while (sane_read(handle, chunk.data(), static_cast<SANE_Int>(chunk.size()), &length) ==
           SANE_STATUS_GOOD) {
    }
    ++sheets;
  }
  return sheets;
}

/// The run is over. `why` is a status of the device, or a picture we refused,
/// in which case the device still feeds.
Error SaneSource::end_run(Error why) {
  if (!running_->device_ended && !running_->quirks.feeds_on_demand) {
    const std::uint64_t sheets = drain();
    if (sheets > 0) why.evidence += fmt::format("; {} further sheets came out unread", sheets);
  }
  sane_cancel(running_->device->handle());
  running_->in_run = false;
  return tell_apart(std::move(why));
}

/// Statuses say less than we must know: JAMMED may be a double feed, and an
/// I/O error may be a cable that was pulled.
Error SaneSource::tell_apart(Error why) {
  if (why.code == ErrorCode::kScannerJam && first_bool(*running_->device, {"double-feed"}).value_or(false)) {
    why.code = ErrorCode::kScannerDoubleFeed;
  } else if (running_->device_ended &&
             (why.code == ErrorCode::kScannerIo || why.code == ErrorCode::kScannerMissing)) {
    close();
    const auto opened = open();
    if (!opened && opened.error().code != ErrorCode::kScannerBusy) {
      why.code = ErrorCode::kScannerDisconnected;
      why.evidence += ", then " + opened.error().evidence;
    } else {
      why.code = ErrorCode::kScannerIo;
    }
  }
  return why;
}

Result<feed::Sensors> SaneSource::sensors() {
  KP_TRY_VOID(open());
  const Device& device = *running_->device;
  feed::Sensors sensors;
  sensors.page_loaded = first_bool(device, {"page-loaded", "adf-loaded"});
  sensors.cover_open = first_bool(device, {"cover-open"});
  sensors.scan_button = first_bool(device, {"scan", "start", "button-1"});
  sensors.double_feed = first_bool(device, {"double-feed"});
  if (const auto counter = first_word(device, {"sheet-counter"}); counter && *counter >= 0)
    sensors.sheets_fed = static_cast<std::uint64_t>(*counter);
  return sensors;
}

}  // namespace kiemphieu::sane
