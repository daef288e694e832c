// kiemphieu-committee: receives the stations' records and shows live totals.
#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <cstdio>

#include "config/base/log.h"
#include "config/service/notify.h"
#include "sync/committee/committee.h"

namespace {

using namespace kiemphieu;

constexpr int kUnusable = 2;

int complain(const Error& error) {
  fmt::print(stderr, "kiemphieu-committee: {} | {} [{}]\n", operator_sentence(error, Language::kVietnamese),
             operator_sentence(error, Language::kEnglish), error.log_line());
  return kUnusable;
}

int run(const std::string& config, bool check_only) {
  const auto settings = settings::load_committee(config);
  if (!settings) return complain(settings.error());
  if (check_only) {
    const auto fine = committee::check(*settings);
    return fine ? 0 : complain(fine.error());
  }
  service::hold_signals();
  auto committee = committee::Committee::start(*settings);
  if (!committee) return complain(committee.error());
  service::notify_ready();
  service::wait_for_stop([&] { return (*committee)->alive(); });
  committee->reset();
  log_event(LogLevel::kInfo, "committee_stopped");
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Receives the records of polling stations and shows live totals."};
  std::string config;
  bool check_only = false;
  app.add_option("--config", config, "committee.toml")->required();
  app.add_flag("--check-config", check_only, "look the settings over and exit");
  app.set_version_flag("--version", "kiemphieu-committee " KIEMPHIEU_VERSION);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    if (e.get_exit_code() == 0) return app.exit(e);  // --help, --version
    return complain(fail(ErrorCode::kUsage, e.what()));
  }
  return run(config, check_only);
}
