// same-paper-accuracy: forges papers, scans some of them again, and prints how
// far apart scans of one paper and scans of different papers are. Exit 1 on a
// false alarm.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <thread>

#include <fmt/format.h>

#include "tally/papers/papers.h"
#include "tests/golden/same_paper.h"

namespace {

using namespace kiemphieu;

struct Options {
  int papers = 1500, rescanned = 300, jobs = 2;
  std::uint64_t seed = 2026;
};

struct Scan {
  int paper = 0, pass = 0;
  reading::Fingerprint print;
};

/// Scans of one group, in order; sheets that were not read as a ballot are missing.
std::vector<Scan> make_scans(const golden::Deck& deck, std::size_t contest, golden::Habits habits,
                             const Options& options, const std::string& name) {
  const auto plans = golden::paper_plans(deck, contest, habits, 0, options.papers, options.seed);
  std::vector<std::vector<Scan>> by_paper(plans.size());
  const auto work = [&](std::size_t first) {
    for (std::size_t i = first; i < plans.size(); i += static_cast<std::size_t>(options.jobs)) {
      const forge::Canvas paper = golden::paper_of(deck, contest, plans[i]);
      for (int pass = 0; pass < (static_cast<int>(i) < options.rescanned ? 3 : 1); ++pass) {
        const imaging::Image page = golden::scan_of(paper, plans[i], pass);
        const auto reading = deck.reader->read(page.view(), deck.forges[contest]->form().contest);
        if (reading.fingerprint) by_paper[i].push_back({static_cast<int>(i), pass, *reading.fingerprint});
      }
      if (first == 0 && i % 50 == 0) fmt::print(stderr, "\r{} {}/{}   ", name, i, plans.size());
    }
  };
  std::vector<std::jthread> workers;
  for (int job = 0; job < options.jobs; ++job) workers.emplace_back(work, static_cast<std::size_t>(job));
  workers.clear();
  std::vector<Scan> scans;
  for (auto& list : by_paper) scans.insert(scans.end(), list.begin(), list.end());
  return scans;
}

struct Distances {
  std::vector<double> same, different;
};

Distances compare(const std::vector<Scan>& scans) {
  Distances out;
  for (std::size_t i = 0; i < scans.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) {
      const bool same = scans[i].paper == scans[j].paper;
      if (!same && (scans[i].pass > 0 || scans[j].pass > 0)) continue;  // one scan a paper, as at a station
      (same ? out.same : out.different).push_back(papers::distance(scans[i].print, scans[j].print));
    }
  std::sort(out.same.begin(), out.same.end());
  std::sort(out.different.begin(), out.different.end());
  return out;
}

std::size_t below(const std::vector<double>& sorted, double limit) {
  return static_cast<std::size_t>(std::upper_bound(sorted.begin(), sorted.end(), limit) - sorted.begin());
}

/// Prints a group's rows; its false alarms.
std::size_t report(const std::string& name, const std::vector<Scan>& scans, int papers) {
  const Distances d = compare(scans);
  const std::size_t hits = below(d.same, papers::kSamePaper), alarms = below(d.different, papers::kSamePaper);
  fmt::print("| {} | {} | {} | {} | {} ({:.2f} %) | {} | {} |\n", name, papers, scans.size(), d.same.size(), hits,
             100.0 * static_cast<double>(hits) / std::max<double>(1, static_cast<double>(d.same.size())),
             d.different.size(), alarms);
  constexpr std::array kLimits{0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 9.99};
  std::string same = "same paper, share within", different = "different papers, pairs within";
  for (const double limit : kLimits) {
    same += fmt::format("  {}: {:.2f} %", limit, 100.0 * static_cast<double>(below(d.same, limit)) /
                                                     std::max<double>(1, static_cast<double>(d.same.size())));
    different += fmt::format("  {}: {}", limit, below(d.different, limit));
  }
  fmt::print(stderr, "\n{}\n  {}\n  {}\n", name, same, different);
  if (!d.different.empty()) fmt::print(stderr, "  nearest different {:.2f}\n", d.different.front());
  return alarms;
}

double microseconds_per_find(const std::vector<Scan>& scans) {
  papers::Papers all;
  for (int i = 0; all.size() < 12000; ++i)
    all.add("c", {1, i}, scans[static_cast<std::size_t>(i) % scans.size()].print);
  const auto begin = std::chrono::steady_clock::now();
  constexpr int kRuns = 200;
  for (int i = 0; i < kRuns; ++i)
    static_cast<void>(all.find("c", scans[static_cast<std::size_t>(i) % scans.size()].print, [](auto) { return false; }));
  return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begin).count() / kRuns;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app{"How surely the same paper is known again"};
  app.add_option("--papers", options.papers, "papers a group");
  app.add_option("--rescanned", options.rescanned, "of them scanned twice more");
  app.add_option("--jobs", options.jobs, "threads");
  app.add_option("--seed", options.seed, "of the electorate");
  CLI11_PARSE(app, argc, argv);
  const golden::Deck deck = golden::Deck::load();
  std::size_t alarms = 0;
  fmt::print("| papers | number | scans read | pairs of one paper | known again | pairs of two papers | false alarms |\n"
             "| --- | ---: | ---: | ---: | ---: | ---: | ---: |\n");
  constexpr std::array kGroups{std::pair{"struck alike", golden::Habits::kAlike},
                               std::pair{"an electorate", golden::Habits::kElectorate},
                               std::pair{"nothing struck", golden::Habits::kUnmarked}};
  std::vector<Scan> some;
  for (const auto& [name, habits] : kGroups) {
    Options group = options;
    if (habits == golden::Habits::kUnmarked) group.papers = options.papers / 5, group.rescanned = options.rescanned / 3;
    const auto scans = make_scans(deck, 0, habits, group, name);
    alarms += report(name, scans, group.papers);
    if (habits == golden::Habits::kAlike) some = scans;
  }
  fmt::print(stderr, "12,000 papers compared in {:.0f} us\n", microseconds_per_find(some));
  return alarms == 0 ? 0 : 1;
}
