// Commits a second of Journal::append(sheet), as a ratio to a bare SQLite loop
// that inserts the same bytes with the same durability, in the same run. The
// two alternate in rounds, so that a busy machine slows both.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <functional>

#include "tests/unit/tally/journal/scene.h"

using namespace kiemphieu;
using namespace kiemphieu::journal;

namespace {

constexpr int kRounds = 10;
constexpr int kCommits = 200;

double commits_per_second(const std::function<void()>& commit) {
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < kCommits; ++i) commit();
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  return kCommits / taken.count();
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

void must(const Result<void>& done) { KP_CHECK(done.has_value()); }

}  // namespace

int main() {
  const scene::Folder folder;
  auto journal = scene::open(folder.path() / "journal");
  KP_CHECK(journal.has_value());
  scene::open_batch(*journal, 1);
  auto bare = storage::Database::open(folder.path() / "bare.db");
  KP_CHECK(bare.has_value());
  must(bare->execute("CREATE TABLE bare(n INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT"));
  auto insert = bare->prepare("INSERT INTO bare(body) VALUES(?)");
  KP_CHECK(insert.has_value());
  const std::string body = encode(scene::sheet(1, 1, 2, Digest{}));

  int position = 0;
  std::vector<double> journal_rates, bare_rates, ratios;
  for (int round = 0; round < kRounds; ++round) {
    bare_rates.push_back(commits_per_second([&] {
      auto transaction = bare->begin();
      KP_CHECK(transaction.has_value());
      must(insert->bind(1, as_bytes(body)).run());
      must(transaction->commit());
    }));
    journal_rates.push_back(
        commits_per_second([&] { scene::must(journal->append(scene::sheet(1, ++position, 2, Digest{}))); }));
    ratios.push_back(journal_rates.back() / bare_rates.back());
  }
  fmt::print("journal: {:.0f} commits/s, bare SQLite: {:.0f} commits/s, ratio {:.2f} (median of {} rounds of {})\n",
             median(journal_rates), median(bare_rates), median(ratios), kRounds, kCommits);
  return 0;
}
