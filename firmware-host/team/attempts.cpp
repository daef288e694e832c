#include "firmware-host/team/attempts.h"

#include <algorithm>

#include "config/base/log.h"
#include "config/json/json.h"
#include "config/storage/files.h"
#include "firmware-host/team/team.h"

namespace kiemphieu::team {
namespace {

constexpr int kFreeFailures = 2;
constexpr int kMaxFailures = 1000;  // counts no further: the wait has long been the longest
constexpr int kUnknownFailures = 20;
constexpr std::chrono::seconds kLongestWait{60};
constexpr std::size_t kMaxFileBytes = 16U << 10U;

}  // namespace

std::chrono::seconds wait_after(int failures) {
  if (failures <= kFreeFailures) return std::chrono::seconds{0};
  const int doublings = std::min(failures - kFreeFailures, 10);
  return std::min(std::chrono::seconds{1U << static_cast<unsigned>(doublings)}, kLongestWait);
}

Attempts::Attempts(const std::filesystem::path& data, const Clock& clock)
    : path_(data / "team-failures.json"), clock_(&clock) {
  const auto done = read();
  if (done || done.error().code == ErrorCode::kFileNotFound) return;
  log_error("team_failures_unreadable", done.error());
  for (int number = 1; number <= kMaxNumber; ++number) counts_[number] = {kUnknownFailures, clock_->monotonic()};
}

Result<void> Attempts::read() {
  KP_TRY(const Bytes bytes, storage::read_file(path_, kMaxFileBytes));
  KP_TRY(const json::Json document, json::parse(as_text(bytes)));
  KP_TRY(const json::ObjectReader file, json::ObjectReader::open(document, ""));
  KP_TRY_VOID(file.only({"version", "people"}));
  KP_TRY_VOID(file.integer("version", 1, 1));
  KP_TRY(const auto people, file.objects("people", 0, kMaxNumber));
  std::map<int, Count> counts;
  for (const json::ObjectReader& person : people) {
    KP_TRY_VOID(person.only({"number", "failures"}));
    KP_TRY(const std::int64_t number, person.integer("number", 1, kMaxNumber));
    KP_TRY(const std::int64_t failures, person.integer("failures", 1, kMaxFailures));
    counts[static_cast<int>(number)] = {static_cast<int>(failures), clock_->monotonic()};
  }
  counts_ = std::move(counts);
  return {};
}

void Attempts::write() const {
  json::Json people = json::Json::array();
  for (const auto& [number, count] : counts_) people.push_back({{"number", number}, {"failures", count.failures}});
  const std::string text = json::canonical({{"version", 1}, {"people", std::move(people)}}) + "\n";
  if (const auto written = storage::write_file_durably(path_, as_bytes(text), 0600); !written)
    log_error("team_failures_not_kept", written.error());
}

std::chrono::seconds Attempts::wait(int number) const {
  const auto found = counts_.find(number);
  if (found == counts_.end()) return std::chrono::seconds{0};
  const auto over = found->second.since + wait_after(found->second.failures);
  const auto left = std::chrono::ceil<std::chrono::seconds>(over - clock_->monotonic());
  return std::max(left, std::chrono::seconds{0});
}

void Attempts::failed(int number) {
  Count& count = counts_[number];
  count.failures = std::min(count.failures + 1, kMaxFailures);
  count.since = clock_->monotonic();
  write();
}

void Attempts::succeeded(int number) {
  if (counts_.erase(number) != 0) write();
}

}  // namespace kiemphieu::team
