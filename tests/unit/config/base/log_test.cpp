// One record is one line, whatever a value holds: a file name with a line break
// must not be able to forge a log line.
#include "config/base/log.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <functional>
#include <string>

#include "tests/unit/support/child.h"
#include "tests/unit/support/temp_folder.h"

using namespace kiemphieu;

namespace {

/// What `write` puts on stderr.
std::string logged(const std::function<void()>& write) {
  const test::TempFolder folder;
  const auto path = folder / "stderr";
  const auto ending = test::in_child([&] {
    const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT, 0600);
    if (fd < 0 || ::dup2(fd, 2) < 0) return 1;
    write();
    return 0;
  });
  REQUIRE(ending.exit_code == 0);
  std::string text;
  if (FILE* file = std::fopen(path.c_str(), "r")) {
    char buffer[4096];
    text.assign(buffer, std::fread(buffer, 1, sizeof buffer, file));
    std::fclose(file);
  }
  return text;
}

/// Without the time stamp.
std::string after_time(const std::string& line) {
  const auto space = line.find(' ');
  return space == std::string::npos ? line : line.substr(space + 1);
}

}  // namespace

TEST_CASE("log fields are quoted so that one record stays one line") {
  struct Row { const char* name; std::string value; const char* line; };
  const Row rows[] = {
      {"plain", "qh-1", "info batch value=qh-1\n"},
      {"space", "a b", "info batch value=\"a b\"\n"},
      {"empty", "", "info batch value=\"\"\n"},
      {"quote", "a\"b", "info batch value=\"a\\\"b\"\n"},
      {"line break", "a\nerror forged", "info batch value=\"a error forged\"\n"},
      {"carriage return and tab", "a\r\tb", "info batch value=\"a  b\"\n"},
      {"equals", "a=b", "info batch value=\"a=b\"\n"},
      {"braces are not format fields", "{0}", "info batch value={0}\n"},
      {"Vietnamese", "phiếu", "info batch value=phiếu\n"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const std::string line = logged([&] { log_event(LogLevel::kInfo, "batch", {{"value", row.value}}); });
    CHECK(after_time(line) == row.line);
  }
}

TEST_CASE("a control character never reaches the terminal") {
  const std::string line = logged([] { log_event(LogLevel::kInfo, "batch", {{"value", "a\x1b[2Jb"}}); });
  CHECK(line.find('\x1b') == std::string::npos);
}

TEST_CASE("log_error names the code; a level below the limit is dropped") {
  CHECK(after_time(logged([] { log_error("scan", Error{ErrorCode::kDiskFull, "/data", {}}); })) ==
        "error scan code=disk_full detail=\"disk_full: /data\"\n");
  CHECK(logged([] { log_event(LogLevel::kDebug, "noise"); }).empty());
  CHECK(logged([] { set_log_level(LogLevel::kError); log_event(LogLevel::kWarn, "noise"); }).empty());
}
