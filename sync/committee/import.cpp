// Tested by tests/unit/sync/committee/import_test.cpp and tests/system/paper.py.
#include "sync/committee/import.h"

#include <algorithm>
#include <map>

#include "config/base/log.h"
#include "config/json/json.h"
#include "config/qr/read_codes.h"
#include "sync/bundle/bundle.h"
#include "sync/codes/parts.h"
#include "sync/http/local.h"
#include "sync/wire/parcel.h"

namespace kiemphieu::committee {
namespace {

using http::Request;
using http::Response;
using json::OrderedJson;

constexpr std::string_view kBundleType = "application/vnd.kiemphieu.bundle";
constexpr std::string_view kTextType = "application/vnd.kiemphieu.codes";

/// How many records at the front are all taken; the whole was refused. What could be taken has
/// been by now, so nothing changes any more.
Result<std::size_t> taken_in_front(const std::vector<Bytes>& records, const std::string& sender, const Receive& receive) {
  std::size_t least = 0, most = records.size() - 1;
  while (least < most) {
    const std::size_t middle = (least + most + 1) / 2;
    const std::vector<Bytes> front(records.begin(), records.begin() + static_cast<std::ptrdiff_t>(middle));
    KP_TRY(const Receipt receipt, receive(sender, wire::encode_batch(front)));
    if (receipt.error)
      most = middle - 1;
    else
      least = middle;
  }
  return least;
}

Result<StationImport> import_station(const std::string& station, const std::vector<Bytes>& records, const Receive& receive) {
  KP_TRY(Receipt receipt, receive(station, wire::encode_batch(records)));
  std::size_t taken = records.size();
  if (receipt.error) {
    KP_TRY(taken, taken_in_front(records, station, receive));
  }
  StationImport done{.station = station, .records = records.size(), .accepted = receipt.accepted, .error = std::move(receipt.error)};
  done.known = taken - std::min<std::uint64_t>(taken, receipt.accepted);
  done.refused = records.size() - taken;
  done.acknowledged = receipt.acknowledged;
  return done;
}

int status_of(const Error& error) {
  switch (error.code) {
    case ErrorCode::kCodesNotFound:
    case ErrorCode::kImageFormat:
    case ErrorCode::kImageUnreadable:
    case ErrorCode::kImageTooLarge: return 422;
    case ErrorCode::kWireInvalid:
    case ErrorCode::kBundleDamaged:
    case ErrorCode::kBundleTooLarge: return 400;
    default: return 503;
  }
}

Response refuse(const Error& error) {
  if (status_of(error) == 503) log_error("import_failed", error);
  return http::error_response(status_of(error), error);
}

std::string content_type(const Request& request) {
  const auto found = request.headers.find("content-type");
  return found == request.headers.end() ? std::string{} : found->second.substr(0, found->second.find(';'));
}

OrderedJson gathered_json(const codes::Gathered& gathered) {
  return {{"parcel", gathered.parcel}, {"of", gathered.of}, {"missing", gathered.missing}, {"contradiction", gathered.contradiction},
          {"words_vi", gathered.words(Language::kVietnamese)}};
}

Result<Response> read_picture(const Request& request) {
  KP_TRY(const auto found, qr::read_codes(as_bytes(request.body)));
  std::string all;
  for (const std::string& text : found) all += text + "\n";
  const auto parts = codes::find_parts(all);
  if (parts.empty()) return fail(ErrorCode::kCodesNotFound);
  OrderedJson texts = OrderedJson::array(), parcels = OrderedJson::array();
  for (const std::string& text : found)
    if (!codes::find_parts(text).empty()) texts.push_back(text);
  for (const codes::Gathered& gathered : codes::join(parts)) parcels.push_back(gathered_json(gathered));
  return Response{.status = 200, .body = OrderedJson{{"texts", std::move(texts)}, {"parcels", std::move(parcels)}}.dump()};
}

}  // namespace

Result<std::vector<StationImport>> import_parcel(ByteView parcel, const Receive& receive) {
  KP_TRY(const Bytes batch, wire::open_parcel(parcel));
  KP_TRY(const auto records, wire::decode_batch(batch));
  std::vector<std::string> stations;
  std::map<std::string, std::vector<Bytes>> by_station;
  for (const ByteView record : records) {
    KP_TRY(const wire::Envelope envelope, wire::decode(record));
    auto& mine = by_station[envelope.station];
    if (mine.empty()) stations.push_back(envelope.station);
    mine.emplace_back(record.begin(), record.end());
  }
  std::vector<StationImport> done;
  for (const std::string& station : stations) {
    KP_TRY(StationImport one, import_station(station, by_station[station], receive));
    done.push_back(std::move(one));
  }
  return done;
}

Result<StationImport> import_bundle(ByteView file, const Receive& receive) {
  KP_TRY(const bundle::Bundle opened, bundle::open(file));
  StationImport sum{.station = opened.head.station, .records = opened.head.records(), .error = {}};
  for (const ByteView parcel : opened.parcels) {
    KP_TRY(auto done, import_parcel(parcel, receive));
    StationImport& one = done.front();  // a bundle is of one station
    sum.accepted += one.accepted;
    sum.known += one.known;
    sum.acknowledged = one.acknowledged;
    sum.error = std::move(one.error);
    if (sum.error) break;
  }
  sum.refused = sum.records - sum.accepted - sum.known;
  return sum;
}

std::string Imports::sentence(const StationImport& one) const {
  const election::Station* station = election_->find_station(one.station);
  std::string text = station == nullptr ? "Khu vực " + one.station : "Khu vực bỏ phiếu số " + station->number + ", " + station->commune;
  text += ": ";
  if (one.accepted > 0) text += "nhận mới " + std::to_string(one.accepted) + " bản ghi";
  if (one.known > 0) text += (one.accepted > 0 ? ", " : "") + std::to_string(one.known) + " bản ghi đã có từ trước";
  if (one.accepted + one.known > 0) text += ". ";
  if (one.error)
    text += "KHÔNG nhận " + std::to_string(one.refused) + " bản ghi: " + operator_sentence(*one.error, Language::kVietnamese);
  else
    text += "Không thiếu gì trong gói này.";
  return text;
}

std::string Imports::stations_json(const std::vector<StationImport>& stations) const {
  OrderedJson list = OrderedJson::array();
  for (const StationImport& one : stations) {
    OrderedJson row = {{"station", one.station}, {"records", one.records}, {"accepted", one.accepted}, {"known", one.known},
                       {"refused", one.refused}, {"acknowledged", one.acknowledged}, {"sentence_vi", sentence(one)}};
    if (one.error) {
      row["code"] = info(one.error->code).id;
      row["message_vi"] = operator_sentence(*one.error, Language::kVietnamese);
      row["message_en"] = operator_sentence(*one.error, Language::kEnglish);
    }
    list.push_back(std::move(row));
  }
  return list.dump();
}

Result<Response> Imports::take_parcel(const Request& request) const {
  const ByteView body = as_bytes(request.body);
  std::vector<StationImport> stations;
  if (content_type(request) == kBundleType) {
    KP_TRY(StationImport one, import_bundle(body, receive_));
    stations.push_back(std::move(one));
  } else {
    KP_TRY(stations, import_parcel(body, receive_));
  }
  for (const StationImport& one : stations)
    log_event(one.error ? LogLevel::kWarn : LogLevel::kInfo, "records_brought_in",
              {{"station", one.station}, {"accepted", std::to_string(one.accepted)}, {"known", std::to_string(one.known)},
               {"refused", std::to_string(one.refused)}});
  return Response{.status = 200, .body = R"({"stations":)" + stations_json(stations) + "}"};
}

Result<Response> Imports::take_texts(const Request& request) const {
  const auto parts = codes::find_parts(request.body);
  if (parts.empty()) return fail(ErrorCode::kCodesNotFound);
  OrderedJson parcels = OrderedJson::array();
  for (const codes::Gathered& gathered : codes::join(parts)) {
    OrderedJson row = gathered_json(gathered);
    row["stations"] = OrderedJson::array();
    if (gathered.bytes) {
      const auto done = import_parcel(*gathered.bytes, receive_);
      if (!done && status_of(done.error()) == 503) return done.error();
      if (done)
        row["stations"] = OrderedJson::parse(stations_json(*done));
      else
        row["words_vi"] = operator_sentence(done.error(), Language::kVietnamese);
    }
    parcels.push_back(std::move(row));
  }
  return Response{.status = 200, .body = OrderedJson{{"parcels", std::move(parcels)}}.dump()};
}

Response Imports::answer(const Request& request) const {
  if (!http::is_local_host(request)) return http::error_response(403, fail(ErrorCode::kHttpBadRequest, "Host is not local"));
  if (!http::is_same_origin(request)) return http::error_response(403, fail(ErrorCode::kHttpBadRequest, "another origin"));
  const std::string type = content_type(request);
  const bool parcels = request.path == "/api/v1/parcels", texts = request.path == "/api/v1/codes";
  if (!parcels && !texts) return http::error_response(405, fail(ErrorCode::kHttpBadRequest, request.method));
  // None of these can a page of another origin send without asking first, and nobody says yes.
  if (parcels && type != wire::kParcelType && type != kBundleType)
    return http::error_response(415, fail(ErrorCode::kHttpBadRequest, "content-type must be of a parcel or a bundle"));
  if (texts && type != kTextType && !type.starts_with("image/"))
    return http::error_response(415, fail(ErrorCode::kHttpBadRequest, "content-type must be of codes or of a picture"));
  auto done = parcels ? take_parcel(request) : type == kTextType ? take_texts(request) : read_picture(request);
  return done ? *std::move(done) : refuse(done.error());
}

}  // namespace kiemphieu::committee
