#pragma once
/// Trains the second reader (tally/reading/learned_reader.h) on made examples:
/// first the net that looks at windows, then, on what that one sees, the net
/// that judges the line. OpenCV's multi-layer perceptron learns, then both nets
/// are rounded to whole numbers.
///
/// The same lesson gives the same bytes (one thread, own random numbers) on the
/// same processor and OpenCV.

#include <functional>
#include <string>

#include "config/base/result.h"
#include "tally/reading/learned_reader.h"

namespace kiemphieu::training {

/// Counts up when hands, pens, papers or prints of the examples change.
inline constexpr int kGeneratorVersion = 2;

struct Lesson {
  std::uint64_t seed = 20260315;
  int pages = 400;  ///< of printed names
  int examples_a_name = 8;
  int windows_a_line = 12;  ///< that the window net learns from
  int window_rounds = 30;   ///< passes over all of them
  int line_rounds = 150;
  int window_hidden = 16, line_hidden = 12;
};

/// Where training is: what is done of all, in words and share.
using Progress = std::function<void(const char* step, double share)>;

struct Trained {
  std::string text;  ///< the model file
  int lines = 0;
  /// Of lines that were kept apart, by truth and view (0 kept, 1 struck, 2 unsure).
  int views[3][3] = {};
};

/// Errors: those of print_names.
Result<Trained> train(const Lesson& lesson, const Progress& progress);

/// SHA-256 of the model's numbers (the text from "window" on), as its header states it.
Digest model_digest(std::string_view text);

}  // namespace kiemphieu::training
