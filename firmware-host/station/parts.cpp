#include "firmware-host/station/parts.h"

#include <filesystem>

#include "scanner/worker/open_source.h"

namespace kiemphieu::station {

std::filesystem::path key_file(const std::filesystem::path& data) { return data / "station.key"; }

Result<std::unique_ptr<const Definition>> load_definition(const settings::StationSettings& settings) {
  auto definition = std::make_unique<Definition>();
  KP_TRY(definition->election, election::load(settings.election));
  definition->station = definition->election.find_station(settings.station);
  if (definition->station == nullptr) return fail(ErrorCode::kUnknownStation, settings.station);
  return std::unique_ptr<const Definition>{std::move(definition)};
}

}  // namespace kiemphieu::station
