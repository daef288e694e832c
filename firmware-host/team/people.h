#pragma once
/// The people at a running station: the list as it stands in the file, sign-in,
/// sessions. The file is read again whenever it was replaced, so that what
/// `kiemphieu team` sets holds at once. Thread-safe.

#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "firmware-host/team/attempts.h"
#include "firmware-host/team/sessions.h"
#include "firmware-host/team/team_file.h"

namespace kiemphieu::team {

class People {
 public:
  /// `clock` must outlive it. Error: kTeamUnusable.
  static Result<std::unique_ptr<People>> open(const std::filesystem::path& data, const Clock& clock);

  /// Empty: there is no list. Error: kTeamUnusable; then nobody may do anything: a list
  /// that is damaged, open to others, or gone while the station runs opens nothing.
  Result<Roster> roster();

  /// The new session's token. Takes as long as crypto::verify_pin. Errors:
  /// kSignInWrong, kSignInWait (nothing was checked), kTeamUnusable.
  Result<std::string> sign_in(int number, std::string_view pin);
  /// How long `number` must wait before the next try is looked at.
  std::chrono::seconds wait(int number);
  /// Nobody's token is forgotten without a word.
  void sign_out(std::string_view token);
  /// Who holds this session: nobody when it ended, the person left the list, or has
  /// another PIN by now. Counts as use.
  std::optional<Person> signed_in(std::string_view token);

 private:
  People(std::filesystem::path data, const Clock& clock) : data_(std::move(data)), attempts_(data_, clock), sessions_(clock) {}
  Result<void> refresh();

  /// Which file was read: another one after every replacement.
  struct Stamp {
    std::uint64_t inode = 0;
    std::int64_t changed_ns = 0, size = -1;
    std::uint32_t mode = 0;
    bool operator==(const Stamp&) const = default;
  };
  Stamp stamp() const;

  std::mutex signing_in_;  ///< before mutex_
  std::mutex mutex_;
  std::filesystem::path data_;
  Attempts attempts_;
  Sessions sessions_;
  std::optional<Stamp> read_;
  Result<List> list_ = List{};
};

}  // namespace kiemphieu::team
