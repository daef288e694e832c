// The scanner process: one loop that asks libsane what the station asks it.
#include "scanner/worker/worker_main.h"

#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>

#include <cstdlib>
#include <cstring>
#include <memory>
#include <thread>

#include "config/base/log.h"
#include "scanner/sane/sane_source.h"
#include "scanner/worker/channel.h"
#include "scanner/worker/source.h"

namespace kiemphieu::worker {
namespace {

/// Pictures go in parts of this size.
constexpr std::size_t kPartBytes = 256 * 1024;
/// A driver with paper moving gets this long to finish the sheet after the
/// station is gone; then the device must be free for the next station.
constexpr std::chrono::seconds kOrphanTime{15};

/// A driver that hangs does not notice that the station died. This thread does.
void leave_when_orphaned() {
  std::thread{[] {
    pollfd entry{kWorkerSocket, POLLRDHUP, 0};
    while (::poll(&entry, 1, -1) < 0) {
    }
    std::this_thread::sleep_for(kOrphanTime);
    std::_Exit(EXIT_FAILURE);
  }}.detach();
}

template <class T>
Message answer_of(const Result<T>& result, Message when_done) {
  return result ? std::move(when_done) : Message{to_message(result.error())};
}

class Worker {
 public:
  explicit Worker(Channel& channel) : channel_(channel) {}

  /// Answers one request.
  Result<void> handle(const Message& request) {
    if (const auto* open = std::get_if<Open>(&request)) {
      sane::ScanSettings settings;
      settings.device = open->device;
      settings.resolution_dpi = static_cast<int>(open->resolution_dpi);
      settings.colour = open->colour;
      settings.page_width_mm = open->page_width_um / 1000.0;
      settings.page_height_mm = open->page_height_um / 1000.0;
      source_ = std::make_unique<sane::SaneSource>(settings);
      return channel_.send(Done{}, std::nullopt);
    }
    if (!source_) return fail(ErrorCode::kScannerCrashed, "a request before the device was named");
    if (std::holds_alternative<Start>(request)) {
      const auto started = source_->start();
      return channel_.send(answer_of(started, Done{source_->description()}), std::nullopt);
    }
    if (std::holds_alternative<Next>(request)) return send_sheet(source_->next());
    if (std::holds_alternative<Stop>(request)) {
      source_->request_stop();
      return channel_.send(Done{}, std::nullopt);
    }
    if (std::holds_alternative<AskSensors>(request)) {
      const auto sensors = source_->sensors();
      return channel_.send(sensors ? Message{SensorValues{*sensors}} : Message{to_message(sensors.error())},
                           std::nullopt);
    }
    return fail(ErrorCode::kScannerCrashed, "an answer instead of a request");
  }

 private:
  Result<void> send_sheet(Result<feed::SheetImage> sheet) {
    if (!sheet) return channel_.send(to_message(sheet.error()), std::nullopt);
    const imaging::Image& image = sheet->image;
    KP_TRY_VOID(channel_.send(
        SheetHeader{static_cast<std::uint32_t>(image.width_px), static_cast<std::uint32_t>(image.height_px),
                    image.format == imaging::PixelFormat::kRgb8,
                    static_cast<std::uint32_t>(image.dpi * 1000 + 0.5), sheet->ordinal, sheet->origin},
        std::nullopt));
    ByteView rest{image.pixels};
    while (!rest.empty()) {
      const ByteView part = rest.first(std::min(rest.size(), kPartBytes));
      KP_TRY_VOID(channel_.send(Pixels{{part.begin(), part.end()}}, std::nullopt));
      rest = rest.subspan(part.size());
    }
    return {};
  }

  Channel& channel_;
  std::unique_ptr<sane::SaneSource> source_;
};

}  // namespace

bool is_worker(int argc, char** argv) { return argc > 1 && std::strcmp(argv[1], kWorkerArgument) == 0; }

int worker_main(int, char**) {
  // A service manager signals the whole group; the station decides when the
  // scanner stops, so that no sheet is left half way.
  ::signal(SIGTERM, SIG_IGN);
  ::signal(SIGINT, SIG_IGN);
  ::prctl(PR_SET_NAME, "kp-scanner");
  Channel channel{UniqueFd{kWorkerSocket}};
  leave_when_orphaned();
  Worker worker{channel};
  for (;;) {
    const auto request = channel.receive(std::nullopt);
    if (!request) return EXIT_SUCCESS;  // the station closed its end
    const auto handled = worker.handle(*request);
    if (handled) continue;
    log_error("scanner_process", handled.error());
    return EXIT_FAILURE;
  }
}

}  // namespace kiemphieu::worker
