#include "tests/forge/blank.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "config/imaging/codec.h"

extern char** environ;

namespace kiemphieu::forge {
namespace {

Bytes read_all(int descriptor) {
  Bytes bytes;
  std::array<std::uint8_t, 65536> buffer{};
  for (;;) {
    const ssize_t count = ::read(descriptor, buffer.data(), buffer.size());
    if (count <= 0) return bytes;
    bytes.insert(bytes.end(), buffer.begin(), buffer.begin() + count);
  }
}

}  // namespace

Result<imaging::Image> rasterise(const std::filesystem::path& pdf, int dpi) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return fail(ErrorCode::kFileUnreadable, "no pipe for pdftoppm");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  const std::string resolution = std::to_string(dpi);
  std::vector<std::string> words{"pdftoppm", "-r", resolution, "-singlefile", pdf.string()};
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  pid_t child = 0;
  const int failed = posix_spawnp(&child, "pdftoppm", &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  const Bytes ppm = failed == 0 ? read_all(ends[0]) : Bytes{};
  ::close(ends[0]);
  if (failed != 0) return fail(ErrorCode::kFileNotFound, "pdftoppm cannot be run; install poppler-utils");
  int status = 0;
  ::waitpid(child, &status, 0);
  if (status != 0) return fail(ErrorCode::kImageUnreadable, "pdftoppm could not draw " + pdf.string());
  KP_TRY(imaging::Image page, imaging::decode(ppm));
  page.dpi = dpi;
  return page;
}

Result<BallotForge> load_forge(const std::filesystem::path& forms_folder, const std::string& contest) {
  KP_TRY(forms::Template form, forms::load_template(forms_folder / (contest + ".template.json")));
  const std::filesystem::path pdf = forms_folder / (contest + ".pdf");
  if (!std::filesystem::exists(pdf)) {
    imaging::Image page = form.reference;
    page.dpi = form.reference_dpi;
    return BallotForge{std::move(form), page};
  }
  KP_TRY(const imaging::Image page, rasterise(pdf, kForgeDpi));
  return BallotForge{std::move(form), page};
}

}  // namespace kiemphieu::forge
