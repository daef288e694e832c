#pragma once
/// Runs a piece of code in a child process, for what ends a process: an abort,
/// a SIGKILL, a limit that cannot be taken back.

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>

namespace kiemphieu::test {

/// A child that tells values of type T over a pipe while it works; `body(tell)` returns its exit code.
template <class T>
class TellingChild {
 public:
  template <class Body>
  explicit TellingChild(Body body) {
    int ends[2];
    if (::pipe(ends) != 0 || (child_ = ::fork()) < 0) std::abort();
    if (child_ == 0) {
      ::close(ends[0]);
      ::_exit(body([&](const T& told) {
        if (::write(ends[1], &told, sizeof told) != static_cast<ssize_t>(sizeof told)) std::abort();
      }));
    }
    ::close(ends[1]);
    from_ = ends[0];
  }
  ~TellingChild() { ::close(from_); }
  TellingChild(const TellingChild&) = delete;
  TellingChild& operator=(const TellingChild&) = delete;

  /// False when it has ended and all it told was heard.
  bool hear(T& told) { return ::read(from_, &told, sizeof told) == static_cast<ssize_t>(sizeof told); }
  void kill() { ::kill(child_, SIGKILL); }
  /// As waitpid(2) says.
  int wait() {
    int status = 0;
    ::waitpid(child_, &status, 0);
    return status;
  }

 private:
  pid_t child_ = -1;
  int from_ = -1;
};

/// How the child ended.
struct Ending {
  int exit_code = -1;  ///< when it left by itself
  int signal = 0;      ///< when a signal ended it
};

/// Forks, runs `body` and leaves with its return value; no destructors, no
/// test reporter, no core file. The child's stderr is dropped.
template <class Body>
Ending in_child(Body body) {
  const pid_t child = ::fork();
  if (child == 0) {
    const rlimit no_core{0, 0};
    ::setrlimit(RLIMIT_CORE, &no_core);
    ::signal(SIGABRT, SIG_DFL);  // doctest would report the abort as its own
    if (std::freopen("/dev/null", "w", stderr) == nullptr) ::_exit(99);
    ::_exit(body());
  }
  int status = 0;
  Ending ending;
  if (child < 0 || ::waitpid(child, &status, 0) != child) return ending;
  if (WIFEXITED(status)) ending.exit_code = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) ending.signal = WTERMSIG(status);
  return ending;
}

}  // namespace kiemphieu::test
