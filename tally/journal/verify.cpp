#include "tally/journal/verify.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <thread>

#include "tally/journal/chain_check.h"
#include "tally/journal/head_note.h"
#include "tally/journal/images.h"
#include "tally/journal/store.h"

namespace kiemphieu::journal {
namespace {

std::optional<Digest> image_of(const Record& record) {
  if (const auto* sheet = std::get_if<SheetRecorded>(&record)) return sheet->image;
  if (const auto* sheet = std::get_if<TallySheetRecorded>(&record)) return sheet->image;
  return std::nullopt;
}

/// One check of one folder; findings gather in `report`.
class Verification {
 public:
  Verification(const std::filesystem::path& folder, const election::Election* election)
      : folder_(folder), images_(ImageStore::to_read(folder)), election_(election) {}

  Result<VerifyReport> run(storage::Database& database, const std::optional<JournalHead>& known) {
    read(database);
    const auto key = check_first();
    // Signatures and pictures take about as long as each other.
    const auto before = static_cast<std::ptrdiff_t>(report_.findings.size());
    std::vector<Finding> chain;
    {
      const auto keys = key ? keys_from(*key) : std::map<std::uint64_t, crypto::PublicKey>{};
      const std::jthread checking{[&] {
        if (key) chain = check_chain(rows_, keys);
      }};
      check_records();
      check_images();
    }
    report_.findings.insert(report_.findings.begin() + before, chain.begin(), chain.end());
    if (known) check_known(*known);
    if (const auto noted = read_note(folder_)) check_known(*noted);
    if (election_ != nullptr) fold(*election_);
    return std::move(report_);
  }

 private:
  void add(std::uint64_t sequence, std::string what, std::string what_vi) {
    report_.findings.push_back({sequence, std::move(what), std::move(what_vi)});
  }
  void add_record(std::uint64_t sequence, const std::string& what, const std::string& what_vi) {
    add(sequence, fmt::format("record {}: {}", sequence, what), fmt::format("bản ghi {}: {}", sequence, what_vi));
  }

  void read(storage::Database& database) {
    const auto sound = database.check_integrity();
    const auto rows = read_rows(database, 0, [&](StoredRecord row) -> Result<void> {
      rows_.push_back(std::move(row));
      return {};
    });
    const Error* error = !sound ? &sound.error() : !rows ? &rows.error() : nullptr;
    if (error != nullptr)
      add(0, "the database file is damaged: " + error->evidence, "tệp cơ sở dữ liệu bị hỏng: " + error->evidence);
    if (rows_.empty()) return;
    report_.head.sequence = rows_.back().sequence;
    if (const auto digest = Digest::from_bytes(rows_.back().digest)) report_.head.digest = *digest;
  }

  std::optional<crypto::PublicKey> check_first() {
    if (rows_.empty()) {
      add(0, "the journal has no records", "nhật ký không có bản ghi nào");
      return std::nullopt;
    }
    const auto record = decode(rows_.front().kind, as_text(rows_.front().body));
    const auto* created = record ? std::get_if<JournalCreated>(&*record) : nullptr;
    const auto key = created != nullptr ? crypto::PublicKey::from_hex(created->public_key_hex)
                                        : fail(ErrorCode::kKeyUnusable);
    if (!key) {
      add(0, fmt::format("record {}: the first record does not name election, station and key; "
                         "chain and signatures cannot be checked", rows_.front().sequence),
          fmt::format("bản ghi {}: bản ghi đầu tiên không nêu cuộc bầu cử, khu vực bỏ phiếu và khóa; "
                      "không kiểm tra được chuỗi và chữ ký", rows_.front().sequence));
      return std::nullopt;
    }
    report_.station = created->station;
    report_.election = created->election;
    report_.public_key_hex = created->public_key_hex;
    if (election_ != nullptr && created->election != election_->digest)
      add(1, fmt::format("record 1: the journal belongs to election {}, not {}", created->election.short_hex(),
                         election_->digest.short_hex()),
          fmt::format("bản ghi 1: nhật ký thuộc cuộc bầu cử {}, không phải {}", created->election.short_hex(),
                      election_->digest.short_hex()));
    return *key;
  }

  /// Who signs from which record on.
  std::map<std::uint64_t, crypto::PublicKey> keys_from(const crypto::PublicKey& first) {
    std::map<std::uint64_t, crypto::PublicKey> keys{{0, first}};
    for (const StoredRecord& row : rows_) {
      if (row.kind != kind_of(TakenOver{})) continue;
      const auto record = decode(row.kind, as_text(row.body));
      const auto key = record ? crypto::PublicKey::from_hex(signer_named_by(*record).value_or("")) : fail(ErrorCode::kKeyUnusable);
      if (!key) continue;  // check_records() names the record
      keys[row.sequence] = *key;
      report_.taken_over_by[row.sequence] = key->hex();
    }
    return keys;
  }

  /// Every record can be read.
  void check_records() {
    for (const StoredRecord& row : rows_) {
      auto record = decode(row.kind, as_text(row.body));
      if (!record) {
        add_record(row.sequence, "cannot be read: " + record.error().evidence,
                   "không đọc được: " + record.error().evidence);
        records_.emplace_back(std::nullopt);
        continue;
      }
      records_.emplace_back(std::move(*record));
    }
  }

  /// Every image is what its record says, or is gone because a record says so.
  void check_images() {
    std::map<Digest, std::uint64_t> first_named;
    std::uint64_t destroyed_through = 0;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      if (!records_[i]) continue;
      if (std::holds_alternative<ImagesDestroyed>(*records_[i])) destroyed_through = rows_[i].sequence;
      const std::optional<Digest> image = image_of(*records_[i]);
      if (!image) continue;
      ++report_.sheets;
      first_named.emplace(*image, rows_[i].sequence);
    }
    report_.images = first_named.size();
    const auto checked = open_images(first_named);
    for (std::size_t i = 0; i < checked.size(); ++i) {
      const bool kept = checked[i].sequence > destroyed_through;
      if (kept && checked[i].error) say_image(checked[i]);
      if (kept) continue;
      ++report_.images_destroyed;
      if (!checked[i].error || checked[i].error->code != ErrorCode::kFileNotFound) say_not_destroyed(checked[i]);
    }
  }

  struct ImageCheck {
    std::uint64_t sequence = 0;
    Digest image;
    std::optional<Error> error;  ///< nullopt: it is what its name says
  };

  /// Opening and hashing takes longer than reading: several threads share it.
  std::vector<ImageCheck> open_images(const std::map<Digest, std::uint64_t>& named) const {
    std::vector<ImageCheck> checks;
    for (const auto& [image, sequence] : named) checks.push_back({sequence, image, std::nullopt});
    std::atomic<std::size_t> next{0};
    const auto work = [&] {
      for (std::size_t i = next++; i < checks.size(); i = next++) {
        auto loaded = images_.load(checks[i].image);
        if (!loaded) checks[i].error = std::move(loaded).error();
      }
    };
    std::vector<std::jthread> threads;
    for (unsigned i = 1; i < std::thread::hardware_concurrency(); ++i) threads.emplace_back(work);
    work();
    threads.clear();
    std::ranges::sort(checks, {}, &ImageCheck::sequence);
    return checks;
  }

  void say_image(const ImageCheck& check) {
    const std::string name = check.image.hex();
    switch (check.error->code) {
      case ErrorCode::kFileNotFound:
        return add_record(check.sequence, "image " + name + " is missing", "thiếu ảnh " + name);
      case ErrorCode::kFileUnreadable:
        return add_record(check.sequence, "image " + name + " cannot be read", "không đọc được ảnh " + name);
      case ErrorCode::kKeyUnusable:
        return add_record(check.sequence, "image " + name + " cannot be opened: its key is not here",
                          "không mở được ảnh " + name + ": không có khóa ảnh");
      default:
        return add_record(check.sequence, "image " + name + " was changed", "ảnh " + name + " bị sửa");
    }
  }

  void say_not_destroyed(const ImageCheck& check) {
    add_record(check.sequence, "image " + check.image.hex() + " is still there, though it was to be destroyed at sealing",
               "ảnh " + check.image.hex() + " vẫn còn, dù đã ghi là hủy khi niêm phong");
  }

  void check_known(const JournalHead& known) {
    for (const StoredRecord& row : rows_) {
      if (row.sequence != known.sequence) continue;
      const auto digest = Digest::from_bytes(row.digest);
      if (!digest || *digest != known.digest)
        add_record(row.sequence, "is not the record that was known with digest " + known.digest.short_hex(),
                   "không phải bản ghi đã biết có mã băm " + known.digest.short_hex());
      return;
    }
    add(0, fmt::format("the journal ends at record {}, but record {} was known: the last records were cut off",
                       report_.head.sequence, known.sequence),
        fmt::format("nhật ký kết thúc ở bản ghi {} trong khi đã biết bản ghi {}: phần cuối bị cắt bỏ",
                    report_.head.sequence, known.sequence));
  }

  /// Every record may follow those before it; settled totals are those of the sheets.
  void fold(const election::Election& election) {
    State state{election};
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      if (!records_[i]) return;
      const auto applied = state.apply(*records_[i], rows_[i].sequence);
      if (applied) continue;
      const Error& error = applied.error();
      if (error.code == ErrorCode::kTotalsMismatch) {
        add_record(rows_[i].sequence, "totals are not those of the sheets (" + error.evidence + ")",
                   "số tổng không khớp với các tờ phiếu (" + error.evidence + ")");
      } else {
        add_record(rows_[i].sequence, "cannot follow the records before it (" + error.evidence + ")",
                   "không thể đứng sau các bản ghi trước (" + error.evidence + ")");
      }
      return;
    }
    check_totals(election, state);
  }

  void check_totals(const election::Election& election, const State& state) {
    for (const auto& [number, batch] : state.batches()) {
      const auto counted = count_sheets(*election.find_contest(batch.contest), batch.sheets);
      if (!counted || *counted != batch.totals)
        add(0, fmt::format("batch {}: totals differ from its sheets", number),
            fmt::format("chồng {}: số tổng khác với các tờ phiếu", number));
    }
    for (const auto& totals : state.totals())
      for (const auto& failure : counting::check_identities(totals))
        add(0, fmt::format("{}: identity {} is broken", totals.contest, failure.code),
            fmt::format("{}: {} {}", totals.contest, failure.code, failure.text_vi));
  }

  std::filesystem::path folder_;
  ImageStore images_;
  const election::Election* election_;
  std::vector<StoredRecord> rows_;
  std::vector<std::optional<Record>> records_;  ///< of rows_, where they can be read
  VerifyReport report_;
};

}  // namespace

Result<VerifyReport> verify(const std::filesystem::path& folder, const election::Election* election,
                            const std::optional<JournalHead>& known) {
  KP_TRY(storage::Database database, open_to_read(folder));
  return Verification{folder, election}.run(database, known);
}

}  // namespace kiemphieu::journal
