#pragma once
/// A network of one hidden layer in whole numbers: the same inputs give the same
/// bits on every processor and compiler. It only looks; tally/training makes it.
///
/// Form of the numbers: inputs are int16 (what they mean is the caller's);
/// weights are scaled by a power of two to 13 bits; the hidden layer's and the
/// output's activation 1.7159 tanh(x / 3) (LeCun's, as OpenCV's ANN_MLP) comes
/// from a table in 1/4096.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace kiemphieu::reading {

/// One in the numbers that a net gives.
inline constexpr int kNetOne = 4096;
inline constexpr int kMaxNetInputs = 320, kMaxNetHidden = 32;

/// out = w · in + bias, as w and bias times 2^shift.
struct NetLayer {
  int inputs = 0, outputs = 0, shift = 0;
  std::vector<std::int16_t> weights;  ///< a row an output
  std::vector<std::int32_t> bias;
};

class SmallNet {
 public:
  SmallNet() = default;
  /// Aborts when the layers do not fit each other or could overflow 32 bits.
  SmallNet(NetLayer hidden, NetLayer output);

  int inputs() const { return hidden_.inputs; }
  int outputs() const { return output_.outputs; }
  const NetLayer& hidden() const { return hidden_; }
  const NetLayer& output() const { return output_; }

  /// `in`: inputs(); `out`: outputs(), each -1.7159 … 1.7159 times kNetOne.
  void run(std::span<const std::int16_t> in, std::span<int> out) const;

 private:
  NetLayer hidden_, output_;
};

}  // namespace kiemphieu::reading
