#include "firmware-host/station/sheet_pipeline.h"

#include <iterator>

#include "config/imaging/codec.h"
#include "tally/counting/interpret.h"
#include "tally/reading/overlay.h"

namespace kiemphieu::station {

SheetPipeline::SheetPipeline(const election::Election& election, reading::Reader reader)
    : election_(&election), reader_(std::move(reader)) {}

Result<ScannedSheet> SheetPipeline::process(const imaging::ImageView& page, const std::string& contest) const {
  ScannedSheet sheet;
  KP_TRY(sheet.jpeg, imaging::encode_jpeg(page, kStoredJpegQuality));
  KP_TRY(sheet.reading, read_stored(sheet.jpeg, contest));
  sheet.interpretation = counting::interpret(*election_, sheet.reading, contest);
  return sheet;
}

Result<reading::SheetReading> SheetPipeline::read_stored(ByteView jpeg, const std::string& contest) const {
  KP_TRY(const imaging::Image page, imaging::decode(jpeg));
  return reader_.read(page.view(), contest);
}

reading::Fingerprint SheetPipeline::fingerprint(ByteView jpeg, const std::string& contest) const {
  const auto read = read_stored(jpeg, contest);
  if (!read) return {};
  return read->fingerprint.value_or(reading::Fingerprint{});
}

Result<Bytes> SheetPipeline::annotate(ByteView jpeg, const std::string& contest) const {
  KP_TRY(const imaging::Image page, imaging::decode(jpeg));
  const reading::SheetReading reading = reader_.read(page.view(), contest);
  const imaging::Image drawn = reading::draw_reading(page.view(), reading);
  return imaging::encode_jpeg(drawn.view(), kStoredJpegQuality);
}

Result<std::vector<forms::Template>> load_templates(const std::filesystem::path& templates,
                                                    const election::Election& election,
                                                    const election::Station& station) {
  std::vector<std::string> contests;
  for (const auto& entry : station.contests) contests.push_back(entry.contest);
  return forms::load_ballot_templates(templates, contests, election.digest);
}

Result<reading::Reader> load_reader(const std::filesystem::path& templates, const election::Election& election,
                                    const election::Station& station) {
  KP_TRY(auto loaded, load_templates(templates, election, station));
  std::vector<std::string> contests;
  for (const auto& entry : station.contests) contests.push_back(entry.contest);
  KP_TRY(auto tally_sheets, forms::load_tally_sheet_templates(templates, contests, election.digest));
  std::move(tally_sheets.begin(), tally_sheets.end(), std::back_inserter(loaded));
  return reading::Reader::create(std::move(loaded));
}

}  // namespace kiemphieu::station
