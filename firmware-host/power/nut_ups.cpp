#include "firmware-host/power/nut_ups.h"

#include <signal.h>
#include <sys/time.h>
#include <upsclient.h>

#include <charconv>
#include <cstdlib>
#include <cstring>
#include <optional>

namespace kiemphieu::power {
namespace {

constexpr time_t kAnswer_s = 1;
constexpr std::uint16_t kNutPort = 3493;

struct FreeText {
  void operator()(char* text) const { std::free(text); }
};
using Text = std::unique_ptr<char, FreeText>;

/// `VAR sim battery.charge "100"` → 100. Values may have decimals ("98.5"): cut off.
std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t value = 0;
  const auto [rest, wrong] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool ended = rest == text.data() + text.size() || *rest == '.';
  if (wrong != std::errc{} || !ended || value < 0) return std::nullopt;
  return value;
}

/// Writing to a server that is gone raises SIGPIPE, and the library writes a good-bye
/// even then: held back in this thread, and taken away before it is let through again.
class NoBrokenPipe {
 public:
  NoBrokenPipe() {
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    KP_CHECK(pthread_sigmask(SIG_BLOCK, &pipe_, &before_) == 0);
  }
  ~NoBrokenPipe() {
    if (sigismember(&before_, SIGPIPE) == 0) {
      constexpr timespec kNow{};
      while (sigtimedwait(&pipe_, nullptr, &kNow) > 0) {
      }
    }
    KP_CHECK(pthread_sigmask(SIG_SETMASK, &before_, nullptr) == 0);
  }
  NoBrokenPipe(const NoBrokenPipe&) = delete;
  NoBrokenPipe& operator=(const NoBrokenPipe&) = delete;

 private:
  sigset_t pipe_{}, before_{};
};

class NutUps final : public Ups {
 public:
  NutUps(std::string ups, std::string host, std::uint16_t port)
      : ups_(std::move(ups)), host_(std::move(host)), port_(port) {}
  ~NutUps() override {
    const NoBrokenPipe held;
    hang_up();
  }
  NutUps(const NutUps&) = delete;
  NutUps& operator=(const NutUps&) = delete;

  Result<Reading> read() override {
    const NoBrokenPipe held;
    auto reading = ask_all();
    if (!reading) hang_up();
    return reading;
  }

 private:
  Result<Reading> ask_all() {
    KP_TRY_VOID(call());
    Reading reading;
    KP_TRY(const auto status, ask("ups.status"));
    if (!status) return fail(ErrorCode::kPowerUnknown, ups_ + ": it has no ups.status");
    reading.status = *status;
    KP_TRY(const auto charge, ask("battery.charge"));
    if (const auto percent = charge ? whole_number(*charge) : std::nullopt; percent && *percent <= 100)
      reading.charge_percent = static_cast<int>(*percent);
    KP_TRY(const auto runtime, ask("battery.runtime"));
    if (runtime) reading.runtime_s = whole_number(*runtime);
    return reading;
  }

  Result<void> call() {
    if (connected_) return {};
    timeval patience{.tv_sec = kAnswer_s, .tv_usec = 0};
    connection_ = {};
    if (upscli_tryconnect(&connection_, host_.c_str(), port_, 0, &patience) < 0) return unknown();
    connected_ = true;
    return {};
  }

  /// nullopt: this UPS does not know the variable.
  Result<std::optional<std::string>> ask(const std::string& variable) {
    const std::string question = "GET VAR " + ups_ + " " + variable + "\n";
    char line[UPSCLI_NETBUF_LEN] = {};
    if (upscli_sendline_timeout(&connection_, question.c_str(), question.size(), kAnswer_s) < 0 ||
        upscli_readline_timeout(&connection_, line, sizeof line, kAnswer_s) < 0)
      return unknown();
    const std::string_view answer{line, ::strnlen(line, sizeof line)};
    const std::string head = "VAR " + ups_ + " " + variable + " \"";
    if (answer.starts_with(head) && answer.ends_with('"') && answer.size() > head.size())
      return std::optional{std::string{answer.substr(head.size(), answer.size() - head.size() - 1)}};
    if (answer.starts_with("ERR VAR-NOT-SUPPORTED")) return std::optional<std::string>{};
    return fail(ErrorCode::kPowerUnknown, host_ + ": " + std::string{answer});  // DRIVER-NOT-CONNECTED, DATA-STALE …
  }

  Error unknown() { return fail(ErrorCode::kPowerUnknown, host_ + ": " + upscli_strerror(&connection_)); }
  void hang_up() {
    if (connected_) upscli_disconnect(&connection_);
    connected_ = false;
  }

  std::string ups_, host_;
  std::uint16_t port_;
  UPSCONN_t connection_{};
  bool connected_ = false;
};

}  // namespace

Result<std::unique_ptr<Ups>> open_nut_ups(const std::string& name) {
  char *ups = nullptr, *host = nullptr;
  std::uint16_t port = kNutPort;
  const int wrong = upscli_splitname(name.c_str(), &ups, &host, &port);
  const Text own_ups{ups}, own_host{host};
  const bool plain = ups != nullptr && host != nullptr && std::string_view{ups}.find_first_of(" \"\\\n") == std::string_view::npos;
  if (wrong != 0 || !plain) return fail(ErrorCode::kSettingsInvalid, "power.ups: " + name + ": expected name@host or name@host:port");
  return std::unique_ptr<Ups>{std::make_unique<NutUps>(ups, host, port)};
}

}  // namespace kiemphieu::power
