#include "tally/journal/chain_check.h"

#include <fmt/format.h>

#include <algorithm>

#include "tally/journal/chain.h"

/// Method: each row is checked against the row before it. The signature tells
/// which digest is the true one, so that one changed row gives one finding and
/// not a chain of them. A row with a true digest that does not fit its place is
/// tried in the other places near by: what fits there was moved.

namespace kiemphieu::journal {
namespace {

/// How far around, and for how many rows, moved records are looked for: one
/// try costs 3 us, so that even a wholly renumbered journal takes seconds.
constexpr std::size_t kReach = 16;
constexpr std::size_t kMaxSearched = 64;

struct Row {
  const StoredRecord* stored = nullptr;
  Digest digest;           ///< what the signature vouches for, else what is stored
  bool misfit = false;     ///< truly signed, but not for these bytes in this place
};

class ChainCheck {
 public:
  ChainCheck(const std::vector<StoredRecord>& rows, const std::map<std::uint64_t, crypto::PublicKey>& keys)
      : keys_(&keys) {
    for (const StoredRecord& stored : rows) rows_.push_back({&stored, {}, false});
  }

  std::vector<Finding> run() {
    Digest previous;
    std::uint64_t expected = 1;
    for (Row& row : rows_) {
      const std::uint64_t sequence = row.stored->sequence;
      const bool gap = sequence != expected;
      if (gap) missing(expected, sequence - 1);
      check(row, previous, gap);
      previous = row.digest;
      expected = sequence + 1;
    }
    explain_misfits();
    std::sort(findings_.begin(), findings_.end(), [](const auto& a, const auto& b) { return a.sequence < b.sequence; });
    return std::move(findings_);
  }

 private:
  void add(std::uint64_t sequence, std::string what, std::string what_vi) {
    findings_.push_back({sequence, fmt::format("record {}: {}", sequence, what),
                         fmt::format("bản ghi {}: {}", sequence, what_vi)});
  }

  void missing(std::uint64_t first, std::uint64_t last) {
    if (first == last) {
      add(first, "missing", "bị thiếu");
    } else {
      findings_.push_back({first, fmt::format("records {} to {}: missing", first, last),
                           fmt::format("các bản ghi từ {} đến {}: bị thiếu", first, last)});
    }
  }

  void check(Row& row, const Digest& previous, bool after_gap) {
    const StoredRecord& r = *row.stored;
    const auto stored = Digest::from_bytes(r.digest);
    const auto signature = crypto::Signature::from_bytes(r.signature);
    const Digest computed = chain_digest(previous, r.sequence, r.kind, r.body);
    const crypto::PublicKey& key = std::prev(keys_->upper_bound(std::max<std::uint64_t>(r.sequence, 1)))->second;
    const auto vouches = [&](const Digest& digest) {
      return signature && crypto::verify(key, digest.view(), *signature);
    };
    row.digest = stored ? *stored : computed;
    if (stored && vouches(*stored)) {
      // Behind a gap the digest cannot be computed; the gap is the finding.
      row.misfit = *stored != computed && !after_gap;
    } else if (vouches(computed)) {
      row.digest = computed;
      add(r.sequence, fmt::format("its digest was changed (bytes give {}, stored {})", computed.short_hex(), shown(r)),
          fmt::format("mã băm bị sửa (tính lại được {}, đang lưu {})", computed.short_hex(), shown(r)));
    } else if (stored && *stored == computed) {
      add(r.sequence, "its signature is not this station's (changed, or a record added by another hand)",
          "chữ ký không phải của máy này (bị sửa, hoặc bản ghi do người khác thêm vào)");
    } else {
      add(r.sequence, fmt::format("bytes, digest and signature do not fit (bytes give {}, stored {})",
                                  computed.short_hex(), shown(r)),
          fmt::format("nội dung, mã băm và chữ ký không khớp nhau (tính lại được {}, đang lưu {})",
                      computed.short_hex(), shown(r)));
    }
  }

  static std::string shown(const StoredRecord& r) {
    const auto digest = Digest::from_bytes(r.digest);
    return digest ? digest->short_hex() : fmt::format("{} bytes", r.digest.size());
  }

  void explain_misfits() {
    std::vector<std::size_t> unlinked;
    std::size_t searched = 0;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      if (!rows_[i].misfit) continue;
      const std::uint64_t here = rows_[i].stored->sequence;
      const std::uint64_t place = searched++ < kMaxSearched ? true_place(i) : 0;
      if (place == here) {
        unlinked.push_back(i);
      } else if (place != 0) {
        add(here, fmt::format("this is record {}, moved here (order changed)", place),
            fmt::format("đây là bản ghi {} bị chuyển tới chỗ này (thứ tự bị thay đổi)", place));
      } else {
        changed(rows_[i], i == 0 ? Digest{} : rows_[i - 1].digest);
      }
    }
    // Sound records behind a moved one: said only when nothing else says it.
    if (!findings_.empty()) return;
    for (const std::size_t i : unlinked)
      add(rows_[i].stored->sequence, "does not follow the record before it", "không nối tiếp bản ghi đứng trước");
  }

  void changed(const Row& row, const Digest& previous) {
    const StoredRecord& r = *row.stored;
    const Digest computed = chain_digest(previous, r.sequence, r.kind, r.body);
    add(r.sequence, fmt::format("kind or body changed (bytes give {}, signed {})", computed.short_hex(),
                                row.digest.short_hex()),
        fmt::format("loại hoặc nội dung bị sửa (tính lại được {}, đã ký {})", computed.short_hex(),
                    row.digest.short_hex()));
  }

  /// The sequence at which the bytes of row `i` give its signed digest; 0: none near by.
  std::uint64_t true_place(std::size_t i) const {
    const std::size_t from = i > kReach ? i - kReach : 0;
    const std::size_t to = std::min(rows_.size(), i + kReach + 1);
    std::vector<Digest> previous{Digest{}};
    for (std::size_t j = from; j < to; ++j) previous.push_back(rows_[j].digest);
    const StoredRecord& r = *rows_[i].stored;
    const std::uint64_t first = r.sequence > kReach ? r.sequence - kReach : 1;
    for (std::uint64_t place = first; place <= r.sequence + kReach; ++place)
      for (const Digest& digest : previous)
        if (chain_digest(digest, place, r.kind, r.body) == rows_[i].digest) return place;
    return 0;
  }

  const std::map<std::uint64_t, crypto::PublicKey>* keys_;
  std::vector<Row> rows_;
  std::vector<Finding> findings_;
};

}  // namespace

std::vector<Finding> check_chain(const std::vector<StoredRecord>& rows,
                                 const std::map<std::uint64_t, crypto::PublicKey>& keys) {
  KP_CHECK(!keys.empty() && keys.begin()->first <= 1);
  return ChainCheck{rows, keys}.run();
}

}  // namespace kiemphieu::journal
