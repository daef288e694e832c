/// kiemphieu-station: the polling station's daemon. Wiring only.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "config/base/log.h"
#include "config/service/notify.h"
#include "config/station/settings.h"
#include "firmware-host/station/ask_for_code.h"
#include "firmware-host/station/daemon.h"
#include "firmware-host/station/version.h"
#include "scanner/worker/source.h"

namespace {

using namespace kiemphieu;

constexpr int kExitUnusable = 2;

int refuse(const Error& error) {
  std::fprintf(stderr, "kiemphieu-station: %s | %s\n  %s\n", operator_sentence(error, Language::kVietnamese).c_str(),
               operator_sentence(error, Language::kEnglish).c_str(), error.log_line().c_str());
  return kExitUnusable;
}

}  // namespace

int main(int argc, char** argv) {
  if (worker::is_worker(argc, argv)) return worker::worker_main(argc, argv);
  CLI::App app{"Kiểm Phiếu: máy kiểm phiếu của khu vực bỏ phiếu (polling-station daemon)"};
  std::string config = "/etc/kiemphieu/station.toml";
  bool check_only = false;
  app.add_option("--config", config, "settings file")->capture_default_str();
  app.add_flag("--check-config", check_only, "check the settings, the election and the templates, then exit");
  station::TakeOverRequest take_over;
  std::filesystem::path code_file;
  app.add_option("--take-over", take_over.root, "go on with the count of the mirror that is mounted here, on this spare machine");
  app.add_option("--code-file", code_file, "file with the take-over code; else it is asked for");
  app.set_version_flag("--version", std::string{station::kVersion});
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : kExitUnusable;
  }
  auto settings = settings::load_station(config);
  if (!settings) return refuse(settings.error());
  if (check_only) {
    auto checked = station::check(*settings);
    if (!checked) return refuse(checked.error());
    std::puts("ok");
    return 0;
  }
  service::hold_signals();
  std::optional<station::TakeOverRequest> request;
  if (!take_over.root.empty()) {
    auto code = station::ask_for_code(code_file);
    if (!code) return refuse(code.error());
    take_over.code = *std::move(code);
    request = take_over;
  }
  auto daemon = station::Daemon::start(*settings, request);
  if (!daemon) return refuse(daemon.error());
  service::notify_ready();
  service::wait_for_stop([&] { return (*daemon)->alive(); });
  (*daemon)->stop();
  log_event(LogLevel::kInfo, "station_stopped");
  return 0;
}
