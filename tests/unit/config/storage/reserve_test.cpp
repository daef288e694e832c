#include "config/storage/reserve.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "config/storage/files.h"
#include "tests/unit/support/temp_folder.h"

using namespace kiemphieu;

namespace {

std::uint64_t allocated(const std::filesystem::path& path) {
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return static_cast<std::uint64_t>(status.st_blocks) * 512;
}

}  // namespace

TEST_CASE("room that is reserved is really taken, given back step by step, and gone at nought") {
  const test::TempFolder folder;
  const auto file = folder / "room";
  REQUIRE(storage::reserve(file, 8U << 20U));
  CHECK(allocated(file) >= 8U << 20U);
  REQUIRE(storage::reserve(file, 3U << 20U));
  CHECK(allocated(file) < 4U << 20U);
  REQUIRE(storage::reserve(file, 5U << 20U));
  CHECK(allocated(file) >= 5U << 20U);
  REQUIRE(storage::reserve(file, 0));
  CHECK_FALSE(std::filesystem::exists(file));
}

TEST_CASE("more room than there is is refused with both figures, and nothing of it stays taken") {
  const test::TempFolder folder;
  const auto file = folder / "room";
  REQUIRE(storage::reserve(file, 1U << 20U));
  const auto free = storage::free_bytes(folder.path());
  REQUIRE(free);
  const auto refused = storage::reserve(file, *free + (std::uint64_t{64} << 30U));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::kSpaceShort);
  CHECK(refused.error().evidence.find("wanted ") != std::string::npos);
  CHECK(allocated(file) < 2U << 20U);
}
