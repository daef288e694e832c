#include <cstdio>

#include "config/storage/files.h"
#include "firmware-host/cli/commands.h"
#include "firmware-host/selftest/selftest.h"

namespace kiemphieu::cli {
namespace {

void print_check(const selftest::Check& check) {
  const char* word = check.verdict == selftest::Verdict::kPass    ? "ĐẠT      "
                     : check.verdict == selftest::Verdict::kWarn  ? "CẦN XEM  "
                     : check.verdict == selftest::Verdict::kFail  ? "KHÔNG ĐẠT"
                                                                  : "BỎ QUA   ";
  std::printf("%s  %s: %s\n", word, check.title_vi.c_str(), check.found_vi.c_str());
  if (!check.do_vi.empty()) std::printf("           Việc cần làm: %s\n", check.do_vi.c_str());
  std::fflush(stdout);
}

}  // namespace

int run_selftest(const SelftestOptions& options) {
  const auto settings = settings::load_station(options.config);
  if (!settings) return refuse(settings.error());
  const std::function<void(const selftest::Check&)> progress = options.json ? nullptr : print_check;
  const selftest::Report report = selftest::run({*settings, options.deck}, progress);
  if (options.json) std::puts(selftest::to_json(report).c_str());
  if (!options.page.empty()) {
    const std::string page = selftest::to_page(report);
    if (const auto written = storage::write_file_durably(options.page, as_bytes(page), 0644); !written)
      return refuse(written.error());
  }
  if (!options.json)
    std::puts(report.passed() ? "Máy sẵn sàng kiểm phiếu. Ready." : "Máy CHƯA sẵn sàng. NOT ready.");
  return report.passed() ? kDone : kNotSo;
}

}  // namespace kiemphieu::cli
