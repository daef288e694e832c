#pragma once
/// After the feeder came to rest: what is counted, what is not, and what people do, in
/// order. Pure: a function of the journal.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/base/error.h"
#include "config/station/settings.h"
#include "firmware-host/station/pile_check.h"

namespace kiemphieu::station {

enum class ResumeStep : std::uint8_t {
#define KP_RESUME_STEP(name, text, vi, en) name,
#include "firmware-host/station/resume_steps.def"
#undef KP_RESUME_STEP
};
std::string_view to_text(ResumeStep step);  ///< "put_back" …, stable

struct Resume {
  int batch = 0;
  std::string contest;
  std::string reason;       ///< error id of what ended the feed
  bool stop_asked = false;
  bool calm = false;        ///< the stack went through and nothing is open
  std::uint64_t sheets = 0; ///< recorded in the pile
  std::uint64_t papers = 0; ///< of these, ballots of the pile
  std::optional<int> last;  ///< position of the last recorded sheet
  /// Sheets that came out or hang in the machine and are not counted. nullopt: nobody knows.
  std::optional<std::uint64_t> uncounted;
  std::vector<ResumeStep> steps;  ///< in this order
};

/// Of the open pile, when it was fed and the feeder rests; else nullopt.
std::optional<Resume> resume_of(const journal::State& state);
/// Of the pile that is being fed, if the journal could take `end`: a disk that refuses it
/// must not keep people from knowing which paper goes back.
std::optional<Resume> resume_after(const journal::State& state, const journal::FeedStopped& end);
/// A step as people read it.
std::string sentence(ResumeStep step, const Resume& resume, settings::OutputStack stack, Language language);

}  // namespace kiemphieu::station
