#include "firmware-host/selftest/selftest.h"

#include "config/base/clock.h"
#include "config/storage/files.h"
#include "firmware-host/selftest/checks.h"
#include "firmware-host/station/parts.h"
#include "firmware-host/station/sheet_pipeline.h"

namespace kiemphieu::selftest {
namespace {

/// Collects the checks and tells who watches.
class Run {
 public:
  Run(const Options& options, const std::function<void(const Check&)>& progress)
      : options_(options), progress_(progress) {
    report_.station = options.settings.station;
  }

  Report all() {
    const auto definition = check_definition();
    if (!definition) return std::move(report_);
    const election::Election& election = definition->election;
    const auto& data = options_.settings.data;
    const std::int64_t now = SystemClock{}.wall_unix_s();
    if (const auto made = storage::create_folders_durably(data); !made) {
      add(fail_with("data_folder", "Thư mục dữ liệu", made.error()));
      return std::move(report_);
    }
    add(check_disk_space(data, *definition->station));
    add(check_fsync(data));
    add(check_clock(election, now));
    add(check_journal(data, election, definition->station->id));
    add(check_team(data, *definition->station));
    add(check_power(options_.settings.power));
    add(check_key(options_.settings));
    add(check_certificates(options_.settings.push, now));
    add(check_committee(options_.settings));
    check_paper(*definition);
    return std::move(report_);
  }

 private:
  void add(Check check) {
    if (progress_) progress_(check);
    report_.checks.push_back(std::move(check));
  }

  std::unique_ptr<const station::Definition> check_definition() {
    auto loaded = station::load_definition(options_.settings);
    if (!loaded) {
      add(fail_with("definition", "Định nghĩa cuộc bầu cử", loaded.error()));
      return nullptr;
    }
    const auto reader =
        station::load_reader(options_.settings.templates, (*loaded)->election, *(*loaded)->station);
    if (!reader) {
      add(fail_with("definition", "Định nghĩa cuộc bầu cử và mẫu phiếu", reader.error()));
      return nullptr;
    }
    const std::string digest = (*loaded)->election.digest.short_hex();
    add(pass("definition", "Định nghĩa cuộc bầu cử và mẫu phiếu",
             "Đúng và khớp nhau; mã kiểm tra " + digest + " (so với mã Ủy ban bầu cử công bố).",
             "election and templates agree; digest " + digest));
    return *std::move(loaded);
  }

  void check_paper(const station::Definition& definition) {
    auto scanner = station::open_scanner(options_.settings.scanner);
    if (!scanner) {
      add(fail_with("scanner", "Máy quét", scanner.error()));
      return;
    }
    add(check_scanner(**scanner));
    if (report_.checks.back().verdict == Verdict::kFail) return;
    if (options_.deck.empty()) {
      Check skipped = pass("deck", "Quét thử bộ phiếu mẫu", "Chưa quét bộ phiếu thử.", "no deck was given");
      skipped.verdict = Verdict::kSkipped;
      skipped.do_vi = "In bộ phiếu thử (kiemphieu forms --test-deck), đặt vào khay và chạy lại với --deck.";
      add(std::move(skipped));
      return;
    }
    auto templates = station::load_templates(options_.settings.templates, definition.election, *definition.station);
    if (!templates) return add(fail_with("deck", "Quét thử bộ phiếu mẫu", templates.error()));
    add(check_deck(**scanner, std::move(*templates), definition.election, options_.deck));
  }

  const Options& options_;
  const std::function<void(const Check&)>& progress_;
  Report report_;
};

}  // namespace

Report run(const Options& options, const std::function<void(const Check&)>& progress) {
  return Run{options, progress}.all();
}

}  // namespace kiemphieu::selftest
