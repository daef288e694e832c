#include "firmware-host/team/people.h"

#include <sys/stat.h>

#include "config/base/log.h"
#include "config/crypto/pin_hash.h"

namespace kiemphieu::team {

Result<std::unique_ptr<People>> People::open(const std::filesystem::path& data, const Clock& clock) {
  std::unique_ptr<People> people{new People(data, clock)};
  KP_TRY_VOID(people->refresh());
  return people;
}

People::Stamp People::stamp() const {
  struct stat status {};
  if (::stat(team_file(data_).c_str(), &status) != 0) return {};
  constexpr std::int64_t kNs = 1'000'000'000;
  return {status.st_ino, status.st_ctim.tv_sec * kNs + status.st_ctim.tv_nsec, status.st_size, status.st_mode};
}

Result<void> People::refresh() {
  if (const Stamp now = stamp(); read_ != now) {
    const bool gone = now == Stamp{} && read_;
    list_ = gone ? fail(ErrorCode::kTeamUnusable, team_file(data_).string() + ": gone while the station runs") : load(data_);
    if (!list_) log_error("team_unusable", list_.error());
    if (list_) log_event(LogLevel::kInfo, "team_read", {{"people", std::to_string(list_->size())}});
    read_ = now;
  }
  if (!list_) return list_.error();
  return {};
}

Result<Roster> People::roster() {
  const std::lock_guard lock{mutex_};
  KP_TRY_VOID(refresh());
  return roster_of(*list_);
}

Result<std::string> People::sign_in(int number, std::string_view pin) {
  const std::lock_guard one_at_a_time{signing_in_};
  std::unique_lock lock{mutex_};
  KP_TRY_VOID(refresh());
  const std::string who = "number " + std::to_string(number);
  const auto found = list_->find(number);
  if (found == list_->end()) return fail(ErrorCode::kSignInWrong, who + " is not in the list");
  if (attempts_.wait(number).count() > 0) return fail(ErrorCode::kSignInWait, who);
  const Entry entry = found->second;
  lock.unlock();  // the feeder's thread asks for the roster after every sheet
  const bool right = crypto::verify_pin(entry.pin_hash, pin);
  lock.lock();
  if (!right) {
    attempts_.failed(number);
    log_event(LogLevel::kWarn, "sign_in_wrong", {{"number", std::to_string(number)}});
    return fail(ErrorCode::kSignInWrong, who);
  }
  attempts_.succeeded(number);
  log_event(LogLevel::kInfo, "signed_in",
            {{"number", std::to_string(number)}, {"role", std::string{to_text(entry.role)}}});
  return sessions_.open(number, entry.pin_hash);
}

std::chrono::seconds People::wait(int number) {
  const std::lock_guard lock{mutex_};
  return attempts_.wait(number);
}

void People::sign_out(std::string_view token) {
  const std::lock_guard lock{mutex_};
  sessions_.close(token);
}

std::optional<Person> People::signed_in(std::string_view token) {
  const std::lock_guard lock{mutex_};
  if (!refresh()) return std::nullopt;
  const auto session = sessions_.find(token);
  if (!session) return std::nullopt;
  const auto found = list_->find(session->number);
  if (found != list_->end() && found->second.pin_hash == session->pin_hash) return Person{found->first, found->second.role};
  sessions_.close(token);
  return std::nullopt;
}

}  // namespace kiemphieu::team
