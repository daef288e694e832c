#include "firmware-host/station/parts.h"

#include <filesystem>

#include "scanner/worker/source.h"

namespace kiemphieu::station {

std::filesystem::path key_file(const std::filesystem::path& data) { return data / "station.key"; }

Result<std::unique_ptr<const Definition>> load_definition(const settings::StationSettings& settings) {
  auto definition = std::make_unique<Definition>();
  KP_TRY(definition->election, election::load(settings.election));
  definition->station = definition->election.find_station(settings.station);
  if (definition->station == nullptr) return fail(ErrorCode::kUnknownStation, settings.station);
  return std::unique_ptr<const Definition>{std::move(definition)};
}

Result<std::unique_ptr<feed::SheetSource>> open_scanner(const settings::ScannerSettings& settings) {
  worker::SourceSettings source;
  source.device = settings.device;
  source.sane_config_dir = settings.sane_config;
  source.resolution_dpi = settings.resolution_dpi;
  source.colour = settings.colour;
  source.sheet_timeout = std::chrono::milliseconds{settings.sheet_timeout_ms};
  return worker::open_source(source);
}

}  // namespace kiemphieu::station
