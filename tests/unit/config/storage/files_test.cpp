#include "config/storage/files.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <algorithm>
#include <string>

#include "tests/unit/support/temp_folder.h"

using namespace kiemphieu;
using namespace kiemphieu::storage;

namespace {

std::size_t entries(const std::filesystem::path& folder) {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator{folder}, {}));
}

}  // namespace

TEST_CASE("write_file_durably makes or replaces the file and leaves nothing beside it") {
  const test::TempFolder folder;
  const auto path = folder / "phiếu.json";
  for (const std::string content : {"first", "", "second, longer than the first"}) {
    CAPTURE(content);
    REQUIRE(write_file_durably(path, as_bytes(content), 0600).has_value());
    CHECK(as_text(*read_file(path, 100)) == content);
    CHECK(entries(folder.path()) == 1);
  }
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777U) == 0600U);
}

TEST_CASE("write_file_durably that cannot finish leaves the old file and no temporary") {
  const test::TempFolder folder;
  const auto path = folder / "target";
  REQUIRE(create_folders_durably(path / "inside").has_value());  // a folder that rename cannot replace
  const auto result = write_file_durably(path, as_bytes("new"));
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().code == ErrorCode::kStorageIo);
  CHECK(std::filesystem::is_directory(path / "inside"));
  CHECK(entries(folder.path()) == 1);
}

TEST_CASE("write_file_durably into a folder that is not there is an error, not a new folder") {
  const test::TempFolder folder;
  const auto result = write_file_durably(folder.path() / "absent" / "file", as_bytes("x"));
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().code == ErrorCode::kStorageIo);
  CHECK(entries(folder.path()) == 0);
}

TEST_CASE("read_file: the largest file allowed, and one byte more") {
  const test::TempFolder folder;
  const auto path = folder / "file";
  constexpr std::size_t kLimits[] = {0, 1, 4096, std::size_t{256} * 1024, 300'000};  // around the read buffer too
  for (const std::size_t limit : kLimits) {
    CAPTURE(limit);
    REQUIRE(write_file_durably(path, as_bytes(std::string(limit, 'x'))).has_value());
    CHECK(read_file(path, limit)->size() == limit);
    REQUIRE(write_file_durably(path, as_bytes(std::string(limit + 1, 'x'))).has_value());
    CHECK(read_file(path, limit).error().code == ErrorCode::kFileTooLarge);
  }
  CHECK(read_file(path, 10).error().evidence == path.string() + ": more than 10 bytes");
}

TEST_CASE("read_file tells an absent file from one that cannot be read") {
  const test::TempFolder folder;
  CHECK(read_file(folder / "absent", 10).error().code == ErrorCode::kFileNotFound);
  CHECK(read_file(folder.path(), 10).error().code == ErrorCode::kFileUnreadable);  // a folder
}

TEST_CASE("create_folders_durably makes every missing parent and is repeatable") {
  const test::TempFolder folder;
  const auto deep = folder.path() / "a" / "b" / "c";
  for (int i = 0; i < 2; ++i) REQUIRE(create_folders_durably(deep).has_value());
  CHECK(std::filesystem::is_directory(deep));
  REQUIRE(write_file_durably(folder / "file", as_bytes("x")).has_value());
  CHECK_FALSE(create_folders_durably(folder / "file" / "below").has_value());
}

TEST_CASE("free_bytes answers for a folder that is there") {
  const test::TempFolder folder;
  CHECK(free_bytes(folder.path()).has_value());
  CHECK(free_bytes(folder / "absent").error().code == ErrorCode::kStorageIo);
}
