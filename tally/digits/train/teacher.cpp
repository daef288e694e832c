#include "tally/digits/train/teacher.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace kiemphieu::digits {
namespace {

constexpr int kFigurePx = 20, kSheetColumns = 100, kSheetRows = 50;

struct School {
  std::vector<Inputs> inputs;
  std::vector<int> truths;

  void add(const Example& example) {
    const DigitPicture picture = cut_out(example.box);
    if (picture.ink_mm2 <= 0) return;
    inputs.push_back(inputs_of(picture));
    truths.push_back(example.truth);
  }
};

bool kept_apart(std::size_t figure) { return figure % 5 == 4; }

School gather(const Lesson& lesson, const ScannedFigures& scanned) {
  School school;
  Chance chance(lesson.seed, 1);
  for (int digit = 0; digit < 10; ++digit)
    for (int i = 0; i < lesson.written; ++i) school.add(write_digit(digit, chance));
  for (int i = 0; i < lesson.no_digits; ++i) school.add(write_no_digit(chance));
  const std::size_t count = scanned.pictures.size();
  for (std::size_t i = 0; i < count; ++i) {
    if (kept_apart(i)) continue;
    for (int k = 0; k < lesson.rewritten; ++k)
      school.add(rewrite(scanned.digits[i], scanned.pictures[i], chance));
    if (i % 2 == 1) continue;
    std::size_t other = static_cast<std::size_t>(chance.pick(static_cast<int>(count)));
    if (kept_apart(other)) --other;
    school.add(spoil(scanned.pictures[i], scanned.pictures[other], chance));
  }
  return school;
}

/// A layer while it learns: weights, and Adam's two means of each slope (Kingma and Ba 2015).
struct Layer {
  int inputs, outputs;
  std::vector<float> weights, slopes, means, squares;  ///< the bias is the last row

  Layer(int in, int out, Chance& chance) : inputs(in), outputs(out) {
    const auto size = static_cast<std::size_t>((in + 1) * out);
    weights.resize(size), slopes.resize(size), means.resize(size), squares.resize(size);
    const double spread = std::sqrt(2.0 / in);
    for (std::size_t i = 0; i + static_cast<std::size_t>(out) < size; ++i)
      weights[i] = static_cast<float>(chance.bell(0, spread));
  }
  float* row(std::vector<float>& of, int i) { return &of[static_cast<std::size_t>(i * outputs)]; }

  void step(float pace, int batch, float first_correction, float second_correction) {
    constexpr float kDecay = 1e-5F;
    const float share = 1.0F / static_cast<float>(batch);
    for (std::size_t i = 0; i < weights.size(); ++i) {
      const float slope = slopes[i] * share + kDecay * weights[i];
      means[i] = 0.9F * means[i] + 0.1F * slope;
      squares[i] = 0.999F * squares[i] + 0.001F * slope * slope;
      weights[i] -=
          pace * (means[i] * first_correction) / (std::sqrt(squares[i] * second_correction) + 1e-8F);
      slopes[i] = 0;
    }
  }
};

class Student {
 public:
  Student(int hidden, Chance& chance)
      : first_(kInputs, hidden, chance),
        second_(hidden, kClasses, chance),
        hidden_(static_cast<std::size_t>(hidden)),
        back_(hidden_.size()) {}

  /// Adds the slopes of one example's loss.
  void study(const Inputs& inputs, int truth) {
    forward(inputs);
    float largest = *std::max_element(odds_.begin(), odds_.end()), all = 0;
    for (float& odd : odds_) all += odd = std::exp(odd - largest);
    for (float& odd : odds_) odd /= all;
    odds_[static_cast<std::size_t>(truth)] -= 1;  // now the slope of the loss
    const int hidden = first_.outputs;
    for (int h = 0; h < hidden; ++h) {
      const auto at = static_cast<std::size_t>(h);
      back_[at] = 0;
      if (hidden_[at] <= 0) continue;
      const float* w = second_.row(second_.weights, h);
      float* slope = second_.row(second_.slopes, h);
      for (std::size_t c = 0; c < kClasses; ++c)
        back_[at] += odds_[c] * w[c], slope[c] += odds_[c] * hidden_[at];
    }
    for (std::size_t c = 0; c < kClasses; ++c) second_.row(second_.slopes, hidden)[c] += odds_[c];
    for (int i = 0; i <= kInputs; ++i) {
      const float in = i == kInputs ? 1.0F : static_cast<float>(inputs[static_cast<std::size_t>(i)]) / 255;
      if (in == 0) continue;
      float* slope = first_.row(first_.slopes, i);
      for (int h = 0; h < hidden; ++h) slope[h] += in * back_[static_cast<std::size_t>(h)];
    }
  }
  void step(float pace, int batch) {
    ++steps_;
    const auto correction = [&](double mean) { return static_cast<float>(1 / (1 - std::pow(mean, steps_))); };
    first_.step(pace, batch, correction(0.9), correction(0.999));
    second_.step(pace, batch, correction(0.9), correction(0.999));
  }
  DigitNet::Weights rounded() const;

 private:
  void forward(const Inputs& inputs) {
    const int hidden = first_.outputs;
    std::copy_n(first_.row(first_.weights, kInputs), hidden, hidden_.begin());
    for (int i = 0; i < kInputs; ++i) {
      const float in = static_cast<float>(inputs[static_cast<std::size_t>(i)]) / 255;
      if (in == 0) continue;
      const float* w = first_.row(first_.weights, i);
      for (int h = 0; h < hidden; ++h) hidden_[static_cast<std::size_t>(h)] += in * w[h];
    }
    std::copy_n(second_.row(second_.weights, hidden), kClasses, odds_.begin());
    for (int h = 0; h < hidden; ++h) {
      float& value = hidden_[static_cast<std::size_t>(h)];
      value = std::max(0.0F, value);
      const float* w = second_.row(second_.weights, h);
      for (std::size_t c = 0; c < kClasses; ++c) odds_[c] += value * w[c];
    }
  }

  Layer first_, second_;
  std::vector<float> hidden_, back_;
  std::array<float, kClasses> odds_{};
  int steps_ = 0;
};

/// The most bits with which every weight stays in eleven.
int bits_for(const std::vector<float>& weights, std::size_t count, double unit) {
  float largest = 0;
  for (std::size_t i = 0; i < count; ++i) largest = std::max(largest, std::abs(weights[i]));
  int bits = 24;
  while (bits > 0 && largest / unit * std::pow(2.0, bits) > 2047) --bits;
  return bits;
}

DigitNet::Weights Student::rounded() const {
  DigitNet::Weights w;
  w.hidden = first_.outputs;
  const auto first_count = static_cast<std::size_t>(kInputs * w.hidden),
             second_count = static_cast<std::size_t>(w.hidden * kClasses);
  w.hidden_bits = bits_for(first_.weights, first_count, 255);  // inputs are 255 times what the student saw
  w.output_bits = bits_for(second_.weights, second_count, 1);
  const auto times = [](float value, double factor) { return std::lround(value * factor); };
  const double first = std::pow(2.0, w.hidden_bits), second = std::pow(2.0, w.output_bits);
  for (std::size_t i = 0; i < first_.weights.size(); ++i) {
    if (i < first_count)
      w.first.push_back(static_cast<std::int16_t>(times(first_.weights[i], first / 255)));
    else
      w.first_bias.push_back(static_cast<std::int32_t>(times(first_.weights[i], first)));
  }
  for (std::size_t i = 0; i < second_.weights.size(); ++i) {
    if (i < second_count)
      w.second.push_back(static_cast<std::int16_t>(times(second_.weights[i], second)));
    else  // the hidden layer's values come in 1/64
      w.second_bias.push_back(static_cast<std::int32_t>(times(second_.weights[i], second * 64)));
  }
  return w;
}

}  // namespace

Result<ScannedFigures> cut_sheet(const imaging::Image& sheet) {
  if (sheet.format != imaging::PixelFormat::kGray8 || sheet.width_px != kFigurePx * kSheetColumns ||
      sheet.height_px != kFigurePx * kSheetRows)
    return fail(ErrorCode::kModelInvalid, "not the sheet of 5,000 figures");
  ScannedFigures figures;
  for (int row = 0; row < kSheetRows; ++row)
    for (int column = 0; column < kSheetColumns; ++column) {
      BoxPicture box;
      box.width_px = box.height_px = kFigurePx;
      box.px_per_mm = kFigurePx / 5.0;
      for (int y = 0; y < kFigurePx; ++y) {
        const std::uint8_t* from = sheet.view().data +
                                   static_cast<std::size_t>(row * kFigurePx + y) * sheet.view().stride_bytes +
                                   column * kFigurePx;
        box.dark.insert(box.dark.end(), from, from + kFigurePx);
      }
      figures.pictures.push_back(std::move(box));
      figures.digits.push_back(row / 5);
    }
  return figures;
}

Result<Trained> train(const Lesson& lesson, const ScannedFigures& scanned,
                      const std::function<void(int)>& round_done) {
  constexpr int kBatch = 32;
  constexpr double kPace = 1.5e-3;
  const School school = gather(lesson, scanned);
  Chance chance(lesson.seed, 2);
  Student student(lesson.hidden, chance);
  std::vector<std::size_t> order(school.truths.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  for (int round = 0; round < lesson.rounds; ++round) {
    for (std::size_t i = order.size(); i > 1; --i)
      std::swap(order[i - 1], order[static_cast<std::size_t>(chance.share() * static_cast<double>(i))]);
    const auto pace = static_cast<float>(kPace * std::pow(0.02, static_cast<double>(round) / lesson.rounds));
    for (std::size_t i = 0; i < order.size(); ++i) {
      student.study(school.inputs[order[i]], school.truths[order[i]]);
      if ((i + 1) % kBatch == 0) student.step(pace, kBatch);
    }
    round_done(round + 1);
  }
  Trained trained;
  trained.text = DigitNet::to_text(
      student.rounded(),
      fmt::format("seed {} written {} rewritten {} of {} no-digits {} rounds {}", lesson.seed, lesson.written,
                  lesson.rewritten, scanned.pictures.size(), lesson.no_digits, lesson.rounds));
  KP_TRY(const DigitNet net, DigitNet::parse(trained.text));
  for (std::size_t i = 0; i < scanned.pictures.size(); ++i)
    if (kept_apart(i)) {
      const auto guess = net.look(inputs_of(cut_out(scanned.pictures[i])))[0].digit;
      ++trained.apart[static_cast<std::size_t>(scanned.digits[i])][static_cast<std::size_t>(guess)];
    }
  return trained;
}

}  // namespace kiemphieu::digits
