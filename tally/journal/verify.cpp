#include "tally/journal/verify.h"

#include <fmt/format.h>

#include <set>

#include "tally/journal/chain_check.h"
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
      : images_(folder), election_(election) {}

  Result<VerifyReport> run(storage::Database& database, const std::optional<JournalHead>& known) {
    read(database);
    const auto key = check_first();
    if (key) append(check_chain(rows_, *key));
    check_records();
    if (known) check_known(*known);
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
  void append(std::vector<Finding> found) {
    for (Finding& finding : found) report_.findings.push_back(std::move(finding));
  }

  void read(storage::Database& database) {
    const auto sound = database.check_integrity();
    const auto rows = read_rows(database, [&](StoredRecord row) -> Result<void> {
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

  /// Every record can be read, and every image is what its record says.
  void check_records() {
    std::set<Digest> seen;
    for (const StoredRecord& row : rows_) {
      auto record = decode(row.kind, as_text(row.body));
      if (!record) {
        add_record(row.sequence, "cannot be read: " + record.error().evidence,
                   "không đọc được: " + record.error().evidence);
        records_.emplace_back(std::nullopt);
        continue;
      }
      if (const std::optional<Digest> image = image_of(*record)) {
        ++report_.sheets;
        if (seen.insert(*image).second) check_image(row.sequence, *image);
      }
      records_.emplace_back(std::move(*record));
    }
    report_.images = seen.size();
  }

  void check_image(std::uint64_t sequence, const Digest& image) {
    const auto loaded = images_.load(image);
    if (loaded) return;
    const std::string name = image.hex() + ".jpg";
    if (loaded.error().code == ErrorCode::kFileNotFound) {
      add_record(sequence, "image " + name + " is missing", "thiếu ảnh " + name);
    } else if (loaded.error().code == ErrorCode::kFileUnreadable) {
      add_record(sequence, "image " + name + " cannot be read", "không đọc được ảnh " + name);
    } else {
      add_record(sequence, "image " + name + " was changed", "ảnh " + name + " bị sửa");
    }
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
