#pragma once
/// Reads one scanned page against the station's templates: page view →
/// registration → evidence per name line → scores. Method: docs/reading.md.
///
/// Never guesses: what is not clear is said in `findings` or a score between
/// the thresholds, and counting sends it to the team.

#include <memory>
#include <string>
#include <vector>

#include "config/base/result.h"
#include "config/imaging/image.h"
#include "tally/forms/template.h"
#include "tally/reading/sheet_reading.h"

namespace kiemphieu::reading {

/// Prepared once from the templates (reference features, masks). read() is
/// const and may be called from several threads at once.
class Reader {
 public:
  /// Ballots and, when there are any, tally sheets. The templates' reference images
  /// must be loaded. Errors: kTemplateInvalid.
  static Result<Reader> create(std::vector<forms::Template> templates);
  ~Reader();
  Reader(Reader&&) noexcept;
  Reader& operator=(Reader&&) noexcept;

  /// Always a reading: a page that is none of ours has form kUnknown, a page
  /// that could not be made out the finding kUnreadable. `expected_contest`
  /// (may be empty) is tried first; another contest's ballot is still recognised.
  SheetReading read(const imaging::ImageView& page, const std::string& expected_contest = {}) const;

 private:
  struct State;
  explicit Reader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace kiemphieu::reading
