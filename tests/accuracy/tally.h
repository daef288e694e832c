#pragma once
/// Counters by what was on the sheet: every sheet adds to many rows of the report.

#include <cstdint>
#include <map>
#include <string>
#include <utility>

namespace kiemphieu::accuracy {

struct Counts {
  std::uint64_t all = 0;
  std::uint64_t clear = 0;     ///< nobody would argue about it
  std::uint64_t asked = 0;     ///< of the clear: sent to people or handed back
  std::uint64_t accepted = 0;  ///< counted without people
  std::uint64_t wrong = 0;     ///< of the accepted: silently wrong

  Counts& operator+=(const Counts& more);
  bool operator==(const Counts&) const = default;
};

/// Rows by table ("stroke", "scan" …) and by value ("wavy", "gray 150 dpi" …).
class Tally {
 public:
  using Key = std::pair<std::string, std::string>;
  void add(std::string table, std::string value, const Counts& counts) {
    rows_[{std::move(table), std::move(value)}] += counts;
  }
  void merge(const Tally& more) {
    for (const auto& [key, counts] : more.rows_) rows_[key] += counts;
  }
  Counts at(const std::string& table, const std::string& value) const;
  const std::map<Key, Counts>& rows() const { return rows_; }

 private:
  std::map<Key, Counts> rows_;
};

}  // namespace kiemphieu::accuracy
