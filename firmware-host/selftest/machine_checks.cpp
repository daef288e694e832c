// Disk, fsync and clock: what the machine itself must give.

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/statfs.h>
#include <sys/timex.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "config/base/clock.h"
#include "config/storage/files.h"
#include "firmware-host/selftest/checks.h"

namespace kiemphieu::selftest {
namespace {

/// An A5 page at 200 dpi in colour is 250 to 450 kB as JPEG 85; 300 dpi doubles it.
constexpr std::uint64_t kBytesPerSheet = 900'000;
constexpr std::uint64_t kReserveBytes = 1ULL << 30U;
constexpr int kSyncRounds = 64;
/// No disk with moving parts or flash cells confirms a write faster than this;
/// what does keeps it in memory and calls it kept.
constexpr std::int64_t kImpossiblyFast_us = 15;

double gib(std::uint64_t bytes) { return static_cast<double>(bytes) / double{1ULL << 30U}; }

/// File systems that live in memory: nothing on them survives a power cut.
bool is_memory_file_system(const std::filesystem::path& path) {
  constexpr long kTmpfs = 0x01021994;
  constexpr long kRamfs = static_cast<long>(0x858458f6U);
  struct statfs status {};
  if (::statfs(path.c_str(), &status) != 0) return false;
  return status.f_type == kTmpfs || status.f_type == kRamfs;
}

/// Median time of appending 4 KiB and fdatasync, in microseconds; -1 when it failed.
std::int64_t median_sync_us(const std::filesystem::path& file) {
  const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) return -1;
  std::array<char, 4096> block{};
  std::vector<std::int64_t> times;
  for (int i = 0; i < kSyncRounds; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    if (::write(fd, block.data(), block.size()) != static_cast<ssize_t>(block.size()) || ::fdatasync(fd) != 0) break;
    times.push_back(
        std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - begin).count());
  }
  ::close(fd);
  ::unlink(file.c_str());
  if (times.size() != kSyncRounds) return -1;
  std::nth_element(times.begin(), times.begin() + kSyncRounds / 2, times.end());
  return times[kSyncRounds / 2];
}

/// Days since 1970-01-01 of "2026-03-15" (civil calendar).
std::int64_t days_of(const std::string& iso) {
  using namespace std::chrono;
  const year_month_day date{year{std::stoi(iso.substr(0, 4))}, month{static_cast<unsigned>(std::stoi(iso.substr(5, 2)))},
                            day{static_cast<unsigned>(std::stoi(iso.substr(8, 2)))}};
  return sys_days{date}.time_since_epoch().count();
}

/// "17:11 ngày 22/11/2026": what a person compares with a telephone. Vietnam keeps UTC+7 all year.
std::string vietnam_time(std::int64_t unix_s) {
  constexpr std::int64_t kUtcPlus7_s = 7 * 3600;
  const std::string t = rfc3339_utc(unix_s + kUtcPlus7_s);
  return fmt::format("{} ngày {}/{}/{}", t.substr(11, 5), t.substr(8, 2), t.substr(5, 2), t.substr(0, 4));
}

}  // namespace

Check check_disk_space(const std::filesystem::path& data, const election::Station& station) {
  Check check = pass("disk_space", "Dung lượng ổ đĩa", "", "");
  const auto free = storage::free_bytes(data);
  if (!free) return fail_with(check.id, check.title_vi, free.error());
  std::uint64_t sheets = 0;
  for (const auto& entry : station.contests) sheets += entry.voters.value();
  const std::uint64_t needed = sheets * kBytesPerSheet + kReserveBytes;
  check.found_vi = fmt::format("Còn trống {:.1f} GiB, cần {:.1f} GiB cho {} phiếu.", gib(*free), gib(needed), sheets);
  check.found_en = fmt::format("{:.1f} GiB free, {:.1f} GiB needed for {} ballots", gib(*free), gib(needed), sheets);
  if (*free >= needed) return check;
  check.verdict = Verdict::kFail;
  check.error = info(ErrorCode::kDiskFull).id;
  check.do_vi = "Xóa bớt tệp không cần hoặc thay ổ đĩa lớn hơn.";
  return check;
}

Check check_fsync(const std::filesystem::path& data) {
  Check check = pass("fsync", "Ổ đĩa giữ dữ liệu khi mất điện", "", "");
  if (is_memory_file_system(data)) {
    check.verdict = Verdict::kFail;
    check.found_vi = "Thư mục dữ liệu nằm trong bộ nhớ tạm: mất điện là mất hết.";
    check.found_en = "the data folder is on a memory file system";
    check.do_vi = "Đặt thư mục dữ liệu trên ổ đĩa thật.";
    return check;
  }
  const std::int64_t median = median_sync_us(data / "selftest-fsync.tmp");
  if (median < 0) return fail_with(check.id, check.title_vi, fail(ErrorCode::kStorageIo, "write and fdatasync"));
  check.found_vi = fmt::format("Mỗi lần ghi chắc chắn mất {:.2f} mili giây.", static_cast<double>(median) / 1000.0);
  check.found_en = fmt::format("median of {} x 4 KiB + fdatasync: {} us", kSyncRounds, median);
  if (median >= kImpossiblyFast_us) return check;
  check.verdict = Verdict::kFail;
  check.do_vi = "Ổ đĩa báo đã ghi quá nhanh để là thật: tắt bộ đệm ghi của ổ đĩa hoặc thay ổ đĩa khác.";
  return check;
}

Check check_clock(const election::Election& election, std::int64_t now_unix_s) {
  Check check = pass("clock", "Đồng hồ của máy", "", "");
  constexpr std::int64_t kDay_s = 86'400;
  const std::int64_t days_left = days_of(election.date) - now_unix_s / kDay_s;
  check.found_vi = fmt::format("Máy đang ghi {} (giờ Việt Nam); ngày bầu cử là {}/{}/{}.", vietnam_time(now_unix_s),
                               election.date.substr(8, 2), election.date.substr(5, 2), election.date.substr(0, 4));
  check.found_en = fmt::format("now {}, election {}", rfc3339_utc(now_unix_s), election.date);
  timex state{};
  const bool synchronised = ::adjtimex(&state) != TIME_ERROR && (static_cast<unsigned>(state.status) & STA_UNSYNC) == 0;
  if (days_left >= -1 && days_left <= 400 && synchronised) return check;
  check.verdict = Verdict::kWarn;
  check.do_vi = days_left >= -1 && days_left <= 400
                    ? "Đồng hồ chưa được đồng bộ qua mạng: so với điện thoại, chỉnh lại nếu lệch. Việc đếm không phụ thuộc đồng hồ."
                    : "Ngày của máy lệch xa ngày bầu cử: kiểm tra và chỉnh lại ngày giờ. Việc đếm không phụ thuộc đồng hồ.";
  return check;
}

}  // namespace kiemphieu::selftest
