/// template-learn-matrix: the large matrix of prints and scans, as tables for
/// docs/reports/template-learn.md. Judges nothing; ctest runs a sample of it.

#include <cstdio>
#include <cstring>
#include <map>

#include "tests/unit/tally/learning/trial.h"

namespace {

using namespace kiemphieu;
using namespace kiemphieu::learning::test;

std::vector<PrintVariant> prints() {
  std::vector<PrintVariant> all;
  const forms::Rgb papers[] = {{255, 255, 255}, {252, 239, 174}, {247, 204, 214}, {190, 226, 220}};
  int turn = 0;
  for (const auto& [face, family, name] : {std::tuple{forms::Face::kSerif, "", "Noto Serif"},
                                           {forms::Face::kSans, "", "Noto Sans"},
                                           {forms::Face::kSerif, "DejaVu Serif", "DejaVu Serif"},
                                           {forms::Face::kSans, "DejaVu Sans", "DejaVu Sans"}})
    for (const double size : {12.0, 14.0, 16.0, 18.0})
      for (const double spacing : {1.4, 1.8, 2.4})
        for (const bool bold : {true, false}) {
          PrintVariant v;
          v.name = name;
          v.face = face;
          v.family = family;
          v.size_pt = size;
          v.spacing = spacing;
          v.bold = bold;
          v.frame = turn % 2 == 0;
          v.centred = turn % 7 == 3;
          v.seal_label = turn % 5 == 1;
          v.paper = papers[turn++ % 4];
          all.push_back(v);
        }
  return all;
}

std::vector<ScanVariant> scans() {
  std::vector<ScanVariant> all(8);
  all[0] = {.name = "clean 200"};
  all[1] = {.name = "150 dpi, skew 5", .dpi = 150, .skew_deg = 5, .border_mm = 12, .lid = 20};
  all[2] = {.name = "300 dpi, gray", .dpi = 300, .skew_deg = -3, .border_mm = 6, .lid = 250, .gray = true};
  all[3] = {
      .name = "upside down", .skew_deg = 1.2, .upside_down = true, .border_mm = 4, .lid = 20, .shade = 0.12};
  all[4] = {.name = "photocopy",
            .skew_deg = -0.7,
            .print_scale = 0.98,
            .border_mm = 5,
            .lid = 245,
            .photocopy = true};
  all[5] = {.name = "photocopy, gray",
            .skew_deg = 2,
            .gray = true,
            .photocopy = true,
            .blur_px = 0.8,
            .jpeg_quality = 60};
  all[6] = {.name = "faint, noisy",
            .skew_deg = 0.4,
            .border_mm = 3,
            .lid = 20,
            .toner = 0.55,
            .blur_px = 0.8,
            .noise = 7,
            .jpeg_quality = 55};
  all[7] = {.name = "no dpi, 3 dirty scans",
            .skew_deg = -4.5,
            .border_mm = 8,
            .lid = 15,
            .noise = 4,
            .shade = 0.1,
            .jpeg_quality = 70,
            .state_dpi = false,
            .dirt = 40};
  return all;
}

/// What a group of trials came to.
struct Sum {
  int trials = 0, learnt = 0, names = 0, right = 0, wrong = 0, doubtful = 0, sheets = 0, recognised = 0,
      too_far = 0;
  double worst_mm = 0, likeness = 0;
  void add(const TrialResult& r) {
    ++trials;
    if (!r.refused.empty()) return;
    ++learnt;
    names += r.names;
    right += r.right;
    wrong += r.wrong;
    doubtful += r.doubtful;
    sheets += r.sheets;
    recognised += r.recognised;
    too_far += r.worst_box_mm > 0.4 ? 1 : 0;
    worst_mm = std::max(worst_mm, r.worst_box_mm);
    likeness += r.likeness;
  }
};

void print_table(const char* title, const std::map<std::string, Sum>& sums) {
  std::printf(
      "\n| %s | trials | learnt | box off at most, mm | over 0.4 mm | likeness | sheets known | names | "
      "right | doubtful | wrong |\n",
      title);
  std::printf("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n");
  for (const auto& [name, s] : sums)
    std::printf("| %s | %d | %d | %.2f | %d | %.2f | %d of %d | %d | %d | %d | %d |\n", name.c_str(),
                s.trials, s.learnt, s.worst_mm, s.too_far, s.learnt > 0 ? s.likeness / s.learnt : 0,
                s.recognised, s.sheets, s.names, s.right, s.doubtful, s.wrong);
}

}  // namespace

/// Usage: template-learn-matrix [STRIDE [OFFSET]] — every STRIDE-th trial.
int main(int argc, char** argv) {
  const int stride = argc > 1 ? std::stoi(argv[1]) : 1, offset = argc > 2 ? std::stoi(argv[2]) : 0;
  const auto election = example();
  std::map<std::string, Sum> by_scan, by_face, by_size, all;
  int number = 0;
  for (const PrintVariant& print : prints())
    for (const ScanVariant& scan : scans()) {
      if (number++ % stride != offset) continue;
      Trial trial;
      trial.print = print;
      trial.scans.assign(scan.dirt > 0 ? 3 : 1, scan);
      trial.seed = static_cast<std::uint64_t>(number);
      const double room = 95 / (print.size_pt * 25.4 / 72);  // in type sizes
      trial.two_lines = number % 3 == 0;
      trial.candidates =
          std::max(2, std::min(2 + number % 7, static_cast<int>((room - 3 * 1.35) / print.spacing)));
      const TrialResult r = run(trial, election);
      by_scan[scan.name].add(r);
      by_face[print.name + (print.bold ? " bold" : "")].add(r);
      by_size[std::to_string(static_cast<int>(print.size_pt)) + " pt"].add(r);
      all["all"].add(r);
      if (!r.refused.empty() || r.worst_box_mm > 0.4 || r.right != r.names || r.recognised != r.sheets)
        std::fprintf(stderr,
                     "trial %d: %s %.0f pt x%.1f%s%s, %s, %d candidates: %s box %.2f mm, %d/%d right, %d "
                     "wrong, %d/%d sheets\n",
                     number, print.name.c_str(), print.size_pt, print.spacing, print.bold ? " bold" : "",
                     print.frame ? " frame" : "", scan.name.c_str(), trial.candidates, r.refused.c_str(),
                     r.worst_box_mm, r.right, r.names, r.wrong, r.recognised, r.sheets);
    }
  print_table("together", all);
  print_table("scan", by_scan);
  print_table("typeface", by_face);
  print_table("size", by_size);
  return 0;
}
