#include "firmware-host/station/daemon.h"

#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <mutex>

#include "config/base/clock.h"
#include "config/base/log.h"
#include "config/crypto/certificate.h"
#include "config/storage/files.h"
#include "config/service/notify.h"
#include "firmware-host/mirror/mirror.h"
#include "firmware-host/mirror/take_over.h"
#include "firmware-host/station/parts.h"
#include "firmware-host/station/power.h"
#include "firmware-host/station/station.h"
#include "firmware-host/team/people.h"
#include "firmware-host/web/metrics.h"
#include "firmware-host/web/routes.h"
#include "firmware-host/web/view_json.h"
#include "sync/http/server.h"
#include "sync/push/pusher.h"
#include "sync/push/renewer.h"

namespace kiemphieu::station {
namespace {

/// SIGTERM must end the daemon within five seconds (docs/formats); one is kept for the rest.
constexpr std::chrono::milliseconds kFeederPatience{4000};
/// A page that does not answer within this is stuck.
constexpr std::chrono::milliseconds kAliveWithin{2000};

class DaemonImpl final : public Daemon {
 public:
  Result<void> start(const settings::StationSettings& settings, const std::optional<TakeOverRequest>& take_over);
  bool alive() override;
  void stop() override;
  ~DaemonImpl() override;

 private:
  Result<void> take_over(const settings::StationSettings& settings, const TakeOverRequest& request);
  void start_push(const settings::StationSettings& settings);
  void start_mirror(const settings::StationSettings& settings);
  void told_by_committee();
  Result<void> start_web(const settings::StationSettings& settings);
  /// The view with what the pusher and the team's list say at this moment.
  View with_others(View view);
  void tell_page(const View& view);

  SystemClock clock_;
  std::unique_ptr<const Definition> definition_;
  std::optional<crypto::SigningKey> key_;
  std::unique_ptr<team::People> people_;
  std::optional<outbox::Outbox> push_outbox_;
  std::unique_ptr<Station> station_;
  std::unique_ptr<push::Pusher> pusher_;
  /// The same pusher for the page's and the feeder's threads, once it runs.
  std::atomic<push::Pusher*> sending_{nullptr};
  std::unique_ptr<push::Renewer> renewer_;
  std::mutex push_error_mutex_;
  std::optional<Error> push_error_;
  std::unique_ptr<mirror::Mirror> mirror_;
  std::atomic<mirror::Mirror*> mirroring_{nullptr};
  std::unique_ptr<web::Routes> routes_;
  std::unique_ptr<http::Server> server_;
  std::atomic<bool> power_low_{false};
  std::vector<std::string> shutdown_command_;
  std::unique_ptr<power::PowerGuard> power_;  // after station_: ends first
};

Result<void> DaemonImpl::start(const settings::StationSettings& settings, const std::optional<TakeOverRequest>& request) {
  KP_TRY_VOID(refuse_low_battery(settings.power));
  shutdown_command_ = settings.power.shutdown_command;
  KP_TRY(definition_, load_definition(settings));
  KP_TRY_VOID(storage::create_folders_durably(settings.data));
  KP_TRY_VOID(keep_election_copy(settings, definition_->election));
  KP_TRY_VOID(keep_template_copies(settings));
  KP_TRY(people_, team::People::open(settings.data, clock_));
  KP_TRY(key_, open_key(settings.key, settings.data));
  if (request) KP_TRY_VOID(take_over(settings, *request));
  KP_TRY(reading::Reader reader, load_reader(settings.templates, definition_->election, *definition_->station));
  KP_TRY(auto ledger, Ledger::open(settings.data, definition_->election, *definition_->station, *key_, clock_));
  push_outbox_ = ledger->outbox();
  if (!settings.mirror.root.empty()) {
    const auto medium = mirror::Medium::find(settings.mirror.root, settings.station, definition_->election.digest);
    if (medium) ledger->also_look_for_images_in(medium->folder());
  }
  KP_TRY_VOID(ledger->note_missing_pictures());
  station_ = std::make_unique<Station>(std::move(ledger), SheetPipeline{definition_->election, std::move(reader)},
                                       [settings](Paper paper) { return open_scanner(settings.scanner, paper); },
                                       settings.scanner.output_stack);
  if (const std::uint64_t sheets = sheets_expected(settings, *definition_->station); sheets > 0)
    station_->keep_room({settings.data, sheets, settings.scanner.resolution_dpi, settings.scanner.colour});
  KP_TRY_VOID(start_web(settings));
  start_push(settings);
  start_mirror(settings);
  KP_TRY(power_, watch_power(settings.power, *station_, [this] {
           power_low_ = true;
           service::ask_to_stop();
         }));
  log_event(LogLevel::kInfo, "station_listening",
            {{"web", fmt::format("{}:{}", settings.web.address, server_->port())},
             {"station", settings.station},
             {"election", definition_->election.digest.short_hex()},
             {"key", key_->public_key().hex()}});
  return {};
}

void DaemonImpl::start_push(const settings::StationSettings& settings) {
  if (settings.push.url.empty()) return;
  push::PusherOptions options{settings.push.url, settings.push.tls.ca, settings.push.tls.certificate,
                              settings.push.tls.key, settings.data / "journal.db", {}};
  options.on_change = [this] {
    told_by_committee();
    tell_page(*station_->view());
  };
  auto pusher = push::Pusher::start(options, *push_outbox_);
  if (pusher) {
    pusher_ = *std::move(pusher);
    sending_ = pusher_.get();
    renewer_ = push::Renewer::start({options.url, options.ca, options.certificate, options.key});
  } else {
    // A bad certificate must not stop the count: the page says it, the records wait in the outbox.
    log_error("push_not_started", pusher.error());
    const std::lock_guard lock{push_error_mutex_};
    push_error_ = std::move(pusher).error();
  }
  tell_page(*station_->view());
}

Result<void> DaemonImpl::take_over(const settings::StationSettings& settings, const TakeOverRequest& request) {
  const mirror::TakeOver wanted{request.root, settings.data, settings.station, request.code, clock_.wall_unix_s()};
  KP_TRY_VOID(mirror::take_over(wanted, definition_->election, *key_));
  log_event(LogLevel::kWarn, "taken_over", {{"station", settings.station}, {"key", key_->public_key().hex()}});
  return {};
}

void DaemonImpl::told_by_committee() {
  const push::Pusher* sending = sending_;
  if (sending == nullptr) return;
  const auto error = sending->status().last_error;
  if (error && error->code == ErrorCode::kStationSuperseded) station_->note_superseded("the committee: " + error->evidence);
}

void DaemonImpl::start_mirror(const settings::StationSettings& settings) {
  if (settings.mirror.root.empty()) return;
  mirror::MirrorOptions options;
  options.root = settings.mirror.root;
  options.station_folder = settings.data;
  options.station = settings.station;
  options.election = definition_->election.digest;
  options.on_change = [this] { tell_page(*station_->view()); };
  options.on_superseded = [this](const Error& error) { station_->note_superseded("the mirror: " + error.evidence); };
  mirror_ = mirror::Mirror::start(std::move(options));
  mirroring_ = mirror_.get();
}

Result<void> DaemonImpl::start_web(const settings::StationSettings& settings) {
  routes_ = std::make_unique<web::Routes>(*station_, definition_->election, *definition_->station,
                                          [this] { return with_others(*station_->view()); }, people_.get(), settings.data);
  http::ServerOptions options;
  options.address = settings.web.address;
  options.port = settings.web.port;
  options.events_path = "/api/v1/events";
  KP_TRY(server_, http::Server::start(options, [this](const http::Request& request) { return routes_->handle(request); }));
  station_->on_change([this](const View& view) {
    if (push::Pusher* sending = sending_) sending->notify();
    if (mirror::Mirror* mirroring = mirroring_) mirroring->notify();
    tell_page(view);
  });
  tell_page(*station_->view());
  return {};
}

View DaemonImpl::with_others(View view) {
  // An unusable list is refused where it matters: at sign-in and at every command.
  if (auto roster = people_->roster()) view.team = *std::move(roster);
  if (const push::Pusher* sending = sending_) view.push = sending->status();
  if (const mirror::Mirror* mirroring = mirroring_) view.mirror = mirroring->status();
  const std::lock_guard lock{push_error_mutex_};
  if (push_error_) view.push.last_error = push_error_;
  return view;
}

void DaemonImpl::tell_page(const View& view) {
  server_->publish("state", web::state_json(with_others(view), definition_->election, *definition_->station));
}

bool DaemonImpl::alive() {
  return station_->view() != nullptr && server_->responds_within(kAliveWithin);
}

DaemonImpl::~DaemonImpl() {
  stop();
  station_.reset();  // closes the journal
  if (power_low_) run_shutdown_command(shutdown_command_);
}

void DaemonImpl::stop() {
  if (power_) power_->ask_to_stop();
  if (server_) server_->stop();
  if (station_ && !station_->shutdown(kFeederPatience)) {
    // Every recorded sheet is durable; start-up finds the feed unfinished and says so.
    log_event(LogLevel::kWarn, "stopped_while_feeding");
    if (power_low_) run_shutdown_command(shutdown_command_);
    ::_exit(0);
  }
  power_.reset();
  mirroring_ = nullptr;
  mirror_.reset();
  renewer_.reset();
  pusher_.reset();  // last: the others' threads, which use it, have ended
}

}  // namespace

Result<std::unique_ptr<Daemon>> Daemon::start(const settings::StationSettings& settings,
                                              const std::optional<TakeOverRequest>& take_over) {
  auto daemon = std::make_unique<DaemonImpl>();
  KP_TRY_VOID(daemon->start(settings, take_over));
  return std::unique_ptr<Daemon>{std::move(daemon)};
}

Result<void> check(const settings::StationSettings& settings) {
  KP_TRY(const auto definition, load_definition(settings));
  auto reader = load_reader(settings.templates, definition->election, *definition->station);
  if (!reader) return std::move(reader).error();
  if (settings.push.url.empty()) return {};
  auto tls = crypto::check_tls_files(settings.push.tls.ca, settings.push.tls.certificate, settings.push.tls.key,
                                     SystemClock{}.wall_unix_s());
  if (!tls) return std::move(tls).error();
  return {};
}

}  // namespace kiemphieu::station
