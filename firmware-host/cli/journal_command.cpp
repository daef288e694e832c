#include <cstdio>
#include <optional>

#include "config/election/election.h"
#include "config/json/json.h"
#include "firmware-host/cli/commands.h"
#include "firmware-host/station/reread.h"
#include "tally/journal/export.h"
#include "tally/journal/replay.h"
#include "tally/journal/verify.h"

namespace kiemphieu::cli {
namespace {

using json::OrderedJson;

/// The station keeps a copy of its election beside the journal, so that a
/// journal folder can be checked on any machine.
std::filesystem::path election_of(const JournalOptions& options) {
  return options.election.empty() ? options.folder / "election.json" : options.election;
}

void print_report(const journal::VerifyReport& report) {
  std::printf("khu vực bỏ phiếu (station): %s\ncuộc bầu cử (election): %s\n", report.station.c_str(),
              report.election.hex().c_str());
  std::printf("bản ghi (records): %llu, tờ (sheets): %llu, ảnh (images): %llu\n",
              static_cast<unsigned long long>(report.head.sequence), static_cast<unsigned long long>(report.sheets),
              static_cast<unsigned long long>(report.images));
  std::printf("khóa của máy (key): %s\n", report.public_key_hex.c_str());
  for (const auto& [sequence, key] : report.taken_over_by)
    std::printf("máy tiếp quản từ bản ghi %llu (taken over by): %s\n", static_cast<unsigned long long>(sequence), key.c_str());
  if (report.images_destroyed > 0)
    std::printf("ảnh đã hủy khi niêm phong (images destroyed at sealing): %llu\n",
                static_cast<unsigned long long>(report.images_destroyed));
  for (const journal::Finding& finding : report.findings)
    std::printf("SAI: %s | %s\n", finding.what_vi.c_str(), finding.what.c_str());
  std::puts(report.findings.empty() ? "Nhật ký nguyên vẹn. The journal is sound."
                                    : "Nhật ký KHÔNG nguyên vẹn. The journal is NOT sound.");
}

std::string report_json(const journal::VerifyReport& report) {
  OrderedJson findings = OrderedJson::array();
  for (const journal::Finding& finding : report.findings)
    findings.push_back({{"sequence", finding.sequence}, {"what", finding.what}, {"what_vi", finding.what_vi}});
  OrderedJson machines = OrderedJson::array();
  for (const auto& [sequence, key] : report.taken_over_by)
    machines.push_back({{"from_sequence", sequence}, {"public_key", key}});
  const OrderedJson object = {{"sound", report.findings.empty()},
                              {"station", report.station},
                              {"election", report.election.hex()},
                              {"last_sequence", report.head.sequence},
                              {"head", report.head.digest.hex()},
                              {"public_key", report.public_key_hex},
                              {"taken_over_by", std::move(machines)},
                              {"sheets", report.sheets},
                              {"images", report.images},
                              {"images_destroyed", report.images_destroyed},
                              {"findings", std::move(findings)}};
  return object.dump();
}

}  // namespace

int run_journal_verify(const JournalOptions& options) {
  std::optional<election::Election> election;
  const std::filesystem::path path = election_of(options);
  if (!options.election.empty() || std::filesystem::exists(path)) {
    auto loaded = election::load(path);
    if (!loaded) return refuse(loaded.error());
    election = *std::move(loaded);
  }
  const auto report = journal::verify(options.folder, election ? &*election : nullptr);
  if (!report) return refuse(report.error());
  if (options.json)
    std::puts(report_json(*report).c_str());
  else
    print_report(*report);
  return report->findings.empty() ? kDone : kNotSo;
}

int run_journal_totals(const JournalOptions& options) {
  const auto election = election::load(election_of(options));
  if (!election) return refuse(election.error());
  const auto replay = journal::replay(options.folder, *election);
  if (!replay) return refuse(replay.error());
  std::puts(journal::totals_json(replay->state.totals(), replay->head.sequence).c_str());
  return kDone;
}

int run_journal_export(const JournalOptions& options) {
  const auto election = election::load(election_of(options));
  if (!election) return refuse(election.error());
  const std::filesystem::path out = options.out.empty() ? options.folder / "export" : options.out;
  const auto done = journal::export_journal(options.folder, *election, out);
  if (!done) return refuse(done.error());
  if (!options.json) std::printf("%s\n", out.c_str());
  return kDone;
}

int run_journal_replay(const JournalOptions& options) {
  const auto election = election::load(election_of(options));
  if (!election) return refuse(election.error());
  const std::filesystem::path templates = options.templates.empty() ? options.folder / "templates" : options.templates;
  const auto report = station::reread(options.folder, *election, templates, options.jobs);
  if (!report) return refuse(report.error());
  if (options.json) {
    OrderedJson differences = OrderedJson::array();
    for (const auto& one : report->differences)
      differences.push_back({{"batch", one.batch}, {"position", one.position}, {"what", one.what}, {"was", one.was}, {"now", one.now}});
    const OrderedJson object{{"same", report->differences.empty()},
                             {"sheets", report->sheets},
                             {"images_destroyed", report->destroyed},
                             {"differences", std::move(differences)}};
    std::puts(object.dump().c_str());
    return report->differences.empty() ? kDone : kNotSo;
  }
  for (const auto& one : report->differences) {
    const std::string where = one.batch > 0 ? "chồng " + std::to_string(one.batch) + ", tờ " + std::to_string(one.position)
                                            : "bảng ghi số " + std::to_string(one.position);
    std::printf("KHÁC: %s: %s: %s -> %s\n", where.c_str(), one.what.c_str(), one.was.c_str(), one.now.c_str());
  }
  std::printf("tờ (sheets): %llu, ảnh đã hủy (images destroyed): %llu\n%s\n", static_cast<unsigned long long>(report->sheets),
              static_cast<unsigned long long>(report->destroyed),
              report->differences.empty() ? "Đọc lại giống hệt nhật ký. Read again: the same as the journal."
                                          : "Đọc lại KHÁC nhật ký. Read again: NOT the same as the journal.");
  return report->differences.empty() ? kDone : kNotSo;
}

}  // namespace kiemphieu::cli
