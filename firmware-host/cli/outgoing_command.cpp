// `kiemphieu bundle write` and `kiemphieu codes write`: what leaves a station without a network.
#include <cstdio>

#include "config/election/election.h"
#include "config/json/json.h"
#include "config/storage/files.h"
#include "firmware-host/cli/commands.h"
#include "firmware-host/station/outgoing.h"
#include "sync/bundle/bundle.h"
#include "sync/wire/envelope.h"
#include "tally/forms/code_pages.h"

namespace kiemphieu::cli {
namespace {

using json::OrderedJson;

/// The election that the journal's folder keeps, and the station whose records these are.
struct Definition {
  election::Election election;
  std::string station;
};

Result<Definition> definition_of(const CodesOptions& options) {
  KP_TRY(const auto records, station::outgoing_records(options.folder));
  KP_TRY(const wire::Envelope envelope, wire::decode(records.front()));
  Definition found;
  KP_TRY(found.election, election::load(options.election.empty() ? options.folder / "election.json" : options.election));
  found.station = envelope.station;
  if (found.election.digest != envelope.election) return fail(ErrorCode::kElectionMismatch, found.election.digest.short_hex());
  if (found.election.find_station(found.station) == nullptr) return fail(ErrorCode::kUnknownStation, found.station);
  return found;
}

}  // namespace

int run_bundle_write(const BundleOptions& options) {
  const auto file = station::bundle_file(options.folder, options.since);
  if (!file) return refuse(file.error());
  const auto opened = bundle::open(*file);
  if (!opened) return refuse(opened.error());
  if (const auto done = storage::write_file_durably(options.out, *file); !done) return refuse(done.error());
  const bundle::Head& head = opened->head;
  if (options.json) {
    std::puts(OrderedJson{{"file", options.out.string()}, {"station", head.station}, {"election", head.election.hex()},
                          {"first", head.first}, {"last", head.last}, {"records", head.records()}, {"bytes", file->size()}}.dump().c_str());
  } else {
    std::printf("%s\nkhu vực (station): %s; bản ghi (records): %llu đến %llu; %zu byte\n", options.out.c_str(), head.station.c_str(),
                static_cast<unsigned long long>(head.first), static_cast<unsigned long long>(head.last), file->size());
  }
  return kDone;
}

int run_codes_write(const CodesOptions& options) {
  const auto codes = station::result_codes(options.folder, options.all ? station::CodeChoice::kAll : station::CodeChoice::kResult);
  if (!codes) return refuse(codes.error());
  const auto definition = definition_of(options);
  if (!definition) return refuse(definition.error());
  const election::Station& polling_station = *definition->election.find_station(definition->station);
  const auto pdf = forms::print_codes(definition->election, polling_station, {codes->texts, codes->records, codes->last_sequence});
  if (!pdf) return refuse(pdf.error());
  if (const auto done = storage::write_file_durably(options.out, *pdf); !done) return refuse(done.error());
  const std::size_t pages = (codes->texts.size() + forms::kCodesPerPage - 1) / forms::kCodesPerPage;
  if (options.json)
    std::puts(OrderedJson{{"file", options.out.string()}, {"station", definition->station}, {"records", codes->records},
                          {"last_sequence", codes->last_sequence}, {"parcel", codes->parcel}, {"pages", pages},
                          {"codes", codes->texts}}.dump().c_str());
  else
    std::printf("%s\n%zu mã trên %zu trang (codes, pages); %llu bản ghi (records)\n", options.out.c_str(), codes->texts.size(), pages,
                static_cast<unsigned long long>(codes->records));
  return kDone;
}

}  // namespace kiemphieu::cli
