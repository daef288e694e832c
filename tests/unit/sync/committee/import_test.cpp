// What people bring in: the same records on every way, each refusal, and that a foreign page can
// bring in nothing.
#include "sync/committee/import.h"

#include <doctest/doctest.h>

#include "config/imaging/codec.h"
#include "config/json/json.h"
#include "sync/bundle/bundle.h"
#include "sync/codes/parts.h"
#include "sync/wire/parcel.h"
#include "tests/unit/sync/committee/fixture.h"
#include "tests/unit/sync/support/client.h"

using namespace kiemphieu;
using committee::Imports;
using committee::Receiver;
using committee::StationImport;
using committee::Store;
using test::Chain;
using test::kStation;

namespace {

/// A committee with its operator's page, and a station's records.
struct Committee {
  test::TemporaryFolder folder;
  Chain chain;
  Store store = Store::open(folder.path() / "c.db", test::example_election().digest, {kStation}).value();
  Receiver receiver{store, test::example_election(), {{kStation, chain.key.public_key()}}};
  committee::Receive receive = [this](const std::string& sender, ByteView batch) { return receiver.receive(sender, batch, 1'773'000'000); };
  Imports imports{test::example_election(), receive};
  std::vector<Bytes> records = {chain.status("counting"), chain.total(1), chain.total(2)};

  StationImport bring(const std::vector<Bytes>& some) {
    const auto done = committee::import_parcel(wire::encode_parcel(some), receive);
    REQUIRE(done);
    REQUIRE(done->size() == 1);
    return done->front();
  }
  std::uint64_t collected() { return store.totals().value()["qh-1"].collected; }
  http::Response post(const std::string& path, const std::string& type, std::string body) const {
    return imports.answer({.method = "POST", .path = "/api/v1/" + path, .query = {},
                           .headers = {{"content-type", type}, {"host", "127.0.0.1:8081"}}, .body = std::move(body), .client_name = {}});
  }
};

struct Counts {
  std::uint64_t accepted, known, refused;
  bool operator==(const Counts&) const = default;
};
Counts counts(const StationImport& one) { return {one.accepted, one.known, one.refused}; }

std::string text(ByteView bytes) { return std::string{as_text(bytes)}; }
json::Json body_of(const http::Response& response) { return json::parse(response.body).value(); }
std::string code_of(const http::Response& response) { return body_of(response).value("code", std::string{}); }

constexpr const char* kParcel = "application/vnd.kiemphieu.parcel";
constexpr const char* kBundle = "application/vnd.kiemphieu.bundle";
constexpr const char* kCodes = "application/vnd.kiemphieu.codes";

}  // namespace

TEST_CASE("a parcel's records count once, whichever way and however often they come") {
  Committee committee;
  const auto& all = committee.records;
  CHECK(counts(committee.bring({all[0], all[1]})) == Counts{2, 0, 0});
  CHECK(counts(committee.bring(all)) == Counts{1, 2, 0});
  CHECK(counts(committee.bring(all)) == Counts{0, 3, 0});
  const auto bundle = committee::import_bundle(*bundle::encode(all), committee.receive);
  REQUIRE(bundle);
  CHECK(counts(*bundle) == Counts{0, 3, 0});
  CHECK(bundle->acknowledged == 3);
  CHECK(committee.collected() == 20);
  CHECK(committee.store.records_accepted().value() == 3);
}

TEST_CASE("what was new, known and refused is counted exactly, wherever the refused one stands") {
  for (std::size_t bad = 0; bad < 9; ++bad) {
    CAPTURE(bad);
    Committee committee;
    std::vector<Bytes> all = committee.records;
    for (std::uint64_t batch = 3; batch <= 8; ++batch) all.push_back(committee.chain.total(batch));
    const std::size_t before = bad / 2;
    if (before > 0) committee.bring({all.begin(), all.begin() + static_cast<std::ptrdiff_t>(before)});
    all[bad].back() ^= 1U;
    const StationImport done = committee.bring(all);
    CHECK(counts(done) == Counts{bad - before, before, 9 - bad});
    REQUIRE(done.error);
    CHECK(done.error->code == ErrorCode::kSignatureInvalid);
    CHECK(done.acknowledged == bad);
  }
}

TEST_CASE("a bundle of many parcels ends at the first refused record") {
  Committee committee;
  std::vector<Bytes> all = committee.records;
  while (all.size() < 600) all.push_back(committee.chain.status("counting"));
  Committee other;  // knows nothing, and has another key for the station
  const Bytes file = *bundle::encode(all);
  CHECK(counts(*committee::import_bundle(file, committee.receive)) == Counts{600, 0, 0});
  Receiver stranger{other.store, test::example_election(), {{kStation, crypto::SigningKey::from_seed({9}).public_key()}}};
  const committee::Receive receive = [&](const std::string& sender, ByteView batch) { return stranger.receive(sender, batch, 1); };
  const auto refused = committee::import_bundle(file, receive);
  REQUIRE(refused);
  CHECK(counts(*refused) == Counts{0, 0, 600});
  CHECK(refused->error->code == ErrorCode::kSignatureInvalid);
}

TEST_CASE("records of several stations in one parcel are answered for each") {
  Committee committee;
  Chain stranger;
  stranger.station = "dl-xa-99";
  const auto done = committee::import_parcel(wire::encode_parcel({stranger.status("counting"), committee.records[0]}), committee.receive);
  REQUIRE(done);
  REQUIRE(done->size() == 2);
  CHECK((*done)[0].station == "dl-xa-99");
  CHECK((*done)[0].error->code == ErrorCode::kStationNotAuthorised);
  CHECK(counts((*done)[1]) == Counts{1, 0, 0});
}

TEST_CASE("the operator's page hears in Vietnamese what became of the records") {
  Committee committee;
  const std::string parcel = text(wire::encode_parcel(committee.records));
  const http::Response first = committee.post("parcels", kParcel, parcel);
  CHECK(first.status == 200);
  CHECK(body_of(first)["stations"][0]["sentence_vi"] ==
        "Khu vực bỏ phiếu số 3, Xã Ea Kly: nhận mới 3 bản ghi. Không thiếu gì trong gói này.");
  const http::Response again = committee.post("parcels", kBundle, text(*bundle::encode(committee.records)));
  CHECK(body_of(again)["stations"][0]["sentence_vi"] ==
        "Khu vực bỏ phiếu số 3, Xã Ea Kly: 3 bản ghi đã có từ trước. Không thiếu gì trong gói này.");
  CHECK(body_of(again)["stations"][0]["known"] == 3);
  Committee late;
  const http::Response gap = late.post("parcels", kParcel, text(wire::encode_parcel({late.records[1]})));
  CHECK(gap.status == 200);
  CHECK(body_of(gap)["stations"][0]["refused"] == 1);
  CHECK(body_of(gap)["stations"][0]["code"] == "wire_gap");
  CHECK(body_of(gap)["stations"][0]["sentence_vi"] ==
        "Khu vực bỏ phiếu số 3, Xã Ea Kly: KHÔNG nhận 1 bản ghi: Thiếu bản ghi đứng trước bản ghi này. Gửi lại từ bản ghi còn thiếu.");
}

TEST_CASE("codes as text: taken in when they are all there, else what is missing is said") {
  Committee committee;
  for (std::uint64_t batch = 3; batch <= 12; ++batch) committee.records.push_back(committee.chain.total(batch));
  const auto texts = *codes::cut(wire::encode_parcel(committee.records), codes::kMaxParts);
  REQUIRE(texts.size() >= 3);
  const http::Response part = committee.post("codes", kCodes, "Lan 20:30\n" + texts[0] + "\n" + texts[0]);
  CHECK(part.status == 200);
  CHECK(body_of(part)["parcels"][0]["missing"].size() == texts.size() - 1);
  CHECK(body_of(part)["parcels"][0]["stations"].empty());
  CHECK(committee.collected() == 0);
  std::string all;
  for (const std::string& one : texts) all = one + "\n> " + all;
  const http::Response whole = committee.post("codes", kCodes, all);
  CHECK(body_of(whole)["parcels"][0]["stations"][0]["accepted"] == 13);
  CHECK(committee.collected() == 120);
  CHECK(committee.post("codes", kCodes, "xin chào").status == 422);
  CHECK(code_of(committee.post("codes", kCodes, "xin chào")) == "codes_not_found");
}

TEST_CASE("codes that are whole and hold no records are refused, and take nothing in") {
  Committee committee;
  const Bytes nonsense = {1, 2, 3};
  const http::Response answer = committee.post("codes", kCodes, (*codes::cut(nonsense, 1))[0]);
  CHECK(answer.status == 200);
  CHECK(body_of(answer)["parcels"][0]["words_vi"] == "Dữ liệu nhận được không đúng định dạng. Gửi lại từ máy gốc.");
  CHECK(body_of(answer)["parcels"][0]["stations"].empty());
}

TEST_CASE("what is no parcel, bundle or picture is refused with its code") {
  Committee committee;
  const Bytes record = {1, 2, 3};
  struct Case {
    const char *path, *type;
    std::string body;
    int status;
    const char* code;
  };
  const Case cases[] = {
      {"parcels", kParcel, "", 400, "wire_invalid"},
      {"parcels", kParcel, text(wire::encode_batch({committee.records[0]})), 400, "wire_invalid"},
      {"parcels", kParcel, text(wire::encode_parcel({record})), 400, "wire_invalid"},
      {"parcels", kParcel, text(*bundle::encode(committee.records)), 400, "wire_invalid"},
      {"parcels", kBundle, text(wire::encode_parcel(committee.records)), 400, "bundle_damaged"},
      {"codes", "image/jpeg", "no picture", 422, "image_format"},
      {"codes", "image/png", text(*imaging::encode_png(imaging::Image::blank(64, 64, imaging::PixelFormat::kGray8, 0).view())), 422,
       "codes_not_found"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.type);
    CAPTURE(c.status);
    const http::Response answer = committee.post(c.path, c.type, c.body);
    CHECK(answer.status == c.status);
    CHECK(code_of(answer) == c.code);
  }
  CHECK(committee.store.records_accepted().value() == 0);
}

TEST_CASE("a page of another origin, a rebound name and a form can bring in nothing") {
  Committee committee;
  const std::string parcel = text(wire::encode_parcel(committee.records));
  http::Request request{.method = "POST", .path = "/api/v1/parcels", .query = {},
                        .headers = {{"content-type", kParcel}, {"host", "127.0.0.1:8081"}}, .body = parcel, .client_name = {}};
  int status = 403;
  SUBCASE("another origin") { request.headers["origin"] = "http://evil.example"; }
  SUBCASE("an origin without a name") { request.headers["origin"] = "null"; }
  SUBCASE("this host, another port") { request.headers["origin"] = "http://127.0.0.1:9999"; }
  SUBCASE("a rebound name") { request.headers["host"] = "evil.example:8081"; }
  SUBCASE("no host") { request.headers.erase("host"); }
  SUBCASE("a form's text") { request.headers["content-type"] = "text/plain", status = 415; }
  SUBCASE("no content type") { request.headers.erase("content-type"), status = 415; }
  SUBCASE("codes as a form's text") { request.path = "/api/v1/codes", request.headers["content-type"] = "text/plain", status = 415; }
  SUBCASE("another path") { request.path = "/api/v1/totals", status = 405; }
  CHECK(committee.imports.answer(request).status == status);
  CHECK(committee.store.records_accepted().value() == 0);
}

TEST_CASE("the page itself may") {
  Committee committee;
  const http::Request request{.method = "POST", .path = "/api/v1/parcels", .query = {},
                              .headers = {{"content-type", kParcel}, {"host", "localhost:8081"}, {"origin", "http://localhost:8081"}},
                              .body = text(wire::encode_parcel(committee.records)), .client_name = {}};
  CHECK(committee.imports.answer(request).status == 200);
}
