// What the disk holds after the process was killed, or when the disk does not
// take any more. A killed process is the half of a power cut that a unit test
// can make; the other half (the kernel's cache) rests on fsync, which
// write_file_durably and synchronous=FULL call.
//
// Nothing is timed: the child tells each thing it was promised over a pipe, the
// parent kills it after the N-th, and at least those N must be there.
#include <doctest/doctest.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <string>

#include "config/storage/database.h"
#include "config/storage/files.h"
#include "tests/unit/support/child.h"
#include "tests/unit/support/temp_folder.h"

using namespace kiemphieu;
using namespace kiemphieu::storage;

namespace {

/// Runs `work(n)` for n = 1, 2, 3 … in a child until `kill_after` calls have
/// returned true, then kills it in whatever it is doing next.
template <class Work>
void run_and_kill(int kill_after, Work work) {
  std::array<int, 2> pipe_ends{};
  REQUIRE(::pipe(pipe_ends.data()) == 0);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    for (int n = 1;; ++n)
      if (!work(n) || ::write(pipe_ends[1], "x", 1) != 1) ::_exit(1);
  }
  ::close(pipe_ends[1]);
  int told = 0;
  char byte = 0;
  while (told < kill_after && ::read(pipe_ends[0], &byte, 1) == 1) ++told;
  ::kill(child, SIGKILL);
  int status = 0;
  ::waitpid(child, &status, 0);
  ::close(pipe_ends[0]);
  REQUIRE(told == kill_after);
}

constexpr int kNoPrivilege = 77;

/// Runs `body(folder)` in a child that has a file system of `size` of its own
/// mounted; nullopt-like exit code kNoPrivilege when that is not allowed here.
template <class Body>
test::Ending on_small_disk(const char* size, Body body) {
  const test::TempFolder folder;
  return test::in_child([&] {
    if (::unshare(CLONE_NEWNS) != 0 || ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        ::mount("tmpfs", folder.path().c_str(), "tmpfs", 0, size) != 0)
      return kNoPrivilege;
    return body(folder.path());
  });
}

/// 0 when `result` failed with `code`.
template <class T>
int expect_error(const Result<T>& result, ErrorCode code) {
  if (result.has_value()) return 1;
  return result.error().code == code ? 0 : 2;
}

}  // namespace

TEST_CASE("every commit that returned survives a SIGKILL, and no half transaction is seen") {
  for (const int kill_after : {1, 2, 7, 40}) {
    CAPTURE(kill_after);
    const test::TempFolder folder;
    const auto path = folder / "a.db";
    {
      auto database = Database::open(path);
      REQUIRE(database->execute("CREATE TABLE sheet(n INTEGER PRIMARY KEY)").has_value());
      REQUIRE(database->execute("CREATE TABLE outbox(n INTEGER PRIMARY KEY)").has_value());
    }
    Database* child_database = nullptr;
    run_and_kill(kill_after, [&](int n) {
      if (child_database == nullptr) child_database = new Database(std::move(Database::open(path)).value());
      auto transaction = child_database->begin();
      const std::string value = std::to_string(n);
      return transaction && child_database->execute("INSERT INTO sheet VALUES(" + value + ")") &&
             child_database->execute("INSERT INTO outbox VALUES(" + value + ")") && transaction->commit();
    });
    auto database = Database::open(path);
    REQUIRE(database.has_value());
    CHECK(database->check_integrity().has_value());
    auto counts = database->prepare(
        "SELECT count(*), max(n), (SELECT count(*) FROM outbox) FROM sheet");
    REQUIRE(*counts->step());
    CHECK(counts->integer(0) >= kill_after);
    CHECK(counts->integer(1) == counts->integer(0));
    CHECK(counts->integer(2) == counts->integer(0));
  }
}

TEST_CASE("a file being replaced when the process is killed is the old one or the new one, whole") {
  constexpr std::size_t kSize = 200'000;
  for (const int kill_after : {1, 2, 9, 30}) {
    CAPTURE(kill_after);
    const test::TempFolder folder;
    const auto path = folder / "state";
    run_and_kill(kill_after, [&](int n) {
      return write_file_durably(path, as_bytes(std::string(kSize, static_cast<char>('a' + n % 26)))).has_value();
    });
    const Bytes content = *read_file(path, kSize);
    REQUIRE(content.size() == kSize);
    CHECK(content == Bytes(kSize, content.front()));
  }
}

TEST_CASE("a full disk is called so; the file and the rows from before stay") {
  const auto file = on_small_disk("size=256k", [](const std::filesystem::path& folder) {
    if (!write_file_durably(folder / "kept", as_bytes("kept"))) return 10;
    const auto too_much = write_file_durably(folder / "kept", Bytes(400'000));
    if (const int wrong = expect_error(too_much, ErrorCode::kDiskFull)) return wrong;
    if (as_text(*read_file(folder / "kept", 10)) != "kept") return 11;
    return std::distance(std::filesystem::directory_iterator{folder}, {}) == 1 ? 0 : 12;
  });
  const auto rows = on_small_disk("size=512k", [](const std::filesystem::path& folder) {
    auto database = Database::open(folder / "a.db");
    if (!database || !database->execute("CREATE TABLE t(b BLOB); INSERT INTO t VALUES(zeroblob(1000))")) return 10;
    {
      auto transaction = database->begin();
      auto written = database->execute("INSERT INTO t VALUES(zeroblob(2000000))");
      const auto outcome = written ? transaction->commit() : std::move(written);
      if (const int wrong = expect_error(outcome, ErrorCode::kDiskFull)) return wrong;
    }
    auto count = database->prepare("SELECT count(*) FROM t");
    return *count->step() && count->integer(0) == 1 && database->check_integrity() ? 0 : 11;
  });
  if (file.exit_code == kNoPrivilege) {
    MESSAGE("skipped: needs the right to mount a file system");
    return;
  }
  CHECK(file.exit_code == 0);
  CHECK(rows.exit_code == 0);
}

TEST_CASE("a write cut off by a size limit is an error and leaves the old file") {
  const test::TempFolder folder;
  const auto path = folder / "kept";
  REQUIRE(write_file_durably(path, as_bytes("kept")).has_value());
  const auto ending = test::in_child([&] {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{4096, 4096};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    return expect_error(write_file_durably(path, Bytes(100'000)), ErrorCode::kStorageIo);
  });
  CHECK(ending.exit_code == 0);
  CHECK(as_text(*read_file(path, 10)) == "kept");
  CHECK(std::distance(std::filesystem::directory_iterator{folder.path()}, {}) == 1);
}

TEST_CASE("a read-only disk refuses writes with an error and still reads") {
  const auto ending = on_small_disk("size=512k", [](const std::filesystem::path& folder) {
    if (!write_file_durably(folder / "kept", as_bytes("kept"))) return 10;
    if (::mount(nullptr, folder.c_str(), nullptr, MS_REMOUNT | MS_RDONLY, nullptr) != 0) return kNoPrivilege;
    const auto refused = write_file_durably(folder / "kept", as_bytes("new"));
    if (const int wrong = expect_error(refused, ErrorCode::kStorageIo)) return wrong;
    if (Database::open(folder / "a.db").has_value()) return 11;
    return as_text(*read_file(folder / "kept", 10)) == "kept" ? 0 : 12;
  });
  if (ending.exit_code == kNoPrivilege) {
    MESSAGE("skipped: needs the right to mount a file system");
    return;
  }
  CHECK(ending.exit_code == 0);
}
