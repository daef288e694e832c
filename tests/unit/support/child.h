#pragma once
/// Runs a piece of code in a child process, for what ends a process: an abort,
/// a SIGKILL, a limit that cannot be taken back.

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>

namespace kiemphieu::test {

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
