#include "tally/reading/small_net.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

#include "config/base/check.h"

namespace kiemphieu::reading {
namespace {

constexpr int kTableBits = 8;  // steps of the activation's argument: 1/256
constexpr int kTableHalf = 12 << kTableBits;
constexpr int kMaxInput = 1023;       // of the first layer's inputs, either sign
constexpr int kMaxActivation = 7029;  // 1.7159 in 1/4096

using Table = std::array<std::int16_t, 2 * kTableHalf + 1>;

const Table& activation_table() {
  static const Table kTable = [] {
    Table table{};
    for (int i = -kTableHalf; i <= kTableHalf; ++i) {
      const double x = static_cast<double>(i) / (1 << kTableBits);
      table[static_cast<std::size_t>(i + kTableHalf)] =
          static_cast<std::int16_t>(std::lround(1.7159 * std::tanh(x / 3) * kNetOne));
    }
    return table;
  }();
  return kTable;
}

int activation(const Table& table, std::int32_t sum, int shift) {
  const int drop = shift - kTableBits;
  const std::int32_t index = (sum + (1 << (drop - 1))) >> drop;
  return table[static_cast<std::size_t>(std::clamp(index, -kTableHalf, kTableHalf) + kTableHalf)];
}

/// Products of int16 summed in int32: compilers turn this loop into one
/// instruction for eight of them, and whole numbers may be added in any order.
std::int32_t dot(const std::int16_t* a, const std::int16_t* b, int n) {
  std::int32_t sum = 0;
  for (int i = 0; i < n; ++i) sum += static_cast<std::int32_t>(a[i]) * b[i];
  return sum;
}

void check_layer(const NetLayer& layer, int max_input) {
  KP_CHECK(layer.shift > kTableBits && layer.shift < 31);
  KP_CHECK(layer.weights.size() == static_cast<std::size_t>(layer.inputs * layer.outputs));
  KP_CHECK(layer.bias.size() == static_cast<std::size_t>(layer.outputs));
  for (int row = 0; row < layer.outputs; ++row) {
    std::int64_t most =
        std::llabs(layer.bias[static_cast<std::size_t>(row)]) + (std::int64_t{1} << layer.shift);
    for (int i = 0; i < layer.inputs; ++i)
      most += static_cast<std::int64_t>(max_input) *
              std::abs(layer.weights[static_cast<std::size_t>(row * layer.inputs + i)]);
    KP_CHECK(most < (std::int64_t{1} << 31));
  }
}

}  // namespace

SmallNet::SmallNet(NetLayer hidden, NetLayer output)
    : hidden_(std::move(hidden)), output_(std::move(output)) {
  KP_CHECK(hidden_.inputs > 0 && hidden_.inputs <= kMaxNetInputs);
  KP_CHECK(hidden_.outputs > 0 && hidden_.outputs <= kMaxNetHidden && output_.inputs == hidden_.outputs);
  check_layer(hidden_, kMaxInput);
  check_layer(output_, kMaxActivation);
}

void SmallNet::run(std::span<const std::int16_t> in, std::span<int> out) const {
  KP_CHECK(static_cast<int>(in.size()) == hidden_.inputs && static_cast<int>(out.size()) == output_.outputs);
  const Table& table = activation_table();
  std::array<std::int16_t, kMaxNetHidden> middle{};
  for (int h = 0; h < hidden_.outputs; ++h) {
    const std::int32_t sum =
        hidden_.bias[static_cast<std::size_t>(h)] +
        dot(&hidden_.weights[static_cast<std::size_t>(h * hidden_.inputs)], in.data(), hidden_.inputs);
    middle[static_cast<std::size_t>(h)] = static_cast<std::int16_t>(activation(table, sum, hidden_.shift));
  }
  for (int o = 0; o < output_.outputs; ++o) {
    const std::int32_t sum =
        output_.bias[static_cast<std::size_t>(o)] +
        dot(&output_.weights[static_cast<std::size_t>(o * output_.inputs)], middle.data(), output_.inputs);
    out[static_cast<std::size_t>(o)] = activation(table, sum, output_.shift);
  }
}

}  // namespace kiemphieu::reading
