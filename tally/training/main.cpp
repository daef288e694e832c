// train-line-reader: trains the second reader and writes its model file.
#include <CLI/CLI.hpp>
#include <cstdio>

#include <fmt/format.h>

#include "config/storage/files.h"
#include "tally/training/teacher.h"

int main(int argc, char** argv) {
  using namespace kiemphieu;
  training::Lesson lesson;
  std::string out = "tally/reading/models/line-reader.txt";
  CLI::App app{"Trains the reader that learns from examples"};
  app.add_option("--out", out, "the model file to write");
  app.add_option("--seed", lesson.seed);
  app.add_option("--pages", lesson.pages, "pages of printed names");
  app.add_option("--examples", lesson.examples_a_name, "examples a name");
  app.add_option("--windows", lesson.windows_a_line, "windows a line");
  app.add_option("--window-rounds", lesson.window_rounds);
  app.add_option("--line-rounds", lesson.line_rounds);
  CLI11_PARSE(app, argc, argv);
  const auto trained = training::train(lesson, [](const char* step, double share) {
    fmt::print(stderr, "\r{:<10} {:5.1f} %{}", step, 100 * share, share >= 1 ? "\n" : "");
  });
  if (!trained) {
    fmt::print(stderr, "train-line-reader: {}\n", trained.error().log_line());
    return 1;
  }
  const auto& text = trained->text;
  const auto written = storage::write_file_durably(
      out, ByteView{reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  if (!written) {
    fmt::print(stderr, "train-line-reader: {}\n", written.error().log_line());
    return 1;
  }
  fmt::print(
      "{} lines; of those kept apart:\n| truth | kept | struck | unsure |\n| --- | ---: | ---: | ---: |\n",
      trained->lines);
  constexpr const char* kTruth[] = {"clean", "struck", "neither"};
  for (int t = 0; t < 3; ++t)
    fmt::print("| {} | {} | {} | {} |\n", kTruth[t], trained->views[t][0], trained->views[t][1],
               trained->views[t][2]);
  return 0;
}
