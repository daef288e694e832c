#include "firmware-host/station/reread.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <thread>

#include "tally/counting/interpret.h"
#include "tally/journal/images.h"
#include "tally/journal/replay.h"

namespace kiemphieu::station {
namespace {

using Differences = std::vector<ReadingDifference>;

/// What one stored sheet is compared by.
struct Stored {
  int batch = 0, position = 0;
  std::string contest;  ///< of the pile; empty for a tally sheet
  journal::Record record;
};

class Compare {
 public:
  Compare(const Stored& stored, Differences& found) : stored_(stored), found_(found) {}

  void same(std::string what, std::string_view was, std::string_view now) {
    if (was != now) found_.push_back({stored_.batch, stored_.position, std::move(what), std::string{was}, std::string{now}});
  }
  void same(std::string what, int was, int now) { same(std::move(what), std::to_string(was), std::to_string(now)); }

 private:
  const Stored& stored_;
  Differences& found_;
};

std::string_view word(std::optional<election::Validity> validity) { return validity ? to_text(*validity) : "none"; }

std::string joined(const std::vector<election::Reason>& reasons) {
  std::string text;
  for (const election::Reason reason : reasons) text += (text.empty() ? "" : " ") + std::string{to_text(reason)};
  return text;
}

void compare_ballot(const journal::SheetRecorded& was, const reading::SheetReading& read,
                    const counting::Interpretation& now, Compare compare) {
  const counting::Interpretation& then = was.interpretation;
  compare.same("form", to_text(was.form), to_text(read.form));
  compare.same("outcome", to_text(then.outcome), to_text(now.outcome));
  compare.same("validity", word(then.validity), word(now.validity));
  compare.same("elects", then.elects, now.elects);
  compare.same("reasons", joined(then.reasons), joined(now.reasons));
  compare.same("candidates", static_cast<int>(then.candidates.size()), static_cast<int>(now.candidates.size()));
  for (std::size_t i = 0; i < std::min(then.candidates.size(), now.candidates.size()); ++i) {
    compare.same(then.candidates[i].id + ": mark", to_text(then.candidates[i].mark), to_text(now.candidates[i].mark));
    compare.same(then.candidates[i].id + ": shape", to_text(then.candidates[i].shape), to_text(now.candidates[i].shape));
  }
}

void compare_tally(const journal::TallySheetRecorded& was, const counting::TallySheet& now, Compare compare) {
  const auto value = [](const counting::FigureResult& figure) { return figure.value ? std::to_string(*figure.value) : "none"; };
  compare.same("figures", static_cast<int>(was.judged.figures.size()), static_cast<int>(now.figures.size()));
  for (std::size_t i = 0; i < std::min(was.judged.figures.size(), now.figures.size()); ++i)
    compare.same(was.judged.figures[i].id, value(was.judged.figures[i]), value(now.figures[i]));
}

class Reread {
 public:
  Reread(const std::filesystem::path& folder, const election::Election& election, const election::Station& station,
         SheetPipeline pipeline)
      : images_(journal::ImageStore::to_read(folder)), election_(&election), station_(&station), pipeline_(std::move(pipeline)) {}

  Differences one(const Stored& stored) const {
    Differences found;
    Compare compare{stored, found};
    const auto* ballot = std::get_if<journal::SheetRecorded>(&stored.record);
    const Digest image = ballot != nullptr ? ballot->image : std::get<journal::TallySheetRecorded>(stored.record).image;
    const auto jpeg = images_.load(image);
    const auto read = jpeg ? pipeline_.read_stored(*jpeg, stored.contest) : Result<reading::SheetReading>{jpeg.error()};
    if (!read) {
      compare.same("picture", "stored", info(read.error().code).id);
    } else if (ballot != nullptr) {
      reading::SheetReading again = *read;
      if (ballot->same_as) again.findings.push_back(election::Reason::kSamePaper);
      compare_ballot(*ballot, again, counting::interpret(*election_, again, stored.contest), compare);
    } else {
      compare_tally(std::get<journal::TallySheetRecorded>(stored.record),
                    counting::judge_tally_sheet(*election_, *station_, *read), compare);
    }
    return found;
  }

 private:
  journal::ImageStore images_;
  const election::Election* election_;
  const election::Station* station_;
  SheetPipeline pipeline_;
};

/// Every sheet of the journal whose picture should be there.
struct Sheets {
  std::vector<Stored> stored;
  std::uint64_t all = 0;
  std::string station;
};

Result<Sheets> sheets_of(const std::filesystem::path& folder, const election::Election& election) {
  Sheets sheets;
  std::map<int, std::string> contests;
  const auto take = [&](const journal::Record& record, std::uint64_t) -> Result<void> {
    if (const auto* opened = std::get_if<journal::BatchOpened>(&record)) contests[opened->batch] = opened->contest;
    if (std::holds_alternative<journal::ImagesDestroyed>(record)) sheets.stored.clear();
    if (const auto* sheet = std::get_if<journal::SheetRecorded>(&record))
      ++sheets.all, sheets.stored.push_back({sheet->batch, sheet->position, contests[sheet->batch], record});
    if (const auto* sheet = std::get_if<journal::TallySheetRecorded>(&record))
      ++sheets.all, sheets.stored.push_back({0, sheet->sheet, "", record});
    return {};
  };
  KP_TRY(const journal::Replay replayed, journal::replay(folder, election, take));
  sheets.station = replayed.created.station;
  return sheets;
}

}  // namespace

Result<RereadReport> reread(const std::filesystem::path& folder, const election::Election& election,
                            const std::filesystem::path& templates, unsigned threads) {
  KP_TRY(const Sheets sheets, sheets_of(folder, election));
  const election::Station* station = election.find_station(sheets.station);
  if (station == nullptr) return fail(ErrorCode::kUnknownStation, sheets.station);
  KP_TRY(reading::Reader reader, load_reader(templates, election, *station));
  const Reread again{folder, election, *station, SheetPipeline{election, std::move(reader)}};
  std::vector<Differences> found(sheets.stored.size());
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t i = next++; i < found.size(); i = next++) found[i] = again.one(sheets.stored[i]);
  };
  std::vector<std::jthread> helpers;
  for (unsigned i = 1; i < threads; ++i) helpers.emplace_back(work);
  work();
  helpers.clear();
  RereadReport report{sheets.all, sheets.all - sheets.stored.size(), {}};
  for (Differences& differences : found)
    for (ReadingDifference& difference : differences) report.differences.push_back(std::move(difference));
  return report;
}

}  // namespace kiemphieu::station
