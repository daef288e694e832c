#pragma once
/// What the station remembers of the papers it has scanned, so that one that is
/// fed again is known.
///
/// The fingerprints lie in papers.db beside the journal, not in it: no export
/// reads that file, nothing of it is sent or logged, and it may be deleted, for
/// all in it follows from the stored pictures. One thread at a time.

#include <filesystem>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "config/storage/database.h"
#include "tally/journal/state.h"
#include "tally/papers/papers.h"

namespace kiemphieu::station {

class PaperMemory {
 public:
  /// Opens or creates papers.db in `folder` and recalls the ballots of `state`. A
  /// file that cannot be used is made anew. Errors: storage codes.
  static Result<PaperMemory> open(const std::filesystem::path& folder, const journal::State& state);

  /// Adds what `from`'s papers.db has to that of `to`, so that a spare machine knows the
  /// papers at once. Ok when there is none. Errors: storage codes.
  static Result<void> copy(const std::filesystem::path& from, const std::filesystem::path& to);

  /// The earlier sheet that is this paper, among those that count or wait for the
  /// team: not of a voided pile, not handed back, not taken out by the team.
  std::optional<journal::SheetPlace> seen(const journal::State& state, const std::string& contest,
                                          const reading::Fingerprint& fingerprint) const;
  /// Takes in a recorded ballot. In memory at once, durable with keep().
  void remember(const journal::SheetRecorded& sheet, const reading::Fingerprint& fingerprint);
  /// Errors: kDiskFull, kStorageIo; the next keep() tries again.
  Result<void> keep();
  /// With the pictures destroyed nothing may tell of a hand either. Durable on
  /// return; the papers themselves are no longer known. Errors: kStorageIo.
  Result<void> forget();
  /// Recorded ballots of which nothing is remembered: those since the last keep() before a
  /// power cut, or all when the file was lost. Their stored pictures tell.
  std::vector<journal::SheetRecorded> missing(const journal::State& state) const;

 private:
  explicit PaperMemory(storage::Database database) : database_(std::move(database)) {}
  Result<void> recall(const journal::State& state);
  void take_in(const journal::SheetRecorded& sheet, const reading::Fingerprint& fingerprint);

  storage::Database database_;
  papers::Papers papers_;
  std::set<std::pair<int, int>> known_;  ///< batch and position
  std::vector<std::pair<Digest, reading::Fingerprint>> unkept_;
};

}  // namespace kiemphieu::station
