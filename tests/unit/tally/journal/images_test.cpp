#include "tally/journal/images.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <fstream>

#include "config/storage/files.h"
#include "tally/journal/verify.h"
#include "tests/unit/tally/journal/scene.h"

using namespace kiemphieu;
using namespace kiemphieu::journal;

namespace {

std::vector<std::filesystem::path> files_below(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) files.push_back(entry.path());
  return files;
}

std::string bytes_of(const std::filesystem::path& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

LifecycleChanged seal() { return {"closing", "seal", "sealed", 1773565200}; }

/// A settled pile of three, ready to be sealed.
void ready_to_seal(Journal& journal) {
  scene::must(journal.append(LifecycleChanged{"idle", "start_counting", "counting", 1773565200}));
  scene::whole_batch(journal, 1, {3, 2, 1});
  scene::must(journal.append(LifecycleChanged{"counting", "close", "closing", 1773565200}));
}

}  // namespace

TEST_CASE("nobody reads a picture from the folder's bytes, and no time of file or folder tells of an order") {
  const scene::Folder folder;
  auto journal = scene::open(folder.path());
  REQUIRE(journal);
  for (int i = 0; i < 20; ++i) REQUIRE(journal->store_image(scene::picture("the strokes of hand " + std::to_string(i))));
  std::size_t pictures = 0;
  for (const auto& path : files_below(folder.path() / "images")) {
    CAPTURE(path.string());
    struct stat status {};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    CHECK(status.st_mtime == 0);
    if (!S_ISREG(status.st_mode)) continue;
    ++pictures;
    CHECK(bytes_of(path).find("strokes") == std::string::npos);
  }
  CHECK(pictures == 20);
}

TEST_CASE("pictures under a key that is gone stop the start, in words, instead of a new key over them") {
  const scene::Folder folder;
  {
    auto journal = scene::open(folder.path());
    REQUIRE(journal);
    REQUIRE(journal->store_image(scene::picture("a")));
  }
  std::filesystem::remove(image_key_file(folder.path()));
  const auto opened = scene::open(folder.path());
  REQUIRE_FALSE(opened);
  CHECK(opened.error().code == ErrorCode::kKeyUnusable);
  CHECK_FALSE(std::filesystem::exists(image_key_file(folder.path())));
}

TEST_CASE("pictures from before there was encryption are still read") {
  const scene::Folder folder;
  const Bytes words = scene::picture("picture 1/1 leaves 3");
  auto journal = scene::open(folder.path());
  REQUIRE(journal);
  const auto name = journal->store_image(words);
  REQUIRE(name);
  auto plain = image_file(folder.path(), *name);
  std::filesystem::remove(plain);
  REQUIRE(storage::write_file_durably(plain.replace_extension(".jpg"), words));
  const auto loaded = journal->load_image(*name);
  REQUIRE(loaded);
  CHECK(*loaded == words);
}

TEST_CASE("an election that asks for it has its pictures destroyed at sealing, and the journal stays sound") {
  const scene::Folder folder;
  Bytes old_key;
  {
    auto journal = scene::open(folder.path());
    REQUIRE(journal);
    ready_to_seal(*journal);
    old_key = *storage::read_file(image_key_file(folder.path()), 1024);
    CHECK(journal->append(ImagesDestroyed{}).error().code == ErrorCode::kRecordOrder);
    const std::vector<Record> records{seal(), ImagesDestroyed{}};
    scene::must(journal->append(records));
    REQUIRE(journal->destroy_images());
    const Digest first = journal->state().find_sheet(1, 1)->record.image;
    CHECK(journal->load_image(first).error().code == ErrorCode::kFileNotFound);
  }
  CHECK(*storage::read_file(image_key_file(folder.path()), 1024) != old_key);
  const auto report = verify(folder.path(), &scene::election());
  REQUIRE(report);
  CHECK(report->findings.empty());
  CHECK(report->images_destroyed == 3);
}

TEST_CASE("a power cut in the middle of destroying is made good by the next start, and named until then") {
  const scene::Folder folder;
  {
    auto journal = scene::open(folder.path());
    REQUIRE(journal);
    ready_to_seal(*journal);
    const std::vector<Record> records{seal(), ImagesDestroyed{}};
    scene::must(journal->append(records));  // and no more
  }
  auto report = verify(folder.path(), &scene::election());
  REQUIRE(report);
  REQUIRE(report->findings.size() == 3);
  CHECK(report->findings[0].what.find("is still there") != std::string::npos);
  SUBCASE("before anything was removed") {}
  SUBCASE("when the key was gone already") { std::filesystem::remove(image_key_file(folder.path())); }
  REQUIRE(scene::open(folder.path()));
  report = verify(folder.path(), &scene::election());
  REQUIRE(report);
  CHECK(report->findings.empty());
}
