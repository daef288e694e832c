#include "tally/digits/digit_net.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>

#include "config/base/check.h"
#include "config/crypto/sha256.h"
#include "digit_model_data.h"

namespace kiemphieu::digits {
namespace {

constexpr std::string_view kTitle = "kiemphieu-digits 1";
constexpr int kHiddenUnit = 64;   // one, in the hidden layer's numbers
constexpr int kMaxWeight = 2047;  // 432 inputs of 255 then stay far below 2^31

/// The gradient taken apart into the two of eight directions next to it, in whole numbers.
void add_direction(std::array<std::array<int, 8>, kSide * kSide>& planes, int x, int y, int gx, int gy) {
  const int ax = std::abs(gx), ay = std::abs(gy);
  const int straight = gx >= 0 ? 0 : 4, upright = gy >= 0 ? 2 : 6;
  const int diagonal = gx >= 0 ? (gy >= 0 ? 1 : 7) : (gy >= 0 ? 3 : 5);
  auto& here = planes[static_cast<std::size_t>(y * kSide + x)];
  here[static_cast<std::size_t>(ax >= ay ? straight : upright)] += std::abs(ax - ay);
  here[static_cast<std::size_t>(diagonal)] += std::min(ax, ay) * 181 / 128;  // times the root of two
}

std::uint8_t root(double value) {
  return static_cast<std::uint8_t>(std::min(255L, std::lround(std::sqrt(value))));
}

void add_gradients(const DigitPicture& picture, Inputs& inputs) {
  std::array<std::array<int, 8>, kSide * kSide> planes{};
  const auto at = [&](int x, int y) -> int {
    if (x < 0 || y < 0 || x >= kSide || y >= kSide) return 0;
    return picture.dark[static_cast<std::size_t>(y * kSide + x)];
  };
  for (int y = 0; y < kSide; ++y)
    for (int x = 0; x < kSide; ++x) {
      const int gx = at(x + 1, y - 1) + 2 * at(x + 1, y) + at(x + 1, y + 1) - at(x - 1, y - 1) -
                     2 * at(x - 1, y) - at(x - 1, y + 1);
      const int gy = at(x - 1, y + 1) + 2 * at(x, y + 1) + at(x + 1, y + 1) - at(x - 1, y - 1) -
                     2 * at(x, y - 1) - at(x + 1, y - 1);
      add_direction(planes, x, y, gx, gy);
    }
  // Cells of 4 pixels, seen through a tent of 8: a small shift changes little.
  constexpr std::array<int, 8> kTent = {1, 3, 5, 7, 7, 5, 3, 1};
  for (int cell = 0; cell < 36; ++cell)
    for (std::size_t d = 0; d < 8; ++d) {
      int sum = 0;
      for (int v = 0; v < 8; ++v)
        for (int u = 0; u < 8; ++u) {
          const int x = cell % 6 * 4 - 2 + u, y = cell / 6 * 4 - 2 + v;
          if (x < 0 || y < 0 || x >= kSide || y >= kSide) continue;
          sum += kTent[static_cast<std::size_t>(u)] * kTent[static_cast<std::size_t>(v)] *
                 planes[static_cast<std::size_t>(y * kSide + x)][d];
        }
      inputs[static_cast<std::size_t>(cell) * 8 + d] = root(sum / 8.0);
    }
}

/// Reads whole numbers one after the other; a fault stays until asked.
class Numbers {
 public:
  explicit Numbers(std::string_view text) : text_(text) {}
  int next(int low, int high) {
    while (!text_.empty() && (text_.front() == ' ' || text_.front() == '\n')) text_.remove_prefix(1);
    int value = 0;
    const auto [stop, error] = std::from_chars(text_.data(), text_.data() + text_.size(), value);
    fine_ = fine_ && error == std::errc{} && value >= low && value <= high;
    text_.remove_prefix(static_cast<std::size_t>(stop - text_.data()));
    return fine_ ? value : low;
  }
  template <class T>
  std::vector<T> list(int count, int low, int high) {
    std::vector<T> values;
    for (int i = 0; i < count && fine_; ++i) values.push_back(static_cast<T>(next(low, high)));
    return values;
  }
  bool at_end() const { return fine_ && text_ == "\n"; }
  bool fine() const { return fine_; }

 private:
  std::string_view text_;
  bool fine_ = true;
};

Digest digest_of(std::string_view numbers) {
  return crypto::sha256({reinterpret_cast<const std::uint8_t*>(numbers.data()), numbers.size()});
}

template <class T>
void print_rows(std::string& text, const std::vector<T>& values, int columns) {
  for (std::size_t i = 0; i < values.size(); ++i)
    text += fmt::format("{}{}", values[i], (i + 1) % static_cast<std::size_t>(columns) == 0 ? "\n" : " ");
}

}  // namespace

Inputs inputs_of(const DigitPicture& picture) {
  Inputs inputs{};
  add_gradients(picture, inputs);
  for (int y = 0; y < 12; ++y)
    for (int x = 0; x < 12; ++x) {
      const std::size_t from = static_cast<std::size_t>(2 * y * kSide + 2 * x);
      inputs[static_cast<std::size_t>(8 * 36 + y * 12 + x)] =
          static_cast<std::uint8_t>((picture.dark[from] + picture.dark[from + 1] +
                                     picture.dark[from + kSide] + picture.dark[from + kSide + 1]) /
                                    4);
    }
  return inputs;
}

Result<DigitNet> DigitNet::parse(std::string_view text) {
  const auto bad = [](const char* what) { return fail(ErrorCode::kModelInvalid, what); };
  if (!text.starts_with(kTitle)) return bad("the first line");
  const std::size_t sum = text.find("\nsha256 ");
  if (sum == std::string_view::npos || text.size() < sum + 8 + 65) return bad("no checksum");
  const std::string_view numbers = text.substr(sum + 8 + 65);
  if (text.substr(sum + 8, 64) != digest_of(numbers).hex()) return bad("the checksum is wrong");
  Numbers in(numbers);
  DigitNet net;
  Weights& w = net.weights_;
  w.hidden = in.next(1, kMaxHidden);
  w.hidden_bits = in.next(7, 24);
  w.output_bits = in.next(0, 24);
  w.first = in.list<std::int16_t>(kInputs * w.hidden, -kMaxWeight, kMaxWeight);
  w.first_bias = in.list<std::int32_t>(w.hidden, -(1 << 29), 1 << 29);
  w.second = in.list<std::int16_t>(w.hidden * kClasses, -kMaxWeight, kMaxWeight);
  w.second_bias = in.list<std::int32_t>(kClasses, -(1 << 29), 1 << 29);
  if (!in.at_end()) return bad("the numbers");
  return net;
}

std::string DigitNet::to_text(const Weights& weights, std::string_view made_from) {
  std::string numbers = fmt::format("{} {} {}\n", weights.hidden, weights.hidden_bits, weights.output_bits);
  print_rows(numbers, weights.first, weights.hidden);
  print_rows(numbers, weights.first_bias, weights.hidden);
  print_rows(numbers, weights.second, kClasses);
  print_rows(numbers, weights.second_bias, kClasses);
  return fmt::format("{}\n{}\nsha256 {}\n{}", kTitle, made_from, digest_of(numbers).hex(), numbers);
}

const DigitNet& DigitNet::built_in() {
  static const DigitNet kNet = [] {
    auto parsed = parse(digit_model_data());
    KP_CHECK(parsed.has_value());
    return *std::move(parsed);
  }();
  return kNet;
}

std::array<Guess, kClasses> DigitNet::look(const Inputs& inputs) const {
  const auto hidden_count = static_cast<std::size_t>(weights_.hidden);
  std::array<std::int32_t, kMaxHidden> hidden{};
  std::copy(weights_.first_bias.begin(), weights_.first_bias.end(), hidden.begin());
  for (std::size_t i = 0; i < kInputs; ++i) {
    const std::int32_t in = inputs[i];
    if (in == 0) continue;
    const std::int16_t* row = &weights_.first[i * hidden_count];
    for (std::size_t h = 0; h < hidden_count; ++h) hidden[h] += in * row[h];
  }
  std::array<std::int64_t, kClasses> sums{};
  std::copy(weights_.second_bias.begin(), weights_.second_bias.end(), sums.begin());
  for (std::size_t h = 0; h < hidden_count; ++h) {
    const std::int64_t value = std::max(0, hidden[h]) >> (weights_.hidden_bits - 6);
    for (std::size_t c = 0; c < kClasses; ++c) sums[c] += value * weights_.second[h * kClasses + c];
  }
  const std::int64_t largest = *std::max_element(sums.begin(), sums.end());
  const double unit = static_cast<double>(kHiddenUnit) * static_cast<double>(1 << weights_.output_bits);
  std::array<double, kClasses> odds{};
  double all = 0;
  for (std::size_t c = 0; c < kClasses; ++c)
    all += odds[c] = std::exp(static_cast<double>(sums[c] - largest) / unit);
  std::array<Guess, kClasses> guesses{};
  for (std::size_t c = 0; c < kClasses; ++c)
    guesses[c] = {static_cast<int>(c), static_cast<int>(std::floor(odds[c] / all * kWhollySure))};
  std::stable_sort(guesses.begin(), guesses.end(),
                   [](const Guess& a, const Guess& b) { return a.sure > b.sure; });
  return guesses;
}

}  // namespace kiemphieu::digits
