#include "tally/forms/layout.h"

#include <fmt/format.h>

#include <algorithm>

#include "tally/counting/figures.h"
#include "tally/forms/draw.h"

namespace kiemphieu::forms {
namespace {

using election::BallotForm;
using election::Candidate;
using election::Contest;
using election::Election;
using election::Station;

constexpr double kMmPerPoint = 25.4 / 72.0;

// The ballot, from top to bottom. The frame leaves room outside for the corner
// marks and for what office printers cannot reach (4.2 mm).
constexpr BoxMm kBallotFrame = {10, 10, 128, 190};
constexpr double kHeaderShare = 0.38;  ///< left column of the header in the form's Word copy
constexpr double kHeaderFirst = 17.5, kHeaderSecond = 22.5, kHeaderRule = 25.0;
constexpr BoxMm kSealPlace = {13, 28.5, 44, 42};
constexpr BoxMm kBallotQr = {115, 33, 18, 18};
constexpr double kTitleBaseline = 79.0;
constexpr double kNamesTop = 103.0, kNamesBottom = 196.0;
constexpr double kHonorificLeft = 19.0, kNameRight = 134.0;
// Two candidates' names must not come so close that one pen stroke touches both.
constexpr double kMinPitch = 1.7;  ///< in type sizes, from candidate to candidate
constexpr double kMaxPitchMm = 13.0;
constexpr double kSecondLine = 1.5;      ///< in type sizes, from a name to its other name
constexpr double kHonorificWidth = 2.5;  ///< in type sizes: "Ông" and a blank

constexpr double kCornerSize = 4.0, kCornerInset = 4.5;

Text text_at(std::string text, TextStyle style, Align align, double x_mm, double baseline_mm,
             double max_width_mm) {
  return Text{std::move(text), style, align, x_mm, baseline_mm, max_width_mm};
}

void add_rule(Page& page, double centre_mm, double y_mm, double length_mm) {
  page.strokes.push_back({{{centre_mm - length_mm / 2, y_mm}, {centre_mm + length_mm / 2, y_mm}}, 0.2});
}

/// Four filled squares and the place of the code.
MachineMarks add_marks(Page& page, double size_mm, double inset_mm, const BoxMm& qr,
                       const std::string& payload) {
  MachineMarks marks;
  for (const double y : {inset_mm, page.height_mm - inset_mm - size_mm})
    for (const double x : {inset_mm, page.width_mm - inset_mm - size_mm})
      marks.corners.push_back({x, y, size_mm, size_mm});
  marks.qr = qr;
  page.filled.insert(page.filled.end(), marks.corners.begin(), marks.corners.end());
  page.codes.push_back({qr, payload});
  return marks;
}

/// The body elected, as the title lines of the prescribed ballot.
std::vector<std::string> body_lines(const Contest& contest) {
  const std::string years = "KHÓA " + contest.term + " NHIỆM KỲ " + contest.years;
  switch (contest.form) {
    case BallotForm::kNationalAssembly:
      return {"ĐẠI BIỂU QUỐC HỘI KHÓA " + contest.term};
    case BallotForm::kProvincialCouncil:
    case BallotForm::kCommuneCouncil:
      return {"ĐẠI BIỂU HỘI ĐỒNG NHÂN DÂN " + upper_case(contest.area), years};
    case BallotForm::kHamlet:
      break;
  }
  return {upper_case(contest.title_vi)};
}

void add_ballot_header(Page& page, const Contest& contest) {
  const double split = kBallotFrame.x_mm + kHeaderShare * kBallotFrame.w_mm;
  const double left = (kBallotFrame.x_mm + split) / 2;
  const double right = (split + kBallotFrame.x_mm + kBallotFrame.w_mm) / 2;
  const double left_width = split - kBallotFrame.x_mm - 2;
  const double right_width = kBallotFrame.x_mm + kBallotFrame.w_mm - split - 1;
  const std::string unit = "Đơn vị bầu cử số: " + contest.constituency;
  const bool unit_first =
      contest.form == BallotForm::kNationalAssembly;  // Mẫu 13; 14 and 15 put the area first
  const TextStyle plain{Face::kSerif, 9.5};
  page.texts.push_back(
      text_at(unit_first ? unit : contest.area, plain, Align::kCentre, left, kHeaderFirst, left_width));
  page.texts.push_back(
      text_at(unit_first ? contest.area : unit, plain, Align::kCentre, left, kHeaderSecond, left_width));
  page.texts.push_back(text_at("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", {Face::kSerif, 8.5, true},
                               Align::kCentre, right, kHeaderFirst, right_width));
  page.texts.push_back(text_at("Độc lập - Tự do - Hạnh phúc", {Face::kSerif, 9.5, true}, Align::kCentre,
                               right, kHeaderSecond, right_width));
  add_rule(page, left, kHeaderRule, 14);
  add_rule(page, right, kHeaderRule, 46);
}

void add_ballot_title(Page& page, const Contest& contest) {
  const double centre = page.width_mm / 2;
  const double width = kBallotFrame.w_mm - 6;
  double baseline = kTitleBaseline;
  page.texts.push_back(
      text_at("PHIẾU BẦU CỬ", {Face::kSerif, 15, true}, Align::kCentre, centre, baseline, width));
  for (const std::string& line : body_lines(contest)) {
    baseline += 6.2;
    page.texts.push_back(text_at(line, {Face::kSerif, 11, true}, Align::kCentre, centre, baseline, width));
  }
  page.texts.push_back(text_at("Được bầu " + std::to_string(contest.seats) + " đại biểu", {Face::kSerif, 12},
                               Align::kCentre, centre, baseline + 7.6, width));
}

/// Name lines from kNamesTop to kNamesBottom, evenly; the honorific stands left of the name.
Result<std::vector<NameTexts>> add_names(Page& page, const Contest& contest, double name_pt) {
  const double size = name_pt * kMmPerPoint;
  std::size_t second_lines = 0;
  for (const Candidate& candidate : contest.candidates) second_lines += candidate.printed_lines().size() - 1;
  const double room = kNamesBottom - kNamesTop - static_cast<double>(second_lines) * kSecondLine * size;
  const double pitch = std::min(kMaxPitchMm, room / static_cast<double>(contest.candidates.size()));
  if (pitch < kMinPitch * size)
    return fail(ErrorCode::kFormOverflow,
                fmt::format("{}: {} candidates in {} pt", contest.id, contest.candidates.size(), name_pt));
  const double name_left = kHonorificLeft + kHonorificWidth * size;
  const TextStyle style{Face::kSerif, name_pt, true};
  std::vector<NameTexts> names;
  double baseline = kNamesTop + pitch / 2 + size * 0.35;  // capitals centred in the first row
  for (const Candidate& candidate : contest.candidates) {
    NameTexts entry{candidate.id, {}};
    page.texts.push_back(text_at(std::string{to_text(candidate.honorific)}, {Face::kSerif, name_pt},
                                 Align::kLeft, kHonorificLeft, baseline, name_left - kHonorificLeft));
    for (const std::string& line : candidate.printed_lines()) {
      if (!entry.texts.empty()) baseline += kSecondLine * size;
      entry.texts.push_back(page.texts.size());
      page.texts.push_back(text_at(line, style, Align::kLeft, name_left, baseline, kNameRight - name_left));
    }
    names.push_back(std::move(entry));
    baseline += pitch;
  }
  return names;
}

std::string printed_date(const std::string& iso) {
  return iso.substr(8, 2) + "/" + iso.substr(5, 2) + "/" + iso.substr(0, 4);
}

std::string station_line(const Station& station) {
  return "Khu vực bỏ phiếu số " + station.number + ", " + station.commune + ", " + station.province;
}

// The tally sheet, from top to bottom. Boxes stand so far apart that a figure
// that leaves its box still does not reach the next one.
constexpr double kTallyTop = 88.0, kTallyBottom = 250.0;
constexpr double kTallyMinPitch = 7.4, kTallyMaxPitch = 12.5, kTallyGap = 2.6;
constexpr double kDigitLeft = 130.0, kDigitWidth = 8.5, kDigitPitch = 12.0;
constexpr int kDigits = 4;  ///< a polling area has at most 4,000 voters (Luật 83/2025)

/// How digits are wanted, as one writes them with a pen: in a square of one, y down.
using DigitStrokes = std::vector<std::vector<PointMm>>;
const std::vector<DigitStrokes>& example_digits() {
  static const std::vector<DigitStrokes> kDigitShapes = {
      {{{.5, 0},
        {.2, .1},
        {.1, .4},
        {.1, .65},
        {.25, .93},
        {.5, 1},
        {.75, .93},
        {.9, .65},
        {.9, .4},
        {.8, .1},
        {.5, 0}}},
      {{{.2, .3}, {.55, 0}, {.55, 1}}},
      {{{.12, .25}, {.25, .05}, {.5, 0}, {.78, .08}, {.85, .3}, {.7, .52}, {.1, 1}, {.9, 1}}},
      {{{.12, .1},
        {.4, 0},
        {.75, .06},
        {.85, .25},
        {.7, .43},
        {.4, .48},
        {.75, .55},
        {.9, .74},
        {.75, .95},
        {.4, 1},
        {.1, .9}}},
      {{{.35, 0}, {.05, .65}, {.95, .65}}, {{.65, .35}, {.65, 1}}},
      {{{.85, 0}, {.22, 0}, {.17, .42}, {.5, .36}, {.82, .46}, {.9, .7}, {.75, .94}, {.45, 1}, {.1, .9}}},
      {{{.72, 0},
        {.4, .15},
        {.15, .5},
        {.1, .75},
        {.25, .96},
        {.55, 1},
        {.82, .9},
        {.86, .68},
        {.65, .52},
        {.35, .53},
        {.13, .7}}},
      {{{.08, 0}, {.92, 0}, {.45, 1}}, {{.4, .5}, {.85, .5}}},
      {{{.5, .46},
        {.22, .35},
        {.18, .14},
        {.5, 0},
        {.82, .14},
        {.78, .35},
        {.5, .46},
        {.15, .62},
        {.12, .86},
        {.5, 1},
        {.88, .86},
        {.85, .62},
        {.5, .46}}},
      {{{.85, .28}, {.7, .46}, {.4, .5}, {.15, .38}, {.14, .14}, {.4, 0}, {.72, .05}, {.86, .25}, {.84, 1}}}};
  return kDigitShapes;
}

constexpr double kExampleTop = 76.0, kExampleSize = 6.0, kExamplePitch = 9.0, kExampleLeft = 60.0;

/// The row "write like this". It is print to the reader, no field.
void add_example_digits(Page& page) {
  page.texts.push_back(text_at("Viết chữ số theo mẫu:", {Face::kSans, 10}, Align::kLeft, 20,
                               kExampleTop + 4.2, kExampleLeft - 22));
  double left = kExampleLeft;
  for (const DigitStrokes& digit : example_digits()) {
    page.outlines.push_back({{left, kExampleTop, kExampleSize, kExampleSize}, 0.15});
    for (const auto& stroke : digit) {
      Stroke line;
      line.width_mm = 0.4;
      for (const PointMm& point : stroke)
        line.points.push_back({left + 1.7 + 2.6 * point.x_mm, kExampleTop + 1 + 4 * point.y_mm});
      page.strokes.push_back(std::move(line));
    }
    left += kExamplePitch;
  }
}

void add_tally_header(Page& page, const Election& election, const Station& station, const Contest& contest) {
  page.texts.push_back(
      text_at("BẢNG GHI KẾT QUẢ KIỂM PHIẾU", {Face::kSerif, 18, true}, Align::kLeft, 20, 32, 140));
  double baseline = 40;
  for (const std::string& line : body_lines(contest)) {
    page.texts.push_back(text_at(line, {Face::kSerif, 11, true}, Align::kLeft, 20, baseline, 140));
    baseline += 6;
  }
  page.texts.push_back(text_at("Đơn vị bầu cử số " + contest.constituency + ". Được bầu " +
                                   std::to_string(contest.seats) + " đại biểu. Ngày " +
                                   printed_date(election.date),
                               {Face::kSans, 10}, Align::kLeft, 20, baseline, 140));
  page.texts.push_back(
      text_at(station_line(station), {Face::kSans, 10}, Align::kLeft, 20, baseline + 6, 140));
  const char* how[] = {
      "Mỗi chữ số ghi vào một ô, không chạm đường kẻ, bút mực xanh hoặc đen; ô không dùng để trống.",
      "Ghi sai thì ghi lại trên một bảng mới; không tẩy xóa, không viết đè."};
  baseline = 66;
  for (const char* line : how) {
    page.texts.push_back(text_at(line, {Face::kSans, 9.5, false, true}, Align::kLeft, 20, baseline, 172));
    baseline += 5.5;
  }
  add_example_digits(page);
}

void add_tally_signatures(Page& page) {
  const char* roles[] = {"TM. TỔ BẦU CỬ\nTỔ TRƯỞNG", "THƯ KÝ\nTỔ BẦU CỬ"};
  for (int i = 0; i < 2; ++i) {
    const double centre = 60 + 90.0 * i;
    const std::string role = roles[i];
    const std::size_t split = role.find('\n');
    const TextStyle bold{Face::kSerif, 10, true};
    page.texts.push_back(text_at(role.substr(0, split), bold, Align::kCentre, centre, 254.5, 80));
    page.texts.push_back(text_at(role.substr(split + 1), bold, Align::kCentre, centre, 259, 80));
    page.texts.push_back(
        text_at("(Ký, ghi rõ họ và tên)", {Face::kSerif, 9, false, true}, Align::kCentre, centre, 263.5, 80));
  }
}

}  // namespace

Result<BallotLayout> ballot_layout(const Election& election, const Contest& contest, bool machine_marks,
                                   double name_pt) {
  BallotLayout layout;
  layout.frame = kBallotFrame;
  layout.seal = kSealPlace;
  layout.page.outlines.push_back({kBallotFrame, 0.35});
  add_ballot_header(layout.page, contest);
  add_ballot_title(layout.page, contest);
  KP_TRY(layout.names, add_names(layout.page, contest, name_pt));
  if (machine_marks)
    layout.marks =
        add_marks(layout.page, kCornerSize, kCornerInset, kBallotQr, ballot_code(election, contest));
  return layout;
}

Page batch_header_page(const Election& election, const Station& station, const Contest& contest, int batch) {
  Page page;
  const double centre = page.width_mm / 2;
  const auto add = [&](std::string text, TextStyle style, double baseline) {
    page.texts.push_back(text_at(std::move(text), style, Align::kCentre, centre, baseline, 128));
  };
  page.outlines.push_back({{10, 10, 128, 190}, 1.2});
  add("TỜ BÌA CHỒNG", {Face::kSans, 30, true}, 27);
  add("Không phải là phiếu bầu", {Face::kSans, 11, false, true}, 34);
  double baseline = 46;
  for (const std::string& line : body_lines(contest)) {
    add(line, {Face::kSans, 12.5, true}, baseline);
    baseline += 7;
  }
  add("Chồng phiếu màu " + contest.paper.name_vi, {Face::kSans, 14}, 62);
  add("CHỒNG SỐ", {Face::kSans, 20, true}, 78);
  add(std::to_string(batch), {Face::kSans, 72, true}, 106);
  page.codes.push_back({{53, 114, 42, 42}, batch_header_code(election, station, contest, batch)});
  add(station_line(station), {Face::kSans, 10.5}, 165);
  add("Ngày bầu cử " + printed_date(election.date) + ". Mã định nghĩa " + election.digest.short_hex(),
      {Face::kSans, 9}, 171);
  add("Số tờ đếm bằng tay: ....................   Người đếm: ..............................",
      {Face::kSans, 10.5}, 182);
  add("Đặt tờ này lên trên cùng của chồng, cùng chiều với phiếu.", {Face::kSans, 10.5, true}, 193);
  return page;
}

Result<TallySheetLayout> tally_sheet_layout(const Election& election, const Station& station,
                                            const Contest& contest) {
  TallySheetLayout layout;
  Page& page = layout.page;
  page.width_mm = 210;
  page.height_mm = 297;
  layout.marks = add_marks(page, 6, 8, {164, 22, 28, 28}, tally_sheet_code(election, station, contest));
  add_tally_header(page, election, station, contest);
  // The classes of ballots (Hỏi đáp 176) stand where the count gives them.
  const auto ids = counting::figure_ids(contest);
  const double pitch =
      std::min(kTallyMaxPitch, (kTallyBottom - kTallyTop) / static_cast<double>(ids.size()));
  if (pitch < kTallyMinPitch)
    return fail(ErrorCode::kFormOverflow, fmt::format("{}: {} rows", contest.id, ids.size()));
  double top = kTallyTop;
  for (const std::string& id : ids) {
    const std::string label = counting::figure_label_vi(id, contest);
    const std::string unit = id == "voters" || id == "voted" ? "người" : "phiếu";
    DigitField field{id, {}};
    const double height = pitch - kTallyGap, baseline = top + height / 2 + 1.5;
    page.texts.push_back(
        text_at(label, {Face::kSerif, 12}, Align::kLeft, 20, baseline, kDigitLeft - 24));
    for (int digit = 0; digit < kDigits; ++digit) {
      const BoxMm box{kDigitLeft + kDigitPitch * digit, top, kDigitWidth, height};
      field.boxes.push_back(box);
      page.outlines.push_back({box, 0.2});
    }
    page.texts.push_back(text_at(unit, {Face::kSerif, 11}, Align::kLeft,
                                 kDigitLeft + kDigitPitch * kDigits + 1, baseline, 16));
    layout.fields.push_back(std::move(field));
    top += pitch;
  }
  add_tally_signatures(page);
  return layout;
}

std::string ballot_code(const Election& election, const Contest& contest) {
  return "KPB1/" + election.digest.short_hex() + "/" + contest.id;
}

std::string batch_header_code(const Election& election, const Station& station, const Contest& contest,
                              int batch) {
  return "KPH1/" + election.digest.hex() + "/" + station.id + "/" + contest.id + "/" + std::to_string(batch);
}

std::string tally_sheet_code(const Election& election, const Station& station, const Contest& contest) {
  return "KPT1/" + election.digest.hex() + "/" + station.id + "/" + contest.id;
}

}  // namespace kiemphieu::forms
