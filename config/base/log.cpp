#include "config/base/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

namespace kiemphieu {
namespace {

spdlog::level::level_enum to_spdlog(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug: return spdlog::level::debug;
    case LogLevel::kInfo: return spdlog::level::info;
    case LogLevel::kWarn: return spdlog::level::warn;
    case LogLevel::kError: return spdlog::level::err;
  }
  return spdlog::level::info;
}

spdlog::logger& logger() {
  static const std::shared_ptr<spdlog::logger> instance = [] {
    auto made = std::make_shared<spdlog::logger>("kiemphieu", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc);
    made->flush_on(spdlog::level::debug);
    if (const char* wanted = std::getenv("KIEMPHIEU_LOG_LEVEL")) made->set_level(spdlog::level::from_str(wanted));
    return made;
  }();
  return *instance;
}

/// One line a record, whatever the value holds.
std::string quoted(std::string_view value) {
  const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
  const bool plain = !value.empty() && value.find_first_of(" \"=\\") == std::string_view::npos &&
                     std::ranges::none_of(value, control);
  if (plain) return std::string{value};
  std::string text = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') text.push_back('\\');
    text.push_back(control(c) ? ' ' : c);
  }
  return text + "\"";
}

}  // namespace

void set_log_level(LogLevel level) { logger().set_level(to_spdlog(level)); }

void log_event(LogLevel level, std::string_view event, std::initializer_list<LogField> fields) {
  std::string line{event};
  for (const auto& [key, value] : fields) line.append(" ").append(key).append("=").append(quoted(value));
  logger().log(to_spdlog(level), "{}", line);
}

void log_error(std::string_view event, const Error& error) {
  log_event(LogLevel::kError, event, {{"code", std::string{info(error.code).id}}, {"detail", error.log_line()}});
}

}  // namespace kiemphieu
