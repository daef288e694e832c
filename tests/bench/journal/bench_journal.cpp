// The journal against bare floors taken in the same run: a sheet's durable commit
// against a bare SQLite insert of the same bytes, start-up with a long journal, and
// the full verification against reading the same files. Ratios hold on any
// machine; the rounds alternate, so that a busy one slows both.
//
//   bench_journal [SHEETS [PICTURE_BYTES]]     12000 sheets of 100,000 bytes
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <functional>

#include "config/storage/files.h"
#include "tally/journal/images.h"
#include "tally/journal/verify.h"
#include "tests/unit/tally/journal/scene.h"

using namespace kiemphieu;
using namespace kiemphieu::journal;

namespace {

constexpr int kRounds = 10;
constexpr int kCommits = 200;
constexpr int kPile = 500;

double seconds_of(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>{std::chrono::steady_clock::now() - start}.count();
}

double commits_per_second(const std::function<void()>& commit) {
  return kCommits / seconds_of([&] {
           for (int i = 0; i < kCommits; ++i) commit();
         });
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

void must(const Result<void>& done) {
  if (!done) fputs((done.error().log_line() + "\n").c_str(), stderr);
  KP_CHECK(done.has_value());
}

/// The columns of one row of the journal, bound by hand: the same bytes, and nothing else.
class BareInsert {
 public:
  explicit BareInsert(const std::filesystem::path& path) : database_(storage::Database::open(path).value()) {
    must(database_.execute("CREATE TABLE bare(sequence INTEGER PRIMARY KEY, kind TEXT NOT NULL, body BLOB NOT NULL, "
                           "digest BLOB NOT NULL, signature BLOB NOT NULL) STRICT"));
    insert_ = database_.prepare("INSERT INTO bare(kind, body, digest, signature) VALUES(?, ?, ?, ?)").value();
  }
  void commit(std::string_view body) {
    static const Bytes kDigest(32, 7), kSignature(64, 7);
    auto transaction = database_.begin();
    KP_CHECK(transaction.has_value());
    must(insert_->bind(1, "sheet_recorded").bind(2, as_bytes(body)).bind(3, ByteView{kDigest}).bind(4, ByteView{kSignature}).run());
    must(transaction->commit());
  }

 private:
  storage::Database database_;
  std::optional<storage::Statement> insert_;
};

void bench_commits(const std::filesystem::path& folder) {
  auto journal = scene::open(folder / "commits");
  KP_CHECK(journal.has_value());
  scene::open_batch(*journal, 1);
  BareInsert bare{folder / "bare.db"};
  const std::string body = encode(scene::sheet(1, 1, 2, Digest{}));
  int position = 0;
  std::vector<double> journal_rates, bare_rates, ratios;
  for (int round = 0; round < kRounds; ++round) {
    bare_rates.push_back(commits_per_second([&] { bare.commit(body); }));
    journal_rates.push_back(
        commits_per_second([&] { scene::must(journal->append(scene::sheet(1, ++position, 2, Digest{}))); }));
    ratios.push_back(bare_rates.back() / journal_rates.back());
  }
  fmt::print("commit: {:.0f} a second, bare insert of the same {} bytes: {:.0f}; {:.2f} times a bare insert (median of {} rounds of {})\n",
             median(journal_rates), body.size() + 96 + 14, median(bare_rates), median(ratios), kRounds, kCommits);
}

Bytes picture(int number, std::size_t bytes) {
  Bytes made(bytes);
  std::uint64_t state = 0x9E3779B97F4A7C15UL * static_cast<std::uint64_t>(number + 1);
  for (std::size_t i = 0; i < bytes; ++i) {
    state ^= state << 13U, state ^= state >> 7U, state ^= state << 17U;
    made[i] = static_cast<std::uint8_t>(state);
  }
  return made;
}

/// Piles of kPile, their sheets in one transaction each: what takes time is not measured here.
void write_journal(const std::filesystem::path& folder, int sheets, std::size_t picture_bytes) {
  auto journal = scene::open(folder);
  KP_CHECK(journal.has_value());
  for (int batch = 1, written = 0; written < sheets; ++batch) {
    scene::open_batch(*journal, batch);
    std::vector<Record> records;
    const int count = std::min(kPile, sheets - written);
    for (int i = 1; i <= count; ++i, ++written) {
      const auto image = journal->store_image(picture(written, picture_bytes));
      KP_CHECK(image.has_value());
      records.emplace_back(scene::sheet(batch, i, 2, *image));
    }
    scene::must(journal->append(records));
    const auto number = static_cast<std::uint64_t>(count);
    scene::must(journal->append(FeedStopped{batch, "scanner_no_documents", number, number}));
    scene::must(journal->append(BatchClosed{batch, number}));
  }
}

void drop_cache(const std::filesystem::path& folder) {
  ::sync();
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    const int fd = ::open(entry.path().c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) continue;
    static_cast<void>(::posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED));
    ::close(fd);
  }
}

std::size_t read_all(const std::filesystem::path& folder) {
  std::size_t bytes = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.is_regular_file()) bytes += storage::read_file(entry.path(), std::size_t{4} << 30U).value().size();
  return bytes;
}

void bench_long_journal(const std::filesystem::path& folder, int sheets, std::size_t picture_bytes) {
  write_journal(folder, sheets, picture_bytes);
  std::vector<double> starts;
  for (int round = 0; round < 3; ++round) starts.push_back(seconds_of([&] { KP_CHECK(scene::open(folder).has_value()); }));
  fmt::print("start-up with {} sheets: {:.2f} s (median of 3)\n", sheets, median(starts));
  for (const char* cache : {"from the disk", "from memory"}) {
    std::size_t bytes = 0;
    const bool cold = std::string_view{cache} == "from the disk";
    if (cold) drop_cache(folder);
    const double reading = seconds_of([&] { bytes = read_all(folder); });
    if (cold) drop_cache(folder);
    const double verifying = seconds_of([&] {
      const auto report = verify(folder, &scene::election());
      KP_CHECK(report.has_value() && report->findings.empty());
    });
    fmt::print("full verify {}: {:.2f} s, reading the same {} MB: {:.2f} s; {:.2f} times the reading\n", cache, verifying,
               bytes >> 20U, reading, verifying / reading);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const int sheets = argc > 1 ? static_cast<int>(std::strtol(argv[1], nullptr, 10)) : 12'000;
  const std::size_t picture_bytes = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 100'000;
  const scene::Folder folder;
  bench_commits(folder.path());
  bench_long_journal(folder.path() / "long", sheets, picture_bytes);
  return 0;
}
