#include "scanner/worker/worker_source.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <cerrno>
#include <cmath>
#include <cstring>
#include <thread>

#include <fmt/format.h>

#include "config/base/log.h"
#include "scanner/worker/worker_main.h"

extern char** environ;

namespace kiemphieu::worker {
namespace {

/// How long a process may take to leave once its socket is closed.
constexpr std::chrono::milliseconds kLeaveTime{2'000};
constexpr std::chrono::milliseconds kLeavePoll{10};

std::vector<std::string> environment_with(const std::filesystem::path& sane_config_dir) {
  constexpr std::string_view kVariable = "SANE_CONFIG_DIR=";
  std::vector<std::string> variables;
  for (char** entry = environ; *entry != nullptr; ++entry)
    if (sane_config_dir.empty() || !std::string_view{*entry}.starts_with(kVariable))
      variables.emplace_back(*entry);
  if (!sane_config_dir.empty())
    variables.push_back(std::string{kVariable} + std::filesystem::absolute(sane_config_dir).string());
  return variables;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> list;
  for (std::string& text : texts) list.push_back(text.data());
  list.push_back(nullptr);
  return list;
}

/// posix_spawn with the socket as kWorkerSocket and no signal blocked or ignored.
int spawn_process(const std::string& program, const SourceSettings& settings, int socket, pid_t* pid) {
  std::vector<std::string> arguments{program, kWorkerArgument};
  std::vector<std::string> variables = environment_with(settings.sane_config_dir);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, socket, kWorkerSocket);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);  // drivers chatter on stdout
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  const int error = ::posix_spawn(pid, program.c_str(), &actions, &attributes, pointers(arguments).data(),
                                  pointers(variables).data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

std::string how_it_ended(int status) {
  if (WIFSIGNALED(status))
    return fmt::format("killed by signal {} ({})", WTERMSIG(status), ::strsignal(WTERMSIG(status)));
  return fmt::format("exit status {}", WEXITSTATUS(status));
}

std::uint32_t micrometres(double mm) { return static_cast<std::uint32_t>(std::lround(mm * 1000)); }

}  // namespace

WorkerSource::~WorkerSource() { end_process(); }

std::string WorkerSource::description() const {
  if (!description_.empty()) return description_;
  return settings_.device.empty() ? "SANE: first device" : settings_.device;
}

Result<void> WorkerSource::spawn() {
  int ends[2] = {-1, -1};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    return fail(ErrorCode::kScannerCrashed, fmt::format("socketpair: {}", std::strerror(errno)));
  UniqueFd ours{ends[0]}, theirs{ends[1]};
  const std::string program =
      settings_.worker_executable.empty() ? "/proc/self/exe" : settings_.worker_executable.string();
  const int error = spawn_process(program, settings_, theirs.get(), &pid_);
  theirs.reset();  // or the process's death would not close the pair
  if (error != 0) {
    pid_ = -1;
    return fail(ErrorCode::kScannerCrashed, fmt::format("{}: {}", program, std::strerror(error)));
  }
  channel_.emplace(std::move(ours));
  log_event(LogLevel::kInfo, "scanner_process_started", {{"pid", std::to_string(pid_)}});
  const auto opened =
      ask(Open{settings_.device, static_cast<std::uint32_t>(settings_.resolution_dpi), settings_.colour,
               micrometres(settings_.page_width_mm), micrometres(settings_.page_height_mm)});
  if (!opened) return opened.error();
  return {};
}

Result<void> WorkerSource::ensure_open() {
  if (dead_) return *dead_;
  return channel_ ? Result<void>{} : spawn();
}

void WorkerSource::end_process() {
  channel_.reset();
  if (pid_ < 0) return;
  for (auto waited = std::chrono::milliseconds{0}; waited < kLeaveTime; waited += kLeavePoll) {
    if (::waitpid(pid_, nullptr, WNOHANG) != 0) {
      pid_ = -1;
      return;
    }
    std::this_thread::sleep_for(kLeavePoll);
  }
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

/// The process hangs, is gone or talks nonsense: it is killed and its end noted.
Error WorkerSource::bury(Error why) {
  ::kill(pid_, SIGKILL);
  int status = 0;
  const pid_t ended = ::waitpid(pid_, &status, 0);
  if (why.code == ErrorCode::kScannerCrashed && ended == pid_) why.evidence += "; " + how_it_ended(status);
  pid_ = -1;
  channel_.reset();
  log_error("scanner_process_ended", why);
  dead_ = why;
  return why;
}

Result<Message> WorkerSource::receive() {
  auto answer = channel_->receive(settings_.sheet_timeout);
  if (!answer) return bury(std::move(answer).error());
  if (const auto* failed = std::get_if<Failed>(&*answer)) return to_error(*failed);
  return answer;
}

Result<Message> WorkerSource::ask(const Message& message) {
  auto sent = channel_->send(message, settings_.sheet_timeout);
  if (!sent) return bury(std::move(sent).error());
  return receive();
}

Result<void> WorkerSource::start() {
  dead_.reset();
  KP_TRY_VOID(ensure_open());
  KP_TRY(const Message answer, ask(Start{}));
  const auto* done = std::get_if<Done>(&answer);
  if (done == nullptr) return bury(fail(ErrorCode::kScannerCrashed, "unexpected answer to start"));
  description_ = done->description;
  return {};
}

Result<feed::SheetImage> WorkerSource::next() {
  KP_TRY_VOID(ensure_open());
  KP_TRY(const Message answer, ask(Next{}));
  const auto* header = std::get_if<SheetHeader>(&answer);
  if (header == nullptr) return bury(fail(ErrorCode::kScannerCrashed, "unexpected answer to next"));
  const auto size = picture_bytes(*header);
  if (!size) return bury(size.error());
  feed::SheetImage sheet;
  sheet.ordinal = header->ordinal;
  sheet.origin = header->origin;
  sheet.image.width_px = static_cast<int>(header->width_px);
  sheet.image.height_px = static_cast<int>(header->height_px);
  sheet.image.format = header->colour ? imaging::PixelFormat::kRgb8 : imaging::PixelFormat::kGray8;
  sheet.image.dpi = header->dpi_milli / 1000.0;
  sheet.image.pixels.reserve(*size);
  while (sheet.image.pixels.size() < *size) {
    KP_TRY(const Message part, receive());
    const auto* pixels = std::get_if<Pixels>(&part);
    if (pixels == nullptr || pixels->bytes.empty() ||
        pixels->bytes.size() > *size - sheet.image.pixels.size())
      return bury(fail(ErrorCode::kScannerCrashed, "the picture's bytes do not fit"));
    sheet.image.pixels.insert(sheet.image.pixels.end(), pixels->bytes.begin(), pixels->bytes.end());
  }
  return sheet;
}

void WorkerSource::request_stop() {
  if (!channel_) return;
  const auto answer = ask(Stop{});
  if (!answer) log_error("scanner_stop", answer.error());
}

Result<feed::Sensors> WorkerSource::sensors() {
  KP_TRY_VOID(ensure_open());
  KP_TRY(const Message answer, ask(AskSensors{}));
  const auto* values = std::get_if<SensorValues>(&answer);
  if (values == nullptr) return bury(fail(ErrorCode::kScannerCrashed, "unexpected answer to sensors"));
  return values->sensors;
}

}  // namespace kiemphieu::worker
