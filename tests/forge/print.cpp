#include "tests/forge/print.h"

#include <algorithm>
#include <cstring>
#include <opencv2/imgproc.hpp>

#include "config/base/check.h"
#include "tally/forms/draw.h"
#include "tally/forms/layout.h"

namespace kiemphieu::forge {
namespace {

using forms::Face;

constexpr std::array<std::uint8_t, 3> kBlackInk{0, 0, 0}, kRedInk{176, 28, 36}, kBlueInk{30, 44, 130};
// 2021 saw black and red print (Hải Dương); the rest is what office printers and shops offer.
constexpr std::array kJobs{
    PrintJob{"serif-14", Face::kSerif, 14, Spacing::kEven, true, kBlackInk, false},
    PrintJob{"serif-12-tight", Face::kSerif, 12, Spacing::kTight, true, kBlackInk, false},
    PrintJob{"serif-16-loose", Face::kSerif, 16, Spacing::kLoose, true, kBlackInk, false},
    PrintJob{"serif-18-no-frame", Face::kSerif, 18, Spacing::kEven, false, kBlackInk, false},
    PrintJob{"sans-13", Face::kSans, 13, Spacing::kEven, true, kBlackInk, false},
    PrintJob{"sans-12-tight-no-frame", Face::kSans, 12, Spacing::kTight, false, kBlackInk, false},
    PrintJob{"sans-18-loose", Face::kSans, 18, Spacing::kLoose, true, kBlackInk, false},
    PrintJob{"serif-14-red", Face::kSerif, 14, Spacing::kEven, true, kRedInk, false},
    PrintJob{"sans-14-blue", Face::kSans, 14, Spacing::kEven, true, kBlueInk, false},
    PrintJob{"serif-14-copy", Face::kSerif, 14, Spacing::kEven, true, kBlackInk, true},
    PrintJob{"sans-12-copy", Face::kSans, 12, Spacing::kTight, true, kBlackInk, true},
};

constexpr double kMmPerPoint = 25.4 / 72.0;
constexpr double kTightPitch = 1.75;  // in type sizes, from candidate to candidate

/// Moves the candidates together, each with all its lines and its honorific.
void respace(forms::BallotLayout& layout, Spacing spacing, double name_pt) {
  if (spacing != Spacing::kTight) return;
  auto& texts = layout.page.texts;
  const double first = texts[layout.names.front().texts.front()].baseline_mm;
  double pitch = 1e9;
  for (std::size_t i = 1; i < layout.names.size(); ++i)
    pitch = std::min(pitch, texts[layout.names[i].texts.front()].baseline_mm -
                                texts[layout.names[i - 1].texts.back()].baseline_mm);
  const double closer = pitch - std::min(pitch, kTightPitch * name_pt * kMmPerPoint);
  for (std::size_t i = 0; i < layout.names.size(); ++i) {
    const double up = closer * static_cast<double>(i);
    texts[layout.names[i].texts.front() - 1].baseline_mm -= up;  // "Ông" or "Bà" stands before the name
    for (const std::size_t line : layout.names[i].texts) texts[line].baseline_mm -= up;
  }
  KP_CHECK(texts[layout.names.front().texts.front()].baseline_mm == first);
}

struct Laid {
  forms::BallotLayout layout;
  std::vector<forms::BoxMm> ink;
};

Result<Laid> lay_out(const election::Election& election, const election::Contest& contest,
                     const PrintJob& job) {
  Error overflow = fail(ErrorCode::kFormOverflow, std::string(job.name));
  for (double name_pt = job.name_pt; name_pt >= 10; --name_pt) {
    auto layout = forms::ballot_layout(election, contest, false, name_pt);
    if (!layout) continue;
    respace(*layout, job.spacing, name_pt);
    for (forms::Text& text : layout->page.texts) text.style.face = job.face;
    if (job.face == Face::kSans)  // the wider face in the narrow header
      for (forms::Text& text : layout->page.texts)
        if (text.style.size_pt < 12) text.style.size_pt *= 0.86;
    if (!job.frame) layout->page.outlines.clear();
    auto ink = forms::measure_ink(layout->page);
    if (ink) return Laid{*std::move(layout), *std::move(ink)};
    if (ink.error().code != ErrorCode::kFormOverflow) return ink.error();
  }
  return overflow;
}

/// Invented persons with the same number of lines: their family and middle names go around by one.
election::Contest with_other_names(election::Contest contest) {
  auto& people = contest.candidates;
  const election::Candidate first = people.front();
  for (std::size_t i = 0; i < people.size(); ++i) {
    const election::Candidate& from = i + 1 < people.size() ? people[i + 1] : first;
    people[i].family_name = from.family_name;
    people[i].given_name = from.middle_name.empty() ? from.family_name : from.middle_name;
    people[i].middle_name = "Văn";
  }
  return contest;
}

forms::Template template_of(const election::Election& election, const election::Contest& contest,
                            const PrintJob& job, const Laid& laid) {
  forms::Template form;
  form.contest = contest.id;
  form.election = election.digest;
  form.seats = contest.seats;
  form.page_width_mm = laid.layout.page.width_mm;
  form.page_height_mm = laid.layout.page.height_mm;
  if (job.frame) form.frame = laid.layout.frame;
  form.seal = laid.layout.seal;
  for (const forms::NameTexts& name : laid.layout.names) {
    forms::CandidateLines lines{name.candidate,
                                static_cast<int>(form.candidates.size()) + 1,
                                contest.find(name.candidate)->full_name(),
                                {}};
    for (const std::size_t text : name.texts) lines.lines.push_back(laid.ink[text]);
    form.candidates.push_back(std::move(lines));
  }
  return form;
}

/// What a photocopier makes of a page, in place: hard edges, fatter letters, the same specks on every copy.
void photocopy(imaging::Image& page) {
  cv::Mat plate(page.height_px, page.width_px, CV_8U, page.pixels.data()), soft, table(1, 256, CV_8U);
  cv::GaussianBlur(plate, soft, cv::Size(5, 5), 0.9);
  for (int value = 0; value < 256; ++value)  // steep around a light gray: letters grow
    table.at<std::uint8_t>(0, value) =
        static_cast<std::uint8_t>(std::clamp((value - 125) * 255 / 75, 12, 255));
  cv::LUT(soft, table, plate);
  Rng rng{7};
  for (int i = 0; i < 140; ++i)
    cv::circle(plate, {rng.below(plate.cols), rng.below(plate.rows)}, rng.below(2),
               cv::Scalar(60 + rng.below(120)), cv::FILLED);
  KP_CHECK(plate.data == page.pixels.data());
}

/// Gray to the colours of ink on paper; runs of bare paper are copied.
void colour_row(const std::uint8_t* gray, int width,
                const std::array<std::array<std::uint8_t, 3>, 256>& table, std::uint8_t* out) {
  std::array<std::uint8_t, 24> bare{};
  for (std::size_t i = 0; i < bare.size(); ++i) bare[i] = table[255][i % 3];
  int x = 0;
  for (; x + 8 <= width; x += 8) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, gray + x, 8);
    if (eight == ~std::uint64_t{0}) {
      std::memcpy(out + 3 * x, bare.data(), 24);
      continue;
    }
    for (int i = x; i < x + 8; ++i) std::memcpy(out + 3 * i, table[gray[i]].data(), 3);
  }
  for (; x < width; ++x) std::memcpy(out + 3 * x, table[gray[x]].data(), 3);
}

}  // namespace

std::span<const PrintJob> print_jobs() { return kJobs; }

Result<Typeset> typeset(const election::Election& election, const election::Contest& contest,
                        const PrintJob& job, double dpi) {
  KP_TRY(const Laid laid, lay_out(election, contest, job));
  Typeset made;
  made.form = template_of(election, contest, job, laid);
  made.form.reference_dpi = 200;
  KP_TRY(made.form.reference, forms::draw_gray(laid.layout.page, 200));
  KP_TRY(made.blank, forms::draw_gray(laid.layout.page, dpi));
  KP_TRY(const Laid other, lay_out(election, with_other_names(contest), job));
  KP_TRY(made.stranger, forms::draw_gray(other.layout.page, dpi));
  // The station learns its template from a blank of the same print run: a copy as well.
  if (job.photocopy)
    for (imaging::Image* page : {&made.form.reference, &made.blank, &made.stranger}) photocopy(*page);
  return made;
}

Canvas print_on_paper(const cv::Mat& plate, const cv::Mat& behind, double px_per_mm,
                      const std::array<std::uint8_t, 3>& ink, const PrintState& state, const Paper& paper,
                      Rng& rng) {
  cv::Mat gray = plate;
  if (state.patchy > 0) {
    const cv::Mat bare = patches(plate.size(), cvRound(9 * px_per_mm), rng);
    cv::Mat lost, patchy;
    cv::multiply(255 - plate, bare, lost, state.patchy / 255);
    cv::add(plate, lost, patchy);
    gray = patchy;  // never into `plate`: it is every sheet's
  }
  if (paper.show_through > 0) {
    cv::Mat dimmed;
    cv::addWeighted(gray, 1, behind, -paper.show_through, 0, dimmed);
    gray = dimmed;
  }
  std::array<std::array<std::uint8_t, 3>, 256> table{};
  for (std::size_t value = 0; value < 256; ++value)
    for (std::size_t c = 0; c < 3; ++c) {
      const double cover = (255.0 - static_cast<double>(value)) / 255 * state.toner * (255 - ink[c]) / 255;
      table[value][c] = static_cast<std::uint8_t>(cvRound(paper.rgb[c] * (1 - cover)));
    }
  Canvas canvas{cv::Mat(plate.size(), CV_8UC3), px_per_mm};
  for (int y = 0; y < gray.rows; ++y)
    colour_row(gray.ptr<std::uint8_t>(y), gray.cols, table, canvas.rgb.ptr<std::uint8_t>(y));
  return canvas;
}

}  // namespace kiemphieu::forge
