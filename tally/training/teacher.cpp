#include "tally/training/teacher.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <opencv2/ml.hpp>

#include "config/base/check.h"
#include "config/crypto/sha256.h"
#include "tally/training/scans.h"

namespace kiemphieu::training {
namespace {

using cv::ml::ANN_MLP;
using reading::kNetOne;
using reading::NetLayer;
using reading::SmallNet;
using reading::WindowSight;

// What counts as 1 while learning: about the largest value that is common.
constexpr int kCellBits = 6, kLineBits = 9;

/// Scan lines kept so that the second net can learn from what the first one sees.
struct Kept {
  LineClass truth = LineClass::kClean;
  cv::Mat dark;
  const reading::LineModel* line = nullptr;
  bool apart = false;  ///< not learnt from, but to be told the truth by: every eighth page
};

struct School {
  std::vector<PrintedNames> pages;
  std::vector<Kept> lines;
  cv::Mat windows, answers;  ///< CV_32F, a row a window
};

void learn_from(School& school, const Example& example, const reading::LineModel& line, int count,
                Chance& chance) {
  const reading::LineCells cells = reading::cells_of(example.dark, line);
  for (int i = 0; i < count; ++i) {
    const int at = chance.pick(cells.windows());
    const auto in = reading::window_inputs(cells, at);
    const WindowSight& truth = example.windows[static_cast<std::size_t>(at)];
    cv::Mat row(1, reading::kWindowInputs, CV_32F), answer(1, reading::kWindowOutputs, CV_32F);
    for (int k = 0; k < row.cols; ++k)
      row.at<float>(0, k) = static_cast<float>(in[static_cast<std::size_t>(k)]) / (1 << kCellBits);
    int o = 0;
    for (const int value : {truth.covered, truth.crossed, truth.above, truth.below})
      answer.at<float>(0, o++) = 2 * static_cast<float>(value) / kNetOne - 1;
    school.windows.push_back(row);
    school.answers.push_back(answer);
  }
}

Result<School> gather(const Lesson& lesson, const Progress& progress) {
  School school;
  school.pages.reserve(static_cast<std::size_t>(lesson.pages));
  for (int p = 0; p < lesson.pages; ++p) {
    Chance chance(lesson.seed, static_cast<std::uint64_t>(p));
    KP_TRY(PrintedNames names, print_names(chance));
    school.pages.push_back(std::move(names));
    PrintedNames& page = school.pages.back();
    for (std::size_t i = 0; i < page.lines.size(); ++i)
      for (int n = 0; n < lesson.examples_a_name; ++n) {
        Example example = make_example(page, i, chance);
        if (example.windows.empty()) continue;
        const bool apart = p % 8 == 0;
        if (!apart) learn_from(school, example, page.lines[i], lesson.windows_a_line, chance);
        school.lines.push_back({example.truth, std::move(example.dark), &page.lines[i], apart});
      }
    page.print.release();  // the fine picture is large and was needed only here
    progress("examples", static_cast<double>(p + 1) / lesson.pages);
  }
  return school;
}

/// `rounds` passes over all rows, one example at a time in a random order, with
/// a pace that falls to a twentieth: far better here than whole passes (RPROP).
cv::Ptr<ANN_MLP> learn(const cv::Mat& in, const cv::Mat& out, int hidden, int rounds, const char* step,
                       const Progress& progress) {
  constexpr double kPace = 0.03, kMomentum = 0.5;
  cv::Ptr<ANN_MLP> net = ANN_MLP::create();
  net->setLayerSizes(std::vector<int>{in.cols, hidden, out.cols});
  net->setActivationFunction(ANN_MLP::SIGMOID_SYM, 2.0 / 3, 1.7159);
  net->setTermCriteria({cv::TermCriteria::MAX_ITER, 1, 0});
  const auto data = cv::ml::TrainData::create(in, cv::ml::ROW_SAMPLE, out);
  for (int i = 0; i < rounds; ++i) {
    net->setTrainMethod(ANN_MLP::BACKPROP, kPace * std::pow(0.05, static_cast<double>(i) / rounds),
                        kMomentum);
    net->train(data,
               ANN_MLP::NO_INPUT_SCALE | ANN_MLP::NO_OUTPUT_SCALE | (i > 0 ? ANN_MLP::UPDATE_WEIGHTS : 0));
    progress(step, (i + 1.0) / rounds);
  }
  return net;
}

/// `weights`: (inputs + 1) x outputs, the bias last. An input of 1 comes as 2^input_bits.
NetLayer rounded(const cv::Mat& weights, int input_bits) {
  NetLayer layer;
  layer.inputs = weights.rows - 1, layer.outputs = weights.cols;
  double largest = 0;
  for (int i = 0; i < layer.inputs; ++i)
    for (int o = 0; o < layer.outputs; ++o) largest = std::max(largest, std::abs(weights.at<double>(i, o)));
  double largest_bias = 0;
  for (int o = 0; o < layer.outputs; ++o)
    largest_bias = std::max(largest_bias, std::abs(weights.at<double>(layer.inputs, o)));
  int bits = 12;  // of a weight of 1
  while (largest * (1 << bits) > 4000 || (largest_bias + 16) * std::pow(2, bits + input_bits) > 5e8) --bits;
  KP_CHECK(bits > 2);
  layer.shift = bits + input_bits;
  const auto times = [](double v, int shift) { return std::lround(v * static_cast<double>(1 << shift)); };
  for (int o = 0; o < layer.outputs; ++o) {
    layer.bias.push_back(static_cast<std::int32_t>(times(weights.at<double>(layer.inputs, o), layer.shift)));
    for (int i = 0; i < layer.inputs; ++i)
      layer.weights.push_back(static_cast<std::int16_t>(times(weights.at<double>(i, o), bits)));
  }
  return layer;
}

SmallNet rounded_net(const cv::Ptr<ANN_MLP>& net, int input_bits) {
  constexpr int kOutputBits = 12;  // the hidden layer's values come in 1/4096
  return {rounded(net->getWeights(1), input_bits), rounded(net->getWeights(2), kOutputBits)};
}

void print_layer(std::string& text, const NetLayer& layer) {
  text += fmt::format("{} {} {}\n", layer.inputs, layer.outputs, layer.shift);
  for (int o = 0; o < layer.outputs; ++o) {
    text += fmt::format("{}", layer.bias[static_cast<std::size_t>(o)]);
    for (int i = 0; i < layer.inputs; ++i)
      text += fmt::format(" {}", layer.weights[static_cast<std::size_t>(o * layer.inputs + i)]);
    text += "\n";
  }
}

std::string model_text(const Lesson& lesson, const SmallNet& window, const SmallNet& line) {
  std::string numbers = "window ";
  print_layer(numbers, window.hidden()), print_layer(numbers, window.output());
  numbers += "line ";
  print_layer(numbers, line.hidden()), print_layer(numbers, line.output());
  numbers += "end\n";
  std::string text = fmt::format(
      "kiemphieu-line-reader 1\ngenerator {} seed {} pages {} examples {} windows {} rounds {} {}\n",
      kGeneratorVersion, lesson.seed, lesson.pages, lesson.examples_a_name, lesson.windows_a_line,
      lesson.window_rounds, lesson.line_rounds);
  text += "sha256 " + model_digest(numbers).hex() + "\n";
  return text + numbers;
}

SmallNet judge_lines(const School& school, const SmallNet& window, const Lesson& lesson,
                     const Progress& progress) {
  // A line net that answers nothing yet: only its windows are asked.
  const NetLayer hidden{reading::kLineInputs, 1, 12, std::vector<std::int16_t>(reading::kLineInputs, 0), {0}};
  const NetLayer output{1, 3, 12, {0, 0, 0}, {0, 0, 0}};
  const reading::LearnedReader eyes(window, SmallNet(hidden, output));
  cv::Mat in, out;
  for (const Kept& kept : school.lines) {
    if (kept.apart) continue;
    const auto numbers = reading::line_inputs(eyes.look_at_windows(kept.dark, *kept.line),
                                              reading::look_at_margins(kept.dark, *kept.line), *kept.line);
    cv::Mat row(1, reading::kLineInputs, CV_32F), answer(1, 3, CV_32F, cv::Scalar(-1));
    for (int k = 0; k < row.cols; ++k)
      row.at<float>(0, k) = static_cast<float>(numbers[static_cast<std::size_t>(k)]) / (1 << kLineBits);
    answer.at<float>(0, static_cast<int>(kept.truth)) = 1;
    in.push_back(row);
    out.push_back(answer);
  }
  return rounded_net(learn(in, out, lesson.line_hidden, lesson.line_rounds, "lines", progress), kLineBits);
}

}  // namespace

Digest model_digest(std::string_view text) {
  const std::size_t start = text.starts_with("window ") ? 0 : text.find("\nwindow ") + 1;
  const std::string_view numbers = text.substr(start);
  return crypto::sha256({reinterpret_cast<const std::uint8_t*>(numbers.data()), numbers.size()});
}

Result<Trained> train(const Lesson& lesson, const Progress& progress) {
  cv::setNumThreads(1);  // sums over threads would depend on who is first
  KP_TRY(const School school, gather(lesson, progress));
  const SmallNet window = rounded_net(
      learn(school.windows, school.answers, lesson.window_hidden, lesson.window_rounds, "windows", progress),
      kCellBits);
  const SmallNet line = judge_lines(school, window, lesson, progress);
  Trained trained;
  trained.lines = static_cast<int>(school.lines.size());
  trained.text = model_text(lesson, window, line);
  const reading::LearnedReader reader(window, line);
  for (const Kept& kept : school.lines)
    if (kept.apart) {
      const auto view = reader.look(kept.dark, *kept.line).opinion.view;
      ++trained.views[static_cast<int>(kept.truth)][static_cast<int>(view)];
    }
  return trained;
}

}  // namespace kiemphieu::training
