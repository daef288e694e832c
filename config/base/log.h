#pragma once
/// Structured log lines on stderr (journald keeps them): an event name and
/// key=value pairs, English. Votes and ballot contents never go in here.
///
/// Levels by consequence: error = a person must act; warn = the program coped
/// but someone should know; info = a state changed; debug = for developers.
/// Thread-safe.

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "config/base/error.h"

namespace kiemphieu {

enum class LogLevel { kDebug, kInfo, kWarn, kError };
using LogField = std::pair<std::string_view, std::string>;

/// Lines below `level` are dropped. Default: info, or $KIEMPHIEU_LOG_LEVEL.
void set_log_level(LogLevel level);
void log_event(LogLevel level, std::string_view event, std::initializer_list<LogField> fields = {});
/// The error's id, evidence and context as fields.
void log_error(std::string_view event, const Error& error);

}  // namespace kiemphieu
