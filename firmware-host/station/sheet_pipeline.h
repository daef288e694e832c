#pragma once
/// From pixels to a sheet ready for the ledger: read, interpret, encode.

#include <memory>
#include <optional>
#include <string>

#include "config/election/election.h"
#include "firmware-host/station/ledger.h"
#include "tally/reading/reader.h"

namespace kiemphieu::station {

/// Immutable; may be used from several threads at once. Quality of the stored
/// picture: a JPEG at 85 keeps every stroke an eye can see at 200 dpi.
inline constexpr int kStoredJpegQuality = 85;

class SheetPipeline {
 public:
  /// `election` must outlive the pipeline.
  SheetPipeline(const election::Election& election, reading::Reader reader);

  /// Encodes first and reads what is stored, not what the scanner gave: so the reading can be
  /// proven from the picture (docs/adr/0008-read-what-is-stored.md). Errors: kImageUnreadable
  /// when the picture cannot be encoded.
  Result<ScannedSheet> process(const imaging::ImageView& page, const std::string& contest) const;
  /// A stored picture as process() read it. Errors: image codes.
  Result<reading::SheetReading> read_stored(ByteView jpeg, const std::string& contest) const;
  /// The fingerprint of a stored picture; an empty one when there is no ballot on it.
  reading::Fingerprint fingerprint(ByteView jpeg, const std::string& contest) const;
  /// The stored picture with its reading drawn on it, as JPEG.
  Result<Bytes> annotate(ByteView jpeg, const std::string& contest) const;

 private:
  const election::Election* election_;
  reading::Reader reader_;
};

/// The templates of every contest of the station. Errors: template codes.
Result<std::vector<forms::Template>> load_templates(const std::filesystem::path& templates,
                                                    const election::Election& election,
                                                    const election::Station& station);
/// A reader of all of them. Errors: the same.
Result<reading::Reader> load_reader(const std::filesystem::path& templates, const election::Election& election,
                                    const election::Station& station);

}  // namespace kiemphieu::station
