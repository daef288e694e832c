#include "scanner/simulator/settings.h"

#include <cstdlib>

#include <fmt/format.h>

#include "config/storage/files.h"
#include "scanner/simulator/words.h"

namespace kiemphieu::simulator {
namespace {

constexpr std::size_t kMaxSettingsBytes = 64 * 1024;

Error bad_line(const Line& line, std::string_view what) {
  return fail(ErrorCode::kSettingsInvalid,
              fmt::format("kiemphieusim.conf line {}: {}: {}", line.number, line.words[0], what));
}

Result<bool> yes_or_no(const Line& line) {
  if (line.words[1] == "yes") return true;
  if (line.words[1] == "no") return false;
  return bad_line(line, "expected yes or no");
}

Result<void> apply(Settings& settings, const Line& line, const std::filesystem::path& folder) {
  const std::string& key = line.words[0];
  if (line.words.size() < 2) return bad_line(line, "expected a value");
  const std::string& value = line.words[1];
  const std::vector<std::string> values{line.words.begin() + 1, line.words.end()};
  const auto number = to_number(value);
  if (key == "pages")
    settings.pages = folder / value;
  else if (key == "script")
    settings.script = folder / value;
  else if (key == "state")
    settings.state = folder / value;
  else if (key == "adf-name")
    settings.adf_name = value;
  else if (key == "modes")
    settings.modes = values;
  else if (key == "without")
    settings.without.insert(settings.without.end(), values.begin(), values.end());
  else if (key == "swcrop") {
    KP_TRY(settings.swcrop, yes_or_no(line));
  } else if (key == "unknown-height") {
    KP_TRY(settings.unknown_height, yes_or_no(line));
  } else if (key == "dpi" && number && *number >= 50 && *number <= 1200)
    settings.dpi = static_cast<double>(*number);
  else if (key == "max-height-mm" && number && *number >= 50 && *number <= 1000)
    settings.max_height_mm = static_cast<double>(*number);
  else if (key == "resolutions") {
    for (const std::string& word : values) {
      const auto resolution = to_number(word);
      if (!resolution || *resolution < 50 || *resolution > 1200)
        return bad_line(line, "expected dpi from 50 to 1200");
      settings.resolutions.push_back(static_cast<int>(*resolution));
    }
  } else
    return bad_line(line, "unknown key, or value out of range");
  return {};
}

}  // namespace

Result<Settings> parse_settings(std::string_view text, const std::filesystem::path& folder) {
  Settings settings;
  for (const Line& line : split_lines(text)) KP_TRY_VOID(apply(settings, line, folder));
  if (settings.pages.empty()) return fail(ErrorCode::kSettingsInvalid, "kiemphieusim.conf: pages: missing");
  if (settings.state.empty()) settings.state = settings.pages / ".kiemphieusim";
  return settings;
}

Result<Settings> load_settings() {
  const char* variable = std::getenv("SANE_CONFIG_DIR");
  std::string_view folders = variable != nullptr ? variable : "/etc/sane.d";
  while (!folders.empty()) {
    const std::size_t end = folders.find(':');
    const std::filesystem::path folder{folders.substr(0, end)};
    folders = end == std::string_view::npos ? std::string_view{} : folders.substr(end + 1);
    const auto bytes = storage::read_file(folder / "kiemphieusim.conf", kMaxSettingsBytes);
    if (bytes) return parse_settings(as_text(*bytes), folder);
    if (bytes.error().code != ErrorCode::kFileNotFound) return bytes.error();
  }
  return fail(ErrorCode::kFileNotFound, "kiemphieusim.conf");
}

}  // namespace kiemphieu::simulator
