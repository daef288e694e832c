#include "tests/accuracy/report.h"

#include <algorithm>

#include <fmt/format.h>

#include "tests/accuracy/bounds.h"

namespace kiemphieu::accuracy {
namespace {

constexpr std::array kPopulations{"clean", "wear", "hard"};

std::string grouped(std::uint64_t value) {
  std::string digits = std::to_string(value);
  for (int at = static_cast<int>(digits.size()) - 3; at > 0; at -= 3)
    digits.insert(static_cast<std::size_t>(at), ",");
  return digits;
}

std::string percent(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return "–";
  return fmt::format("{:.2f} %", 100.0 * static_cast<double>(part) / static_cast<double>(whole));
}

/// "1 in 300,000"
std::string one_in(double rate) {
  return rate <= 0 ? std::string("–") : "1 in " + grouped(static_cast<std::uint64_t>(1 / rate));
}

Counts total(const Tally& tally, const std::string& table) {
  Counts sum;
  for (const char* population : kPopulations) sum += tally.at(table, population);
  return sum;
}

std::string table(const Tally& tally, const std::string& name, const std::string& title,
                  const std::string& unit) {
  std::string text = fmt::format(
      "\n### {}\n\n| | {} | clear | of them to people | share | accepted | silently wrong |\n"
      "| --- | ---: | ---: | ---: | ---: | ---: | ---: |\n",
      title, unit);
  for (const auto& [key, c] : tally.rows())
    if (key.first == name)
      text +=
          fmt::format("| {} | {} | {} | {} | {} | {} | {} |\n", key.second, grouped(c.all), grouped(c.clear),
                      grouped(c.asked), percent(c.asked, c.clear), grouped(c.accepted), c.wrong);
  return text;
}

std::string summary(const State& state) {
  const Counts sheets = total(state.tally, "sheets"), lines = total(state.tally, "lines");
  std::string text = fmt::format(
      "| | name lines | sheets | silently wrong sheets | wrong lines | clear sheets | to people | review "
      "rate | "
      "target |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n");
  const char* targets[] = {"≤ 0.20 %", "≤ 2.00 %", "–"};
  for (std::size_t i = 0; i < kPopulations.size(); ++i) {
    const Counts s = state.tally.at("sheets", kPopulations[i]), l = state.tally.at("lines", kPopulations[i]);
    if (s.all == 0) continue;
    text += fmt::format("| `{}` | {} | {} | {} | {} | {} | {} | {} | {} |\n", kPopulations[i], grouped(l.all),
                        grouped(s.all), s.wrong, l.wrong, grouped(s.clear), grouped(s.asked),
                        percent(s.asked, s.clear), targets[i]);
  }
  text += fmt::format("| **all** | {} | {} | {} | {} | {} | {} | {} | |\n", grouped(lines.all),
                      grouped(sheets.all), sheets.wrong, lines.wrong, grouped(sheets.clear),
                      grouped(sheets.asked), percent(sheets.asked, sheets.clear));
  const double line_bound = upper_bound_95(lines.wrong, lines.all),
               accepted_bound = upper_bound_95(lines.wrong, lines.accepted),
               sheet_bound = upper_bound_95(sheets.wrong, sheets.all);
  text += fmt::format(
      "\nWith 95 % confidence the true rate of silent errors on such sheets is below {:.2g} of the name "
      "lines read "
      "({}), {:.2g} of the lines on accepted sheets ({}) and {:.2g} of the sheets ({}): the one-sided bound "
      "of "
      "Clopper and Pearson for what was seen, with no error about 3/n. It says nothing about sheets that the "
      "forge "
      "does not make ([forge.md](../forge.md) says which).\n",
      line_bound, one_in(line_bound), accepted_bound, one_in(accepted_bound), sheet_bound,
      one_in(sheet_bound));
  const double count = std::max(1.0, static_cast<double>(sheets.all)) * 1000;
  text += fmt::format(
      "\nOne thread took {:.1f} ms a sheet to forge and {:.1f} ms to read (on a shared machine).\n",
      static_cast<double>(state.forge_us) / count, static_cast<double>(state.read_us) / count);
  return text;
}

/// Why clear sheets went to people, most frequent first.
std::string why_asked(const Tally& tally, const std::string& population) {
  std::vector<std::pair<std::uint64_t, std::string>> rows;
  for (const auto& [key, c] : tally.rows())
    if (key.first == "asked " + population) rows.emplace_back(c.asked, key.second);
  std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first > b.first : a.second < b.second;
  });
  if (rows.empty()) return {};
  std::string text = fmt::format(
      "\n### Why clear sheets of `{}` went to people\n\n| reasons | sheets |\n| --- | ---: |\n", population);
  constexpr std::size_t kRows = 12;
  for (std::size_t i = 0; i < std::min(rows.size(), kRows); ++i)
    text += fmt::format("| {} | {} |\n", rows[i].second, grouped(rows[i].first));
  return text;
}

/// Print shops whose blank ballot the reader would not take as a template.
std::string refused(const Tally& tally) {
  std::string names;
  for (const auto& [key, c] : tally.rows())
    if (key.first == "refused") names += (names.empty() ? "`" : ", `") + key.second + "`";
  if (names.empty()) return {};
  return "\nNot measured, because the reader refuses a template of this print (safely, before the count): " +
         names + ".\n";
}

std::string silent_errors(const State& state) {
  std::string text = "\n## Silent errors\n\n";
  constexpr std::size_t kListed = 60;
  std::size_t count = 0;
  for (const Remark& remark : state.remarks) {
    if (remark.kind != "wrong" || ++count > kListed) continue;
    std::string shown = remark.text;
    std::replace(shown.begin(), shown.end(), '|', ';');
    text += fmt::format("- `{}:{}` {}\n", remark.chunk, remark.sheet, shown);
  }
  if (count == 0) return text + "None.\n";
  return text + fmt::format(
                    "\n{} in all. `scripts/accuracy --seed S --only CHUNK:SHEET --out scan.png` makes the "
                    "scan again.\n",
                    count);
}

}  // namespace

std::string share(std::uint64_t part, std::uint64_t whole) {
  return fmt::format("{} of {} ({})", grouped(part), grouped(whole), percent(part, whole));
}

std::vector<Remark> worst_of(const State& state, std::size_t most) {
  std::map<std::string, std::vector<Remark>> kinds;
  for (const Remark& remark : state.remarks) kinds[remark.kind].push_back(remark);
  std::vector<Remark> worst = kinds["wrong"];
  kinds.erase("wrong");
  std::vector<const std::vector<Remark>*> order;
  for (const auto& [kind, remarks] : kinds)
    if (!kind.starts_with("hard")) order.push_back(&remarks);
  std::stable_sort(order.begin(), order.end(),
                   [](const auto* a, const auto* b) { return a->size() > b->size(); });
  for (const auto* remarks : order)
    worst.push_back(*std::min_element(remarks->begin(), remarks->end(), [](const Remark& a, const Remark& b) {
      return std::pair(a.chunk, a.sheet) < std::pair(b.chunk, b.sheet);
    }));
  if (worst.size() > most) worst.resize(most);
  return worst;
}

std::string report(const State& state, const std::string& command, const std::vector<Shown>& pictures) {
  std::string text =
      "# Reading accuracy on forged ballots\n\nMade by `" + command +
      "`; do not edit. The populations and every model behind them are in [forge.md](../forge.md).\n\n"
      "*Clear*: nobody who holds the paper would argue, and the rule table needs nobody. Such a sheet should "
      "be "
      "accepted; its share that went to people or was handed back is the *review rate*. *Silently wrong*: "
      "accepted with a "
      "wrong mark or a wrong validity, or accepted although people must look (a partial strike, a circle, a "
      "missing "
      "seal, something added …) or although it is no ballot of this pile. A mark that people might read in "
      "two ways is not "
      "*clear*: accepted as the law most likely has it, or reviewed, both are right.\n\n" +
      summary(state);
  text += refused(state.tally);
  text += silent_errors(state);
  text += "\n## By what was on the sheets\n";
  text += table(state.tally, "stroke", "Stroke on a name", "name lines");
  text += table(state.tally, "pen", "Pen", "struck lines");
  text += table(state.tally, "kind", "Sheet", "sheets");
  text += table(state.tally, "seal", "Seal", "sheets");
  text += table(state.tally, "added", "Added content", "sheets");
  text += table(state.tally, "damage", "Damage and handling (a sheet may stand in several rows)", "sheets");
  text += table(state.tally, "print", "Print shop", "sheets");
  text += table(state.tally, "scan", "Scan", "sheets");
  text +=
      "\nIn the tables of names *to people* counts the lines that were themselves in doubt, not those beside "
      "one.\n";
  for (const char* population : kPopulations) text += why_asked(state.tally, population);
  if (pictures.empty()) return text;
  text += "\n## Pictures\n\nThe reading drawn over the scan: green kept, red struck, amber in doubt.\n";
  for (const Shown& shown : pictures)
    text += fmt::format("\n**{}:{}** {}\n\n![]({})\n", shown.remark.chunk, shown.remark.sheet,
                        shown.remark.kind, shown.file);
  return text;
}

}  // namespace kiemphieu::accuracy
