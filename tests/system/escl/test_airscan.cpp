// A network scanner through libsane and sane-airscan against a small eSCL
// server: the whole stack, and what airscan makes of faults. airscan pulls the
// whole feeder ahead of us and knows no double feed, which is what this is about.
#include <doctest/doctest.h>

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "config/imaging/codec.h"
#include "tests/unit/scanner/bench.h"

extern char** environ;

using namespace kiemphieu;
using namespace kiemphieu::test;

namespace {

/// The server process, ended with the object.
class EsclServer {
 public:
  explicit EsclServer(const std::filesystem::path& pages, const std::vector<std::string>& more) {
    std::vector<std::string> words{"python3", KP_ESCL_SERVER, "--dir", pages.string()};
    words.insert(words.end(), more.begin(), more.end());
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    int ends[2];
    REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    REQUIRE(::posix_spawnp(&pid_, "python3", &actions, nullptr, arguments.data(), environ) == 0);
    posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
    std::string line;
    for (char c = 0; ::read(ends[0], &c, 1) == 1 && c != '\n';) line += c;
    ::close(ends[0]);
    REQUIRE(line.starts_with("port "));
    port_ = line.substr(5);
  }
  ~EsclServer() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  EsclServer(const EsclServer&) = delete;
  EsclServer& operator=(const EsclServer&) = delete;
  std::string device() const { return "airscan:escl:Feeder:http://127.0.0.1:" + port_ + "/eSCL"; }

 private:
  pid_t pid_ = -1;
  std::string port_;
};

/// A SANE folder that names airscan alone, without looking around the network.
void write_config(const std::filesystem::path& folder) {
  write_text(folder / "dll.conf", "airscan\n");
  write_text(folder / "airscan.conf", "[devices]\n[options]\ndiscovery = disable\nws-discovery = off\n");
}

void write_jpegs(const std::filesystem::path& folder, int last) {
  for (int number = 1; number <= last; ++number) {
    auto image = imaging::Image::blank(kPagePx, kPagePx, imaging::PixelFormat::kGray8, 200);
    std::fill(image.pixels.begin(), image.pixels.end(), static_cast<std::uint8_t>(number * 20));
    const auto jpeg = imaging::encode_jpeg(image.view(), 90);
    REQUIRE(jpeg.has_value());
    write_text(folder / (std::to_string(100 + number) + ".jpg"), std::string{as_text(*jpeg)});
  }
}

/// " 1 2 3"
std::string pages_of(const Tray& tray) {
  std::string pages;
  for (const int gray : tray.numbers) pages += fmt::format(" {}", (gray + 10) / 20);  // JPEG rounds
  return pages;
}

std::string run_text(int last) {
  std::string pages;
  for (int number = 1; number <= last; ++number) pages += fmt::format(" {}", number);
  return pages;
}

}  // namespace

TEST_CASE("airscan: stacks and faults of a network scanner") {
  struct Case {
    std::string situation;
    std::vector<std::string> server;
    const char* id;
    int before;
    bool resumed =
        false;  ///< scanned on after it; airscan pauses 2.5 s before a start that follows a failed one
  };
  const std::vector<Case> cases{
      {"a whole stack", {}, "scanner_no_documents", 5},
      {"a jam after three", {"--fault", "jam", "--after", "3", "--refusals", "1"}, "scanner_jam", 3, true},
      {"the cover opened", {"--fault", "cover", "--after", "2", "--refusals", "1"}, "scanner_cover_open", 2},
      {"a double feed as an error",
       {"--fault", "multipick", "--after", "2", "--refusals", "1"},
       "scanner_io",
       2},
      {"a double feed as an error, mended at once: the rest comes, and it is told",
       {"--fault", "multipick", "--after", "2"},
       "scanner_io",
       5},
      {"a double feed dressed as the end",
       {"--fault", "multipick-as-end", "--after", "2", "--refusals", "1"},
       "scanner_stopped_early",
       2,
       true},
      {"the same, mended at once: the rest comes, and it is told",
       {"--fault", "multipick-as-end", "--after", "2"},
       "scanner_stopped_early",
       5},
      {"the connection cut", {"--fault", "drop", "--after", "1", "--refusals", "1"}, "scanner_io", 1},
      {"a scanner that falls silent", {"--fault", "hang", "--after", "1"}, "scanner_hung", 1},
  };
  for (const Case& c : cases) {
    CAPTURE(c.situation);
    ScratchFolder config, pages;
    write_config(config.path());
    write_jpegs(pages.path(), 5);
    const EsclServer server{pages.path(), c.server};
    worker::SourceSettings settings;
    settings.device = server.device();
    settings.sane_config_dir = config.path();
    settings.colour = false;
    settings.page_width_mm = settings.page_height_mm = kPageMm;
    settings.worker_executable = KP_WORKER_PROGRAM;
    settings.sheet_timeout = std::chrono::milliseconds{std::string{c.id} == "scanner_hung" ? 6'000 : 30'000};
    const auto source = *worker::open_source(settings);
    feed::Feed feed{*source};
    Tray tray;
    const auto report = feed.run(tray.keep());
    CAPTURE(report.end.log_line());
    CHECK(end_id(report) == c.id);
    CHECK(pages_of(tray) == run_text(c.before));
    if (!c.resumed) continue;
    CHECK(feed.run(tray.keep()).complete());
    CHECK(pages_of(tray) == run_text(5));
  }
}

TEST_CASE("airscan: a stop drains what the scanner has already taken, and keeps it") {
  ScratchFolder config, pages;
  write_config(config.path());
  write_jpegs(pages.path(), 5);
  const EsclServer server{pages.path(), {}};
  worker::SourceSettings settings;
  settings.device = server.device();
  settings.sane_config_dir = config.path();
  settings.colour = false;
  settings.page_width_mm = settings.page_height_mm = kPageMm;
  settings.worker_executable = KP_WORKER_PROGRAM;
  const auto source = *worker::open_source(settings);
  feed::Feed feed{*source};
  Tray tray;
  const auto keep = tray.keep();
  const auto report = feed.run([&](feed::SheetImage sheet) {
    feed.request_stop();
    return keep(std::move(sheet));
  });
  CHECK(report.stopped);
  CHECK(report.complete());
  CHECK(pages_of(tray) == run_text(5));
}

TEST_CASE("airscan: a network scanner that is not there") {
  ScratchFolder config;
  write_config(config.path());
  worker::SourceSettings settings;
  settings.device = "airscan:escl:Feeder:http://127.0.0.1:9/eSCL";
  settings.sane_config_dir = config.path();
  settings.worker_executable = KP_WORKER_PROGRAM;
  const auto started = (*worker::open_source(settings))->start();
  REQUIRE_FALSE(started.has_value());
  CHECK(info(started.error().code).id == "scanner_missing");
}
