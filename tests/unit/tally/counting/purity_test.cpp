// Counting is exact: no floating point but where a score meets its thresholds.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>

TEST_CASE("counting uses floating point for scores and their thresholds alone") {
  const std::regex floating{R"(\b(float|double|long double|std::(round|floor|ceil|lround|llround|fabs))\b|\b\d+\.\d+\b)"};
  const std::set<std::string> allowed = {
      "interpret.h|  double score = 0;", "interpret.h|  double kept_max = 0.15;", "interpret.h|  double struck_min = 0.85;",
      "interpret.cpp|Mark mark_of_score(double score, const Thresholds& thresholds) {"};
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator{"tally/counting"}) {
    const std::string extension = entry.path().extension().string();
    if (extension != ".h" && extension != ".cpp") continue;
    ++files;
    std::ifstream file{entry.path()};
    for (std::string line; std::getline(file, line);) {
      const std::string code = line.substr(0, line.find("//"));
      const std::string place = entry.path().filename().string() + "|" + line;
      CAPTURE(place);
      CHECK((!std::regex_search(code, floating) || allowed.contains(place)));
    }
  }
  CHECK(files >= 8);
}
