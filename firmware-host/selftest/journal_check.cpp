// A trial of the journal's promise: what is changed is found.

#include <fmt/format.h>
#include <unistd.h>

#include "config/storage/files.h"
#include "firmware-host/selftest/checks.h"
#include "tally/journal/images.h"
#include "tally/journal/journal.h"
#include "tally/journal/verify.h"

namespace kiemphieu::selftest {
namespace {

/// A folder that is gone when the check is over, however it ends.
class ScratchFolder {
 public:
  explicit ScratchFolder(const std::filesystem::path& parent)
      : path_(parent / fmt::format("selftest-{}", ::getpid())) {
    std::filesystem::remove_all(path_, ignored_);
  }
  ~ScratchFolder() { std::filesystem::remove_all(path_, ignored_); }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  std::error_code ignored_;
};

/// Writes one pile with one sheet's picture.
Result<std::filesystem::path> write_trial(const std::filesystem::path& folder, const election::Election& election,
                                          const std::string& station) {
  const crypto::SigningKey key = crypto::SigningKey::generate();
  KP_TRY(journal::Journal trial, journal::Journal::open(folder, election, station, key));
  const std::string picture = "selftest picture";
  KP_TRY(const Digest image, trial.store_image(as_bytes(picture)));
  const std::string contest = election.find_station(station)->contests.front().contest;
  journal::SheetRecorded sheet;
  sheet.batch = sheet.position = 1;
  sheet.image = image;
  const journal::Record records[] = {journal::BatchOpened{1, contest}, journal::FeedStarted{1}, sheet};
  KP_TRY_VOID(trial.append(records));
  return journal::image_file(folder, image);
}

Result<bool> sound(const std::filesystem::path& folder, const election::Election& election) {
  KP_TRY(const journal::VerifyReport report, journal::verify(folder, &election));
  return report.findings.empty();
}

Result<bool> trial_holds(const std::filesystem::path& folder, const election::Election& election,
                         const std::string& station) {
  KP_TRY_VOID(storage::create_folders_durably(folder));
  KP_TRY(const std::filesystem::path picture, write_trial(folder, election, station));
  KP_TRY(const bool sound_before, sound(folder, election));
  KP_TRY_VOID(storage::write_file_durably(picture, as_bytes("selftest picturE")));
  KP_TRY(const bool sound_after, sound(folder, election));
  return sound_before && !sound_after;
}

}  // namespace

Check check_journal(const std::filesystem::path& data, const election::Election& election, const std::string& station) {
  Check check = pass("journal", "Nhật ký kiểm phiếu", "Ghi thử được và phát hiện được dữ liệu bị sửa.",
                     "a trial journal verifies, and a changed byte is found");
  const ScratchFolder scratch{data};
  const auto holds = trial_holds(scratch.path(), election, station);
  if (!holds) return fail_with(check.id, check.title_vi, holds.error());
  if (!*holds) return fail_with(check.id, check.title_vi, fail(ErrorCode::kJournalBroken, "the trial journal"));
  if (!std::filesystem::exists(data / "journal.db")) return check;
  const auto own = journal::verify(data, &election);
  if (!own) return fail_with(check.id, check.title_vi, own.error());
  if (!own->findings.empty())
    return fail_with(check.id, check.title_vi, fail(ErrorCode::kJournalBroken, own->findings.front().what));
  check.found_vi += fmt::format(" Nhật ký của máy nguyên vẹn: {} bản ghi, {} tờ.", own->head.sequence, own->sheets);
  check.found_en += fmt::format("; the station's journal is sound: {} records, {} sheets", own->head.sequence, own->sheets);
  if (own->sheets == 0) return check;
  check.verdict = Verdict::kWarn;
  check.do_vi = "Nhật ký đã có phiếu: nếu chưa đến giờ kiểm phiếu, báo Tổ trưởng và chuyển sang thư mục dữ liệu mới.";
  return check;
}

}  // namespace kiemphieu::selftest
