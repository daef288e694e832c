#include <doctest/doctest.h>

#include <fstream>
#include <iterator>

#include "tally/training/scans.h"
#include "tally/training/teacher.h"

namespace kiemphieu::training {
namespace {

std::string shipped_text() {
  std::ifstream file("tally/reading/models/line-reader.txt", std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST_CASE("the same lesson gives the same bytes, another seed others") {
  Lesson lesson;
  lesson.pages = 2, lesson.examples_a_name = 1, lesson.window_rounds = 2, lesson.line_rounds = 3;
  const Progress silent = [](const char*, double) {};
  const auto once = train(lesson, silent), again = train(lesson, silent);
  REQUIRE(once.has_value());
  REQUIRE(again.has_value());
  CHECK(once->text == again->text);
  CHECK(reading::LearnedReader::parse(once->text).has_value());
  lesson.seed += 1;
  const auto other = train(lesson, silent);
  REQUIRE(other.has_value());
  CHECK(other->text != once->text);
}

TEST_CASE("the model in the repository says how it was made, and its digest is its own") {
  const std::string text = shipped_text();
  const Lesson lesson;
  const std::string made = "\ngenerator " + std::to_string(kGeneratorVersion) + " seed " +
                           std::to_string(lesson.seed) + " pages " + std::to_string(lesson.pages) + " ";
  CHECK(text.find(made) != std::string::npos);
  CHECK(text.find("\nsha256 " + model_digest(text).hex() + "\n") != std::string::npos);
  CHECK(reading::LearnedReader::parse(text).has_value());
}

TEST_CASE("a movement starts and ends where it shall, however the hand is") {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    CAPTURE(seed);
    Chance chance(seed);
    const std::vector<Spot> spots{{3, 5}, {12, 4}, {20, 6.5}, {41, 5}};
    const Movement movement = move_through(spots, random_habits(chance), chance);
    CHECK(movement.front().at.x_mm == doctest::Approx(3));
    CHECK(std::abs(movement.back().at.x_mm - 41) < 0.5);  // but for the tremor
    CHECK(std::abs(movement.back().at.y_mm - 5) < 0.8);
    double top = 0;
    for (const Moment& moment : movement) top = std::max(top, moment.speed_mm_s);
    CHECK(top > 2 * movement[movement.size() / 100].speed_mm_s);  // it starts slowly
  }
}

TEST_CASE("examples say the truth about their ink") {
  Chance chance(11);
  const auto names = print_names(chance);
  REQUIRE(names.has_value());
  int struck = 0, clean = 0;
  for (int n = 0; n < 60; ++n) {
    const auto index = static_cast<std::size_t>(n) % names->lines.size();
    const Example example = make_example(*names, index, chance);
    CAPTURE(n);
    REQUIRE(example.dark.size() == names->lines[index].field.size());
    REQUIRE(example.windows.size() ==
            static_cast<std::size_t>(reading::cells_of(example.dark, names->lines[index]).windows()));
    int inked = 0;
    for (const auto& window : example.windows) inked += window.covered > 0 || window.crossed > 0 ? 1 : 0;
    if (example.truth == LineClass::kClean) CHECK(inked == 0);
    if (example.truth == LineClass::kStruck) CHECK(3 * inked >= static_cast<int>(example.windows.size()));
    clean += example.truth == LineClass::kClean ? 1 : 0,
        struck += example.truth == LineClass::kStruck ? 1 : 0;
  }
  CHECK(clean >= 10);
  CHECK(struck >= 10);
}

}  // namespace
}  // namespace kiemphieu::training
