#include <doctest/doctest.h>

#include "tally/digits/digit_net.h"
#include "tally/digits/train/teacher.h"

namespace kiemphieu::digits {
namespace {

BoxPicture paper() {
  BoxPicture box;
  box.width_px = 64, box.height_px = 56;
  box.dark.assign(64 * 56, 3);
  return box;
}

void fill(BoxPicture& box, int x0, int y0, int x1, int y1, std::uint8_t dark) {
  for (int y = y0; y < y1; ++y)
    for (int x = x0; x < x1; ++x) box.dark[static_cast<std::size_t>(y * box.width_px + x)] = dark;
}

Lesson short_lesson() {
  Lesson lesson;
  lesson.written = 40, lesson.no_digits = 100, lesson.rounds = 2, lesson.hidden = 12;
  return lesson;
}

}  // namespace

TEST_CASE("an empty box has no ink, dust is no ink, and a bar of ink has its own extent") {
  CHECK(cut_out(paper()).ink_mm2 == 0);
  BoxPicture dust = paper();
  fill(dust, 10, 10, 13, 13, 200);
  CHECK(cut_out(dust).ink_mm2 == 0);
  CHECK(cut_out(dust).specks_mm2 > 0.1);
  BoxPicture bar = paper();
  fill(bar, 30, 8, 34, 48, 200);
  const DigitPicture cut = cut_out(bar);
  CHECK(cut.ink_mm2 == doctest::Approx(4 * 40 / (bar.px_per_mm * bar.px_per_mm)));
  CHECK(cut.height_mm == doctest::Approx(40 / bar.px_per_mm));
  CHECK(cut.dark[12 * kSide + 12] > 200);
  CHECK(cut.dark[12 * kSide + 2] == 0);
}

TEST_CASE("where a figure stands in its box and how dark its pen is changes little") {
  const auto& net = DigitNet::built_in();
  for (const int left : {6, 20, 40})
    for (const int dark : {80, 160, 250}) {
      BoxPicture one = paper();
      fill(one, left, 8, left + 4, 48, static_cast<std::uint8_t>(dark));
      CAPTURE(left);
      CAPTURE(dark);
      const Guess guess = net.look(inputs_of(cut_out(one)))[0];
      CHECK(guess.digit == 1);
      CHECK(guess.sure > 9000);
    }
}

TEST_CASE("guesses are in order and share one whole") {
  Chance chance(5);
  for (int i = 0; i < 200; ++i) {
    const auto guesses = DigitNet::built_in().look(inputs_of(cut_out(write_digit(i % 10, chance).box)));
    int sum = 0;
    for (std::size_t k = 0; k < guesses.size(); ++k) {
      sum += guesses[k].sure;
      if (k > 0) CHECK(guesses[k].sure <= guesses[k - 1].sure);
    }
    CHECK(sum <= kWhollySure);
    CHECK(sum >= kWhollySure - kClasses);
  }
}

TEST_CASE("digits of hands the model has not seen are seldom taken for others, and never surely") {
  Chance chance(20260315);
  int right = 0, surely_wrong = 0, taken_for_digit = 0;
  for (int i = 0; i < 3000; ++i) {
    const Example example = write_digit(i % 10, chance);
    const Guess guess = DigitNet::built_in().look(inputs_of(cut_out(example.box)))[0];
    right += guess.digit == example.truth ? 1 : 0;
    surely_wrong += guess.digit != example.truth && guess.digit != kNoDigit && guess.sure >= 9990 ? 1 : 0;
  }
  for (int i = 0; i < 1000; ++i) {
    const Guess guess = DigitNet::built_in().look(inputs_of(cut_out(write_no_digit(chance).box)))[0];
    taken_for_digit += guess.digit != kNoDigit && guess.sure >= 9990 ? 1 : 0;
  }
  CHECK(right > 2940);
  CHECK(surely_wrong <= 1);
  CHECK(taken_for_digit <= 3);
}

TEST_CASE("the same seed trains the same model, another seed another one") {
  const auto first = train(short_lesson(), {}, [](int) {});
  const auto again = train(short_lesson(), {}, [](int) {});
  Lesson other = short_lesson();
  other.seed = 2;
  const auto different = train(other, {}, [](int) {});
  REQUIRE(first);
  REQUIRE(different);
  CHECK(first->text == again->text);
  CHECK(first->text != different->text);
}

TEST_CASE("a model file that was changed or cut short is refused") {
  const auto trained = train(short_lesson(), {}, [](int) {});
  REQUIRE(trained);
  REQUIRE(DigitNet::parse(trained->text).has_value());
  std::string changed = trained->text;
  changed[changed.size() - 2] = changed[changed.size() - 2] == '1' ? '2' : '1';
  for (const std::string& text : {changed, trained->text.substr(0, trained->text.size() / 2),
                                  trained->text + "1\n", std::string{}, "another" + trained->text}) {
    const auto net = DigitNet::parse(text);
    REQUIRE(!net);
    CHECK(net.error().code == ErrorCode::kModelInvalid);
  }
}

}  // namespace kiemphieu::digits
