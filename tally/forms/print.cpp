#include "tally/forms/print.h"

#include <algorithm>

#include "config/base/check.h"
#include "config/storage/files.h"
#include "tally/forms/draw.h"

namespace kiemphieu::forms {
namespace {

using election::Contest;
using election::Election;
using election::Station;

constexpr std::uint64_t kBatchSize = 50;  ///< sheets a small document feeder holds
constexpr std::uint64_t kMaxBatches = 999;

/// The ballot in the largest type that fits, with the ink of its texts.
Result<BallotLayout> fit_ballot(const Election& election, const Contest& contest, bool machine_marks,
                                std::vector<BoxMm>& ink) {
  Error overflow = fail(ErrorCode::kFormOverflow);
  for (const double name_pt : kNameSizesPt) {
    auto layout = ballot_layout(election, contest, machine_marks, name_pt);
    auto measured = layout ? measure_ink(layout->page) : Result<std::vector<BoxMm>>{layout.error()};
    if (measured) {
      ink = *std::move(measured);
      return layout;
    }
    if (measured.error().code != ErrorCode::kFormOverflow) return std::move(measured).error();
    overflow = std::move(measured).error();
  }
  return std::move(overflow).with_context("ballot of " + contest.id);
}

Result<void> write_pdf(const std::filesystem::path& path, std::span<const Page> pages,
                       const std::string& title, const std::string& date) {
  KP_TRY(const Bytes pdf, draw_pdf(pages, title, date));
  return storage::write_file_durably(path, pdf);
}

int batches_for(const Station& station, const Contest& contest, const PrintOptions& options) {
  if (options.batch_sheets > 0) return options.batch_sheets;
  const std::uint64_t voters = station.voters(contest.id).value();
  return static_cast<int>(std::clamp((voters + kBatchSize - 1) / kBatchSize, std::uint64_t{1}, kMaxBatches));
}

Result<void> print_batch_headers(const Election& election, const Station& station, const Contest& contest,
                                 const PrintOptions& options, const std::filesystem::path& out_dir) {
  std::vector<Page> pages;
  for (int batch = 1; batch <= batches_for(station, contest, options); ++batch)
    pages.push_back(batch_header_page(election, station, contest, batch));
  return write_pdf(out_dir / ("batch-header-" + contest.id + ".pdf"), pages, "Tờ bìa chồng: " + contest.title_vi,
                   election.date);
}

Result<void> print_tally_sheet(const Election& election, const Station& station, const Contest& contest,
                               const PrintOptions& options, const std::filesystem::path& out_dir) {
  KP_TRY(const TallySheetLayout layout, tally_sheet_layout(election, station, contest));
  const std::string stem = "tally-sheet-" + contest.id;
  KP_TRY_VOID(write_pdf(out_dir / (stem + ".pdf"), {&layout.page, 1},
                        "Bảng ghi kết quả kiểm phiếu: " + contest.title_vi, election.date));
  Template form;
  form.contest = contest.id;
  form.election = election.digest;
  form.seats = contest.seats;
  form.page_width_mm = layout.page.width_mm;
  form.page_height_mm = layout.page.height_mm;
  form.fields = layout.fields;
  form.marks = layout.marks;
  form.reference_dpi = options.reference_dpi;
  KP_TRY(form.reference, draw_gray(layout.page, options.reference_dpi));
  return save_template(form, out_dir, stem);
}

}  // namespace

Result<PrintedBallot> compose_ballot(const Election& election, const Contest& contest,
                                     const PrintOptions& options) {
  std::vector<BoxMm> ink;
  PrintedBallot ballot;
  KP_TRY(ballot.layout, fit_ballot(election, contest, options.machine_marks, ink));
  Template& form = ballot.form;
  form.contest = contest.id;
  form.election = election.digest;
  form.seats = contest.seats;
  form.page_width_mm = ballot.layout.page.width_mm;
  form.page_height_mm = ballot.layout.page.height_mm;
  form.frame = ballot.layout.frame;
  form.seal = ballot.layout.seal;
  form.marks = ballot.layout.marks;
  for (const NameTexts& name : ballot.layout.names) {
    CandidateLines lines;
    lines.id = name.candidate;
    lines.row = static_cast<int>(form.candidates.size()) + 1;
    lines.name = contest.find(name.candidate)->full_name();
    for (const std::size_t text : name.texts) lines.lines.push_back(ink[text]);
    form.candidates.push_back(std::move(lines));
  }
  form.reference_dpi = options.reference_dpi;
  KP_TRY(form.reference, draw_gray(ballot.layout.page, options.reference_dpi));
  return ballot;
}

Result<void> print_forms(const Election& election, const Station& station, const PrintOptions& options,
                         const std::filesystem::path& out_dir) {
  KP_TRY_VOID(storage::create_folders_durably(out_dir));
  for (const auto& row : station.contests) {
    const Contest* contest = election.find_contest(row.contest);
    KP_CHECK(contest != nullptr);
    KP_TRY(const PrintedBallot ballot, compose_ballot(election, *contest, options));
    KP_TRY_VOID(write_pdf(out_dir / (contest->id + ".pdf"), {&ballot.layout.page, 1},
                          "Phiếu bầu cử: " + contest->title_vi, election.date));
    KP_TRY_VOID(save_template(ballot.form, out_dir, contest->id));
    KP_TRY_VOID(print_batch_headers(election, station, *contest, options, out_dir));
    KP_TRY_VOID(print_tally_sheet(election, station, *contest, options, out_dir));
  }
  return {};
}

}  // namespace kiemphieu::forms
