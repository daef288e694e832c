#include "tally/reading/patches.h"

#include <algorithm>
#include <cstring>

namespace kiemphieu::reading {
namespace {

struct Run {
  int y, from, to;     // [from, to)
  std::size_t parent;  // towards the patch's first run
};

void append_runs(const std::uint8_t* row, int cols, int y, std::vector<Run>& runs) {
  int x = 0;
  while (x < cols) {
    std::uint64_t eight = 0;
    if (x + 8 <= cols && (std::memcpy(&eight, row + x, 8), eight == 0)) {
      x += 8;
      continue;
    }
    if (row[x] == 0) {
      ++x;
      continue;
    }
    const int from = x;
    while (x < cols && row[x] != 0) ++x;
    runs.push_back({y, from, x, runs.size()});
  }
}

std::size_t root_of(std::vector<Run>& runs, std::size_t i) {
  while (runs[i].parent != i) i = runs[i].parent = runs[runs[i].parent].parent;
  return i;
}

void join(std::vector<Run>& runs, std::size_t a, std::size_t b) {
  a = root_of(runs, a), b = root_of(runs, b);
  runs[std::max(a, b)].parent = std::min(a, b);
}

}  // namespace

std::vector<Patch> connected_patches(const cv::Mat& mask) {
  std::vector<Run> runs;
  std::size_t above = 0, above_end = 0;  // the runs of the row before
  for (int y = 0; y < mask.rows; ++y) {
    const std::size_t first = runs.size();
    append_runs(mask.ptr<std::uint8_t>(y), mask.cols, y, runs);
    for (std::size_t i = first, j = above; i < runs.size(); ++i) {
      while (j < above_end && runs[j].to < runs[i].from) ++j;
      for (std::size_t k = j; k < above_end && runs[k].from <= runs[i].to; ++k) join(runs, i, k);
    }
    above = first, above_end = runs.size();
  }
  std::vector<Patch> patches;
  std::vector<std::size_t> patch_of(runs.size());
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const Run& run = runs[i];
    const cv::Rect box(run.from, run.y, run.to - run.from, 1);
    const std::size_t root = root_of(runs, i);
    if (root == i) {  // the first run of its patch: every other one comes later
      patch_of[i] = patches.size();
      patches.push_back({box, 0});
    }
    Patch& patch = patches[patch_of[root]];
    patch.box |= box;
    patch.area += box.width;
  }
  return patches;
}

}  // namespace kiemphieu::reading
