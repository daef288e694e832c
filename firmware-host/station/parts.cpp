#include "firmware-host/station/parts.h"

#include <filesystem>

#include "config/crypto/token_key.h"
#include "config/storage/files.h"
#include "scanner/worker/source.h"

namespace kiemphieu::station {
namespace {

struct WindowMm {
  double width_mm, height_mm;
};
/// The window is wider than an A5 ballot: at five degrees of skew its corners
/// reach 166 x 222 mm, and a paper edge that is seen tells a cut-off page from a
/// whole one. A tally sheet is A4, as wide as feeders of offices take: guided on
/// both sides it lies straight.
constexpr WindowMm kBallotWindow{166, 222}, kTallySheetWindow{210, 297};

crypto::TokenPlace token_place(const settings::KeySettings& key) {
  return {key.pkcs11_module, key.token_label, key.key_label, key.pin_file};
}

}  // namespace

std::filesystem::path key_file(const std::filesystem::path& data) { return data / "station.key"; }

Result<crypto::SigningKey> open_key(const settings::KeySettings& settings, const std::filesystem::path& data) {
  if (settings.pkcs11_module.empty()) return crypto::SigningKey::load_or_create(key_file(data));
  return crypto::open_token_key(token_place(settings));
}

Result<crypto::SigningKey> make_key(const settings::KeySettings& settings, const std::filesystem::path& data) {
  if (settings.pkcs11_module.empty()) return crypto::SigningKey::load_or_create(key_file(data));
  return crypto::make_token_key(token_place(settings));
}

Result<std::unique_ptr<const Definition>> load_definition(const settings::StationSettings& settings) {
  auto definition = std::make_unique<Definition>();
  KP_TRY(definition->election, election::load(settings.election));
  definition->station = definition->election.find_station(settings.station);
  if (definition->station == nullptr) return fail(ErrorCode::kUnknownStation, settings.station);
  return std::unique_ptr<const Definition>{std::move(definition)};
}

Result<void> keep_election_copy(const settings::StationSettings& settings, const election::Election& election) {
  const std::filesystem::path copy = settings.data / "election.json";
  if (!std::filesystem::exists(copy)) {
    KP_TRY(const Bytes definition, storage::read_file(settings.election, election::kMaxElectionBytes));
    return storage::write_file_durably(copy, definition);
  }
  KP_TRY(const election::Election kept, election::load(copy));
  if (kept.digest == election.digest) return {};
  return fail(ErrorCode::kJournalOther, copy.string() + ": election " + kept.digest.short_hex());
}

Result<void> keep_template_copies(const settings::StationSettings& settings) {
  constexpr std::size_t kMaxTemplateBytes = 64U << 20U;
  const std::filesystem::path kept = settings.data / "templates";
  KP_TRY_VOID(storage::create_folders_durably(kept));
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator{settings.templates, error}) {
    const std::string name = entry.path().filename().string();
    if (!name.ends_with(".template.json") && !name.ends_with(".reference.png")) continue;
    KP_TRY(const Bytes now, storage::read_file(entry.path(), kMaxTemplateBytes));
    const auto before = storage::read_file(kept / name, kMaxTemplateBytes);
    if (!before || *before != now) KP_TRY_VOID(storage::write_file_durably(kept / name, now));
  }
  return {};
}

std::uint64_t sheets_expected(const settings::StationSettings& settings, const election::Station& station) {
  if (settings.room.sheets) return static_cast<std::uint64_t>(*settings.room.sheets);
  Count voters;
  for (const auto& entry : station.contests) voters += entry.voters;
  return voters.value();
}

Result<std::unique_ptr<feed::SheetSource>> open_scanner(const settings::ScannerSettings& settings, Paper paper) {
  const WindowMm& window = paper == Paper::kBallots ? kBallotWindow : kTallySheetWindow;
  worker::SourceSettings source;
  source.device = settings.device;
  source.sane_config_dir = settings.sane_config;
  source.resolution_dpi = settings.resolution_dpi;
  source.colour = settings.colour;
  source.page_width_mm = window.width_mm;
  source.page_height_mm = window.height_mm;
  source.sheet_timeout = std::chrono::milliseconds{settings.sheet_timeout_ms};
  return worker::open_source(source);
}

}  // namespace kiemphieu::station
