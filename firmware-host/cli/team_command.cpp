#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <iostream>

#include "config/crypto/pin_hash.h"
#include "config/json/json.h"
#include "config/storage/files.h"
#include "firmware-host/cli/commands.h"
#include "firmware-host/team/team_file.h"

namespace kiemphieu::cli {
namespace {

/// The terminal shows nothing of what is typed as long as this lives.
class WithoutEcho {
 public:
  WithoutEcho() {
    if (::tcgetattr(STDIN_FILENO, &before_) != 0) return;
    termios quiet = before_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    changed_ = ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet) == 0;
  }
  ~WithoutEcho() {
    if (changed_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }
  WithoutEcho(const WithoutEcho&) = delete;
  WithoutEcho& operator=(const WithoutEcho&) = delete;

 private:
  termios before_{};
  bool changed_ = false;
};

std::string read_line() {
  std::string line;
  std::getline(std::cin, line);
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

/// From a terminal twice, without echo; else one line of standard input.
Result<std::string> ask_pin() {
  if (::isatty(STDIN_FILENO) == 0) return read_line();
  const WithoutEcho quiet;
  std::fputs("Mã PIN (6 đến 12 chữ số): ", stderr);
  const std::string first = read_line();
  std::fputs("\nNhập lại mã PIN: ", stderr);
  const std::string second = read_line();
  std::fputs("\n", stderr);
  if (first != second) return fail(ErrorCode::kPinWeak, "the two were not the same");
  return first;
}

/// What the commands say on success: the list without its hashes.
void print(const team::List& list, bool as_json) {
  if (as_json) {
    json::OrderedJson people = json::OrderedJson::array();
    for (const auto& [number, entry] : list)
      people.push_back({{"number", number}, {"role", team::to_text(entry.role)}});
    std::puts(json::OrderedJson{{"people", std::move(people)}}.dump().c_str());
    return;
  }
  if (list.empty()) std::puts("Chưa lập danh sách: máy không hỏi mã PIN. No list: no PINs are asked for.");
  for (const auto& [number, entry] : list)
    std::printf("%2d  %s (%s)\n", number, std::string{team::name_vi(entry.role)}.c_str(),
                std::string{team::to_text(entry.role)}.c_str());
}

/// Whose the folder is owns the list: a list that the station's own user cannot
/// read, because root wrote it, would stop the station.
Result<void> save_as_owner(const std::filesystem::path& folder, const team::List& list) {
  KP_TRY_VOID(team::save(folder, list));
  struct stat owner {};
  if (::geteuid() != 0 || ::stat(folder.c_str(), &owner) != 0) return {};
  const std::filesystem::path file = team::team_file(folder);
  if (::chown(file.c_str(), owner.st_uid, owner.st_gid) != 0) return fail(ErrorCode::kStorageIo, file.string() + ": chown");
  return {};
}

}  // namespace

int run_team_set(const TeamOptions& options) {
  const auto role = team::role_from(options.role);
  if (!role) return refuse(fail(ErrorCode::kUsage, "--role: head, secretary, member or technician"));
  if (const auto made = storage::create_folders_durably(options.folder); !made) return refuse(made.error());
  auto list = team::load(options.folder);
  if (!list) return refuse(list.error());
  const auto pin = ask_pin();
  if (!pin) return refuse(pin.error());
  if (const auto good = team::check_pin(*pin); !good) return refuse(good.error());
  auto hash = crypto::hash_pin(*pin);
  if (!hash) return refuse(hash.error());
  (*list)[options.number] = {*role, *std::move(hash)};
  if (const auto saved = save_as_owner(options.folder, *list); !saved) return refuse(saved.error());
  print(*list, options.json);
  return kDone;
}

int run_team_list(const TeamOptions& options) {
  const auto list = team::load(options.folder);
  if (!list) return refuse(list.error());
  print(*list, options.json);
  return kDone;
}

int run_team_remove(const TeamOptions& options) {
  auto list = team::load(options.folder);
  if (!list) return refuse(list.error());
  if (list->erase(options.number) == 0)
    return refuse(fail(ErrorCode::kTeamNumberUnknown, std::to_string(options.number)));
  if (const auto saved = save_as_owner(options.folder, *list); !saved) return refuse(saved.error());
  print(*list, options.json);
  return kDone;
}

}  // namespace kiemphieu::cli
