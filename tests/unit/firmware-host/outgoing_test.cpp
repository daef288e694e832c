// A real outbox in a scratch folder, read beside the connection that writes it.
#include "firmware-host/station/outgoing.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "sync/bundle/bundle.h"
#include "sync/codes/parts.h"
#include "sync/outbox/outbox.h"
#include "sync/wire/parcel.h"
#include "tests/unit/firmware-host/scratch.h"

using namespace kiemphieu;

namespace {

class Outgoing : public station::testing::Scratch {
 public:
  Outgoing() : Scratch("outgoing") {}
  /// Each by its kind; the bodies are as long as real ones and hard to press together.
  void add(std::initializer_list<const char*> kinds) {
    for (const char* kind : kinds) {
      auto transaction = *database_.begin();
      const std::string body = R"({"kind":")" + std::string{kind} + R"(","n":")" + std::to_string(++count_ * 7919) + R"("})";
      REQUIRE(box_.enqueue(transaction, kind, body));
      REQUIRE(transaction.commit());
    }
  }
  std::vector<std::string> kinds(const std::vector<Bytes>& records) const {
    std::vector<std::string> found;
    for (const Bytes& record : records) found.push_back(wire::decode(record)->kind);
    return found;
  }

 private:
  std::uint64_t count_ = 0;
  crypto::SigningKey key_ = crypto::SigningKey::generate();
  storage::Database database_ = *storage::Database::open(folder() / "journal.db");
  outbox::Outbox box_ = *outbox::Outbox::open(database_, "dl-eakly-03", election().digest, key_);
};

using Kinds = std::vector<std::string>;

}  // namespace

TEST_CASE("the outbox is read while the station's own connection is open, from any record on") {
  Outgoing evening;
  CHECK(station::outgoing_records(evening.folder()).error().code == ErrorCode::kNothingToSend);
  evening.add({"status", "batch_total", "status"});
  CHECK(evening.kinds(*station::outgoing_records(evening.folder())) == Kinds{"status", "batch_total", "status"});
  CHECK(evening.kinds(*station::outgoing_records(evening.folder(), 3)) == Kinds{"status"});
  CHECK(station::outgoing_records(evening.folder(), 4).error().code == ErrorCode::kNothingToSend);
  CHECK(station::outgoing_records(evening.folder() / "none").error().code == ErrorCode::kFileNotFound);
}

TEST_CASE("a bundle holds the outbox byte for byte, also beyond one parcel") {
  Outgoing evening;
  for (int i = 0; i < 60; ++i) evening.add({"status", "status", "status", "status", "batch_total"});
  const auto records = *station::outgoing_records(evening.folder());
  CHECK(records.size() == 300);
  const Bytes file = *station::bundle_file(evening.folder());
  const auto opened = bundle::open(file);
  REQUIRE(opened);
  CHECK(opened->head.records() == 300);
  std::vector<Bytes> inside;
  REQUIRE(bundle::each_record(*opened, [&](const wire::Envelope& envelope) -> Result<void> {
    inside.push_back(wire::encode(envelope));
    return {};
  }));
  CHECK(inside == records);
  CHECK(bundle::open(*station::bundle_file(evening.folder(), 290))->head.first == 290);
}

TEST_CASE("which records go into codes: totals and the newest status, or the final results when there are any") {
  struct Case {
    std::initializer_list<const char*> all;
    Kinds chosen;
  };
  const Case cases[] = {
      {{"status"}, {}},
      {{"status", "status", "take_over"}, {}},
      {{"status", "batch_total", "status"}, {"batch_total", "status"}},
      {{"batch_total", "status", "status", "tally_total", "batch_total"}, {"batch_total", "status", "tally_total", "batch_total"}},
      {{"batch_total"}, {"batch_total"}},
      {{"status", "batch_total", "contest_result", "contest_result", "status"}, {"contest_result", "contest_result", "status"}},
  };
  for (const Case& c : cases) {
    Outgoing evening;
    evening.add(c.all);
    CHECK(evening.kinds(station::records_for_codes(*station::outgoing_records(evening.folder()))) == c.chosen);
  }
}

TEST_CASE("the codes give the records back, and too many results say so") {
  Outgoing evening;
  evening.add({"status"});
  CHECK(station::result_codes(evening.folder()).error().code == ErrorCode::kNothingToSend);
  evening.add({"batch_total", "batch_total", "batch_total", "status"});
  const auto codes = station::result_codes(evening.folder());
  REQUIRE(codes);
  CHECK(codes->records == 4);
  CHECK(codes->last_sequence == 5);
  std::string text;
  for (const std::string& one : codes->texts) text += one;
  const auto joined = codes::join(codes::find_parts(text));
  REQUIRE(joined.size() == 1);
  CHECK(joined[0].parcel == codes->parcel);
  REQUIRE(joined[0].bytes);
  const auto chosen = station::records_for_codes(*station::outgoing_records(evening.folder()));
  CHECK(*wire::open_parcel(*joined[0].bytes) == wire::encode_batch(chosen));
  for (int i = 0; i < 50; ++i) evening.add({"batch_total"});
  const auto many = station::result_codes(evening.folder());
  REQUIRE_FALSE(many);
  CHECK(many.error().code == ErrorCode::kCodesTooMany);
  const auto every = station::result_codes(evening.folder(), station::CodeChoice::kAll);
  REQUIRE(every);
  CHECK(every->records == 55);
}
