#pragma once
/// A station's journal in a folder of its own, and ballots to put into it.

#include <stdlib.h>

#include <filesystem>
#include <string>
#include <vector>

#include "tally/journal/journal.h"
#include "tests/unit/tally/counting/example.h"

namespace kiemphieu::journal::scene {

/// A folder that goes away with the value.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "kp-journal-XXXXXX").string();
    KP_CHECK(mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

inline const election::Election& election() {
  static const election::Election kElection = example::election();
  return kElection;
}

inline const crypto::SigningKey& key() {
  static const crypto::SigningKey kKey = crypto::SigningKey::from_seed({7});
  return kKey;
}

inline Result<Journal> open(const std::filesystem::path& folder) {
  return Journal::open(folder, election(), "tram-1", key());
}

/// Stands for a picture: the journal takes any bytes.
inline Bytes picture(const std::string& words) { return Bytes(words.begin(), words.end()); }

/// A clear qh-1 ballot that leaves c1 … c`left`; 4 or 5 = too many: in review.
inline SheetRecorded sheet(int batch, int position, std::size_t left, const Digest& image) {
  std::vector<std::size_t> struck;
  for (std::size_t i = left; i < 5; ++i) struck.push_back(i);
  SheetRecorded record;
  record.batch = batch;
  record.position = position;
  record.image = image;
  record.form = reading::Form::kBallot;
  record.seal = reading::SealFinding::kPresent;
  record.interpretation = counting::interpret(election(), example::ballot(election().contests[0], struck), "qh-1");
  record.skew_mdeg = -310;
  record.scale_permille = 1001;
  record.readers = {6, 1};
  return record;
}

/// The same, with its picture stored.
inline SheetRecorded stored_sheet(Journal& journal, int batch, int position, std::size_t left) {
  const auto image = journal.store_image(
      picture("picture " + std::to_string(batch) + "/" + std::to_string(position) + " leaves " + std::to_string(left)));
  KP_CHECK(image.has_value());
  return sheet(batch, position, left, *image);
}

inline void must(const Result<JournalHead>& appended) {
  if (!appended) fputs((appended.error().log_line() + "\n").c_str(), stderr);
  KP_CHECK(appended.has_value());
}

inline void open_batch(Journal& journal, int batch) {
  const std::vector<Record> records = {BatchOpened{batch, "qh-1"}, FeedStarted{batch}};
  must(journal.append(records));
}

/// A pile fed, closed and, when nothing waits, settled. `lefts`: names left on each sheet.
inline void whole_batch(Journal& journal, int batch, const std::vector<std::size_t>& lefts) {
  open_batch(journal, batch);
  int position = 0;
  for (const std::size_t left : lefts) must(journal.append(stored_sheet(journal, batch, ++position, left)));
  must(journal.append(FeedStopped{batch, "scanner_no_documents", lefts.size(), lefts.size()}));
  must(journal.append(BatchClosed{batch, lefts.size()}));
  const counting::ContestTotals totals = journal.state().batches().at(batch).totals;
  if (totals.in_review == Count{}) must(journal.append(BatchSettled{batch, totals}));
}

inline TeamDecision decision(int batch, int position, std::vector<std::string> elected) {
  TeamDecision record;
  record.batch = batch;
  record.position = position;
  record.ballot.validity = elected.empty() ? election::Validity::kInvalid : election::Validity::kValid;
  record.ballot.elected = std::move(elected);
  record.present = 11;
  record.in_favour = 8;
  record.against = 3;
  record.reason_vi = "Cả Tổ thống nhất: gạch bốn tên";
  return record;
}

}  // namespace kiemphieu::journal::scene
