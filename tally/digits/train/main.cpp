// train-digits: trains the digit model and writes its file.
#include <CLI/CLI.hpp>
#include <cstdio>

#include <fmt/format.h>

#include "config/imaging/codec.h"
#include "config/storage/files.h"
#include "tally/digits/train/teacher.h"

namespace {

using namespace kiemphieu;

Result<void> run(const digits::Lesson& lesson, const std::string& figures_file, const std::string& out) {
  digits::ScannedFigures scanned;
  if (!figures_file.empty()) {
    KP_TRY(const Bytes bytes, storage::read_file(figures_file, 16U << 20U));
    KP_TRY(const imaging::Image sheet, imaging::decode(bytes, 0));
    KP_TRY(scanned, digits::cut_sheet(sheet));
  }
  KP_TRY(const digits::Trained trained, digits::train(lesson, scanned, [&](int round) {
           fmt::print(stderr, "\rround {}/{}", round, lesson.rounds);
         }));
  fmt::print(stderr, "\n");
  KP_TRY_VOID(storage::write_file_durably(out, as_bytes(trained.text)));
  fmt::print("scanned figures kept apart\n| truth | 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | none |\n");
  for (int digit = 0; digit < 10; ++digit) {
    fmt::print("| {} |", digit);
    for (const int count : trained.apart[static_cast<std::size_t>(digit)]) fmt::print(" {} |", count);
    fmt::print("\n");
  }
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  digits::Lesson lesson;
  std::string out = "tally/digits/models/digits.txt", figures;
  CLI::App app{"Trains the model that reads digits"};
  app.add_option("--out", out, "the model file to write");
  app.add_option("--figures", figures, "OpenCV's digits.png; scripts/train-digits fetches it");
  app.add_option("--seed", lesson.seed);
  app.add_option("--written", lesson.written, "examples a digit from generated hands");
  app.add_option("--rewritten", lesson.rewritten, "examples a scanned figure");
  app.add_option("--no-digits", lesson.no_digits);
  app.add_option("--rounds", lesson.rounds);
  app.add_option("--hidden", lesson.hidden);
  CLI11_PARSE(app, argc, argv);
  const auto done = run(lesson, figures, out);
  if (done) return 0;
  fmt::print(stderr, "train-digits: {}\n", done.error().log_line());
  return 1;
}
