#include "tally/reading/learned_reader.h"

#include <doctest/doctest.h>

#include <cmath>
#include <string>

#include <opencv2/imgproc.hpp>

#include "tally/reading/strike.h"
#include "tests/forge/sample_ballot.h"

namespace kiemphieu::reading {
namespace {

const PrintModel& ballot() {
  static const PrintModel model = [] {
    auto made = PrintModel::of(forge::sample_ballot().form);
    KP_CHECK(made.has_value());
    return std::move(made).value();
  }();
  return model;
}
const LineModel& name_line() { return ballot().candidates[0].lines[0]; }

SecondOpinion opinion_of(const cv::Mat& dark) {
  return LearnedReader::shipped().look(dark, name_line()).opinion;
}

/// The print, a little soft, with a pen line between two places (shares of the name's width and body).
cv::Mat with_line(double from_x, double from_y, double to_x, double to_y, int darkness = 190, int thick = 3) {
  const LineModel& m = name_line();
  cv::Mat dark = m.print.clone();
  const auto at = [&](double x, double y) {
    return cv::Point(static_cast<int>(m.left_px + x * (m.right_px - m.left_px)),
                     static_cast<int>(m.body_top_px + y * (m.body_bottom_px - m.body_top_px)));
  };
  cv::Mat line(dark.size(), CV_8UC1, cv::Scalar(0));
  cv::line(line, at(from_x, from_y), at(to_x, to_y), cv::Scalar(darkness), thick, cv::LINE_AA);
  dark = cv::max(dark, line);
  cv::GaussianBlur(dark, dark, {3, 3}, 0.7);
  return dark;
}

TEST_CASE("the second reader tells a clean name from a struck one") {
  struct Row {
    const char* name;
    cv::Mat dark;
    SecondView view;
  };
  const Row rows[] = {
      {"as printed", name_line().print, SecondView::kKept},
      {"softly scanned", with_line(0, -9, 1, -9), SecondView::kKept},
      {"struck along the middle", with_line(-0.03, 0.5, 1.03, 0.45), SecondView::kStruck},
      {"struck along the middle, thick", with_line(-0.03, 0.5, 1.03, 0.55, 230, 7), SecondView::kStruck},
      {"struck slantwise", with_line(-0.03, 1.2, 1.03, -0.2), SecondView::kStruck},
      {"left half struck", with_line(-0.03, 0.5, 0.5, 0.5), SecondView::kUnsure},
      {"right half struck", with_line(0.5, 0.5, 1.03, 0.5), SecondView::kUnsure},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const SecondOpinion opinion = opinion_of(row.dark);
    CAPTURE(opinion.kept_permille);
    CAPTURE(opinion.struck_permille);
    CHECK(opinion.view == row.view);
  }
}

TEST_CASE("a strike that leaves a word free, or strikes one word only, is neither kept nor struck") {
  const LineModel& m = name_line();
  REQUIRE(m.words.size() >= 3);
  const auto share = [&](int px) { return static_cast<double>(px - m.left_px) / (m.right_px - m.left_px); };
  const double last = share(m.words.back().start), before = share(m.words[m.words.size() - 2].end),
               first = share(m.words.front().end), second = share(m.words[1].start);
  struct Row {
    const char* name;
    double from, to;
  };
  const Row rows[] = {{"all but the last word", -0.03, before},
                      {"the last word alone", last, 1.03},
                      {"all but the first word", second, 1.03},
                      {"the first word alone", -0.03, first}};
  for (const Row& row : rows)
    for (const double height : {0.4, 0.6})
      for (const int thick : {3, 6}) {
        CAPTURE(row.name);
        CAPTURE(height);
        CAPTURE(thick);
        const SecondOpinion opinion = opinion_of(with_line(row.from, height, row.to, height, 190, thick));
        CAPTURE(opinion.kept_permille);
        CAPTURE(opinion.struck_permille);
        CHECK(opinion.view == SecondView::kUnsure);
      }
}

TEST_CASE("a pen stroke that leaves four letter bodies free at one end is no strike of the whole name") {
  const LineModel& m = name_line();
  const double free = 4.0 * (m.body_bottom_px - m.body_top_px) / (m.right_px - m.left_px);
  REQUIRE(free < 0.4);
  for (const int thick : {3, 5})
    for (const int darkness : {110, 150, 190, 230})
      for (const double height : {0.3, 0.5, 0.7})
        for (const double from : {0.0, 1 - free}) {
          CAPTURE(thick);
          CAPTURE(darkness);
          CAPTURE(height);
          CAPTURE(from);
          const bool right = from > 0;  // the free end
          const cv::Mat dark = with_line(right ? -0.03 : free, height, right ? from : 1.03, height, darkness, thick);
          CHECK(opinion_of(dark).view != SecondView::kStruck);
        }
}

TEST_CASE("what runs on beside the name is seen there, and the print beside it is not") {
  const LineModel& m = name_line();
  const auto quiet = look_at_margins(m.print, m);
  CHECK(quiet.left < kNetOne / 8);
  CHECK(quiet.right < kNetOne / 8);
  CHECK(look_at_margins(with_line(-0.03, 0.5, 1.03, 0.5), m).right < kNetOne / 8);  // a strike ends
  const auto crease = look_at_margins(with_line(-0.5, 0.5, 1.5, 0.5, 120), m);
  CHECK(crease.right > kNetOne / 2);
}

TEST_CASE("the windows say where the ink is") {
  const auto windows = LearnedReader::shipped().look_at_windows(with_line(-0.03, 0.5, 0.5, 0.5), name_line());
  REQUIRE(windows.size() >= 6);
  CHECK(windows[1].covered > kNetOne / 2);
  CHECK(windows[windows.size() - 2].covered < kNetOne / 4);
}

TEST_CASE("a net in whole numbers answers as the same net in fractions") {
  NetLayer hidden{4, 3, 18, {}, {}}, output{3, 2, 20, {}, {}};
  for (int i = 0; i < 12; ++i) hidden.weights.push_back(static_cast<std::int16_t>((i * 977) % 4001 - 2000));
  for (int i = 0; i < 6; ++i) output.weights.push_back(static_cast<std::int16_t>((i * 1543) % 2001 - 1000));
  hidden.bias = {100000, -200000, 50000}, output.bias = {300000, -100000};
  const SmallNet net(hidden, output);
  for (int n = 0; n < 50; ++n) {
    const std::array<std::int16_t, 4> in{static_cast<std::int16_t>(n * 5), static_cast<std::int16_t>(255 - n),
                                         17, static_cast<std::int16_t>((n * 37) % 256)};
    std::array<int, 2> out{};
    net.run(in, out);
    std::array<double, 3> middle{};
    for (std::size_t h = 0; h < 3; ++h) {
      double sum = hidden.bias[h];
      for (std::size_t i = 0; i < 4; ++i) sum += hidden.weights[h * 4 + i] * in[i];
      middle[h] = 1.7159 * std::tanh(sum / (1 << 18) / 3);
    }
    for (std::size_t o = 0; o < 2; ++o) {
      double sum = static_cast<double>(output.bias[o]) / (1 << 20);
      for (std::size_t h = 0; h < 3; ++h) sum += output.weights[o * 3 + h] * middle[h] * kNetOne / (1 << 20);
      CHECK(static_cast<double>(out[o]) / kNetOne ==
            doctest::Approx(1.7159 * std::tanh(sum / 3)).epsilon(0.02));
    }
  }
}

TEST_CASE("a model text with one thing wrong is refused") {
  const auto layer = [](int inputs, int outputs, const std::string& weight) {
    std::string text = std::to_string(inputs) + " " + std::to_string(outputs) + " 12\n";
    for (int o = 0; o < outputs; ++o) {
      text += "0";
      for (int i = 0; i < inputs; ++i) text += " " + weight;
      text += "\n";
    }
    return text;
  };
  const auto model = [&](const std::string& head, int windows, const std::string& weight,
                         const std::string& tail) {
    return head + "\nwindow " + layer(windows, 2, weight) + layer(2, 4, "1") + "line " +
           layer(kLineInputs, 2, "1") + layer(2, 3, "1") + tail;
  };
  const std::string head = "kiemphieu-line-reader 1\nabout";
  CHECK(LearnedReader::parse(model(head, kWindowInputs, "1", "end\n")).has_value());
  const std::pair<const char*, std::string> rows[] = {
      {"empty", ""},
      {"another version", model("kiemphieu-line-reader 2\nabout", kWindowInputs, "1", "end\n")},
      {"no nets", head + "\n"},
      {"too few inputs", model(head, kWindowInputs - 1, "1", "end\n")},
      {"too many inputs", model(head, 100000, "1", "end\n").substr(0, 3000)},
      {"a weight that is no number", model(head, kWindowInputs, "x", "end\n")},
      {"a weight beyond 16 bits", model(head, kWindowInputs, "40000", "end\n")},
      {"cut off", model(head, kWindowInputs, "1", "")},
  };
  for (const auto& [name, text] : rows) {
    CAPTURE(name);
    const auto reader = LearnedReader::parse(text);
    REQUIRE_FALSE(reader.has_value());
    CHECK(reader.error().code == ErrorCode::kTemplateInvalid);
  }
}

TEST_CASE("what one reader is sure of and the other does not confirm is in doubt") {
  using election::MarkShape;
  struct Row {
    const char* name;
    double score;
    MarkShape shape;
    SecondView second;
    bool agrees;
  };
  const Row rows[] = {
      {"both kept", 0.0, MarkShape::kNone, SecondView::kKept, true},
      {"both struck", 0.98, MarkShape::kHorizontal, SecondView::kStruck, true},
      {"kept against struck", 0.15, MarkShape::kNone, SecondView::kStruck, false},
      {"struck against kept", 0.85, MarkShape::kHorizontal, SecondView::kKept, false},
      {"kept, the second is not sure", 0.0, MarkShape::kNone, SecondView::kUnsure, false},
      {"struck, the second is not sure", 1.0, MarkShape::kScribble, SecondView::kUnsure, false},
      {"a clear part, the second is not sure", 0.1, MarkShape::kPartial, SecondView::kUnsure, true},
      {"a clear part against struck", 0.1, MarkShape::kPartial, SecondView::kStruck, false},
      {"doubtful already", 0.5, MarkShape::kCircle, SecondView::kStruck, true},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    LineVerdict verdict;
    verdict.score = row.score, verdict.shape = row.shape;
    SecondOpinion second;
    second.view = row.second;
    confirm(verdict, second, false);
    CHECK(second.agrees == row.agrees);
    CHECK(verdict.score == (row.agrees ? row.score : 0.5));
    CHECK(verdict.shape == row.shape);
  }
}

}  // namespace
}  // namespace kiemphieu::reading
