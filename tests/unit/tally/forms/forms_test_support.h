#pragma once
/// What the tests of tally/forms share: the example election, a scratch folder,
/// and Poppler's programs as an independent reader of our PDFs.

#include <doctest/doctest.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <string>

#include "config/election/election.h"

namespace kiemphieu::forms::test {

inline election::Election example() {
  auto election = election::load("config/examples/election.json");
  REQUIRE(election.has_value());
  return *std::move(election);
}

/// A folder of this process, removed at the end of the scope.
class ScratchFolder {
 public:
  explicit ScratchFolder(const std::string& name)
      : path_(std::filesystem::temp_directory_path() / (name + "-" + std::to_string(::getpid()))) {
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
  }
  ~ScratchFolder() { std::filesystem::remove_all(path_); }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// What the command prints on stdout.
inline std::string output_of(const std::string& command) {
  std::FILE* pipe = ::popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::string text;
  std::array<char, 4096> buffer{};
  while (const std::size_t count = std::fread(buffer.data(), 1, buffer.size(), pipe))
    text.append(buffer.data(), count);
  CHECK(::pclose(pipe) == 0);
  return text;
}

}  // namespace kiemphieu::forms::test
