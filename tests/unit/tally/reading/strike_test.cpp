#include <doctest/doctest.h>

#include "tally/reading/strike.h"

namespace kiemphieu::reading {
namespace {

using election::MarkShape;

LineInk clean() {
  LineInk ink;
  ink.print_present = 1;
  ink.body_height_mm = 2.7;
  return ink;
}

/// A plain strike, as a blue pen leaves it on a forged sheet.
LineInk struck() {
  LineInk ink = clean();
  ink.stroke.coverage = ink.stroke.worst_word = 1;
  ink.stroke.open_share = 0.3;
  ink.stroke.core_share = 1;
  ink.stroke.contrast = 0.6;
  ink.stroke.left_y = ink.stroke.middle_y = ink.stroke.right_y = 42;
  ink.evidence.coverage = 0.8, ink.evidence.ink_mm2 = 9, ink.evidence.contrast = 0.6;
  ink.body_ink_mm2 = 7;
  return ink;
}

TEST_CASE("a clean name is kept and a whole strike is struck") {
  CHECK(judge_line(clean()).score <= 0.15);
  CHECK(judge_line(clean()).shape == MarkShape::kNone);
  CHECK(judge_line(struck()).score >= 0.95);
  CHECK(judge_line(struck()).shape == MarkShape::kHorizontal);
}

TEST_CASE("one failed test of a strike is enough for doubt") {
  struct Fault {
    const char* name;
    void (*apply)(LineInk&);
  };
  const Fault faults[] = {
      {"breaks off", [](LineInk& i) { i.stroke.coverage = 0.7; }},
      {"a word is free", [](LineInk& i) { i.stroke.worst_word = 0.2; }},
      {"starts late", [](LineInk& i) { i.stroke.left_gap_mm = 6; }},
      {"stops early", [](LineInk& i) { i.stroke.right_gap_mm = 6; }},
      {"under the letters", [](LineInk& i) { i.stroke.core_share = 0.1; }},
      {"hardly darker than paper", [](LineInk& i) { i.stroke.contrast = 0.2; }},
      {"print hides nearly all", [](LineInk& i) { i.stroke.open_share = 0.05; }},
      {"a gap as wide as a short word", [](LineInk& i) { i.stroke.longest_gap_mm = 4; }},
      {"the print is gone", [](LineInk& i) { i.print_present = 0.5; }},
  };
  for (const auto& fault : faults) {
    CAPTURE(fault.name);
    LineInk ink = struck();
    fault.apply(ink);
    const auto verdict = judge_line(ink);
    CHECK(verdict.score > 0.15);
    CHECK(verdict.score < 0.85);
  }
}

TEST_CASE("missing print is never a kept name") {
  LineInk ink = clean();
  ink.print_present = 0.6;
  CHECK(judge_line(ink).damaged);
  CHECK(judge_line(ink).score > 0.15);
}

TEST_CASE("two lines: both struck, one struck, none") {
  const auto yes = judge_line(struck()), no = judge_line(clean());
  CHECK(judge_name({yes, yes}).score >= 0.95);
  CHECK(judge_name({no, no}).score <= 0.15);
  for (const auto& one : {judge_name({yes, no}), judge_name({no, yes})}) {
    CHECK(one.shape == MarkShape::kOneOfTwoLines);
    CHECK(one.score >= 0.85);
  }
  LineInk dirty = clean();
  dirty.body_ink_mm2 = 0.5;
  const auto doubtful = judge_name({yes, judge_line(dirty)});
  CHECK(doubtful.score > 0.15);
  CHECK(doubtful.score < 0.85);
}

TEST_CASE("ink to and fro over the letters is a scribble, however it covers them") {
  LineInk ink = struck();
  ink.four_corners = true, ink.on_cross = 0.97;
  CHECK(judge_line(ink).shape == MarkShape::kCross);
  ink.steep_share = 0.75;
  CHECK(judge_line(ink).shape == MarkShape::kScribble);
}

TEST_CASE("a flat line along the letters' feet is no strike unless another is found through them") {
  LineInk ink = struck();
  ink.stroke.along_feet = true, ink.stroke.core_share = 0.55, ink.stroke.below_share = 0.45;
  ink.core_bins = 0.4;
  ink.core_stroke = struck().stroke;
  ink.core_stroke.coverage = 0.9;  // the line's upper edge
  CHECK(judge_line(ink).score < 0.85);
  ink.core_bins = 0.9, ink.core_stroke.coverage = 1;
  CHECK(judge_line(ink).score >= 0.85);
}

TEST_CASE("whole words struck and others free: clearly a part; anything between is doubtful") {
  LineInk ink = clean();
  ink.evidence.coverage = 0.4, ink.evidence.ink_mm2 = 4, ink.evidence.contrast = 0.6;
  ink.body_ink_mm2 = 3;
  ink.core_bins = 0.4;
  ink.whole_words = true;
  CHECK(judge_line(ink).shape == MarkShape::kPartial);
  CHECK(judge_line(ink).score <= 0.15);
  const auto struck_line = judge_line(struck());
  CHECK(judge_name({judge_line(ink), struck_line}).score < 0.85);  // never one of two lines
  ink.whole_words = false;
  CHECK(judge_line(ink).score > 0.15);
}

}  // namespace
}  // namespace kiemphieu::reading
