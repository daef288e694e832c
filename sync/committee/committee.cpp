#include "sync/committee/committee.h"

#include <atomic>
#include <mutex>

#include "config/base/clock.h"
#include "config/base/log.h"
#include "config/crypto/certificate.h"
#include "config/json/json.h"
#include "config/storage/files.h"
#include "sync/committee/board.h"
#include "sync/committee/committee_assets.h"
#include "sync/committee/import.h"
#include "sync/committee/receiver.h"
#include "sync/http/asset.h"
#include "sync/http/local.h"
#include "sync/http/metrics.h"
#include "sync/wire/parcel.h"

namespace kiemphieu::committee {
namespace {

using http::Request;
using http::Response;

/// Mobile lines are slow: one batch of 1 MiB at 20 kB/s.
constexpr std::chrono::milliseconds kReceiveTimeout{60'000};
/// A province has some two thousand stations, each with one connection.
constexpr std::size_t kMaxStationConnections = 4'096;
constexpr std::size_t kMaxBoardConnections = 1'024;
constexpr std::chrono::milliseconds kAliveWithin{2'000};

struct Prepared {
  election::Election election;
  std::map<std::string, crypto::PublicKey> keys;
  std::vector<std::string> stations;
  std::set<crypto::PublicKey> spares;
};

Result<Prepared> prepare(const settings::CommitteeSettings& settings) {
  Prepared prepared;
  KP_TRY(prepared.election, election::load(settings.election));
  for (const auto& station : settings.stations) {
    if (prepared.election.find_station(station.id) == nullptr)
      return fail(ErrorCode::kSettingsInvalid, "stations: the election has no station " + station.id);
    KP_TRY(const crypto::PublicKey key, crypto::PublicKey::from_hex(station.public_key_hex));
    prepared.keys.emplace(station.id, key);
    prepared.stations.push_back(station.id);
  }
  for (const std::string& hex : settings.spare_keys_hex) {
    KP_TRY(const crypto::PublicKey key, crypto::PublicKey::from_hex(hex));
    prepared.spares.insert(key);
  }
  return prepared;
}

int status_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::kStationNotAuthorised:
      return 403;
    case ErrorCode::kElectionMismatch:
    case ErrorCode::kWireGap:
    case ErrorCode::kWireFork:
    case ErrorCode::kStationSuperseded:
      return 409;
    default:
      return 400;
  }
}

Response receipt_response(const Receipt& receipt) {
  json::OrderedJson body = json::OrderedJson::object();
  int status = 200;
  if (receipt.error) {
    const Error& error = *receipt.error;
    status = status_of(error.code);
    body["code"] = info(error.code).id;
    body["message_vi"] = operator_sentence(error, Language::kVietnamese);
    body["message_en"] = operator_sentence(error, Language::kEnglish);
    if (error.code == ErrorCode::kWireGap) body["expected"] = receipt.acknowledged + 1;
  }
  body["acknowledged"] = receipt.acknowledged;
  return {.status = status, .body = body.dump()};
}

Response json_response(std::string body) { return {.status = 200, .body = std::move(body)}; }
Response healthy() { return {.status = 200, .content_type = "text/plain", .body = "ok\n"}; }
Response not_found() { return http::error_response(404, fail(ErrorCode::kHttpNotFound)); }

/// Our own trouble: the station keeps its records and asks again.
Response unavailable(const Error& error) {
  log_error("store_failed", error);
  return http::error_response(503, error);
}

class CommitteeImpl final : public Committee {
 public:
  CommitteeImpl(Prepared prepared, Store receive_store, Store board_store)
      : prepared_(std::move(prepared)),
        receive_store_(std::move(receive_store)),
        board_store_(std::move(board_store)),
        receiver_(receive_store_, prepared_.election, prepared_.keys, prepared_.spares),
        election_json_(election_json(prepared_.election)),
        imports_(prepared_.election, [this](const std::string& sender, ByteView batch) { return receive(sender, batch); }) {}

  ~CommitteeImpl() override {
    if (receive_) receive_->stop();
    if (board_) board_->stop();
  }

  Result<void> listen(const settings::CommitteeSettings& settings) {
    // Records that come while this goes on wait until both listeners are there.
    const std::lock_guard lock{receiving_};
    http::ServerOptions board;
    board.address = settings.board.address;
    board.port = settings.board.port;
    board.limits.max_connections = kMaxBoardConnections;
    // Records are brought in on this machine only; a board that others reach just shows.
    takes_imports_ = http::is_loopback_address(settings.board.address);
    board.limits.max_body_bytes = takes_imports_ ? kMaxImportBytes : 0;
    board.events_path = "/api/v1/events";
    KP_TRY(board_, http::Server::start(board, [this](const Request& request) { return show(request); }));
    KP_TRY_VOID(publish(receive_store_));

    http::ServerOptions receive;
    receive.address = settings.receive.address;
    receive.port = settings.receive.port;
    receive.tls =
        http::Tls{.ca = settings.tls.ca, .certificate = settings.tls.certificate, .key = settings.tls.key};
    receive.limits.max_connections = kMaxStationConnections;
    receive.limits.max_body_bytes = wire::kMaxParcelBytes;
    receive.limits.read_timeout = kReceiveTimeout;
    KP_TRY(receive_, http::Server::start(receive, [this](const Request& request) { return take(request); }));
    log_event(LogLevel::kInfo, "committee_listening",
              {{"receive", settings.receive.address + ":" + std::to_string(receive_->port())},
               {"board", settings.board.address + ":" + std::to_string(board_->port())}});
    return {};
  }

  std::uint16_t receive_port() const override { return receive_->port(); }
  std::uint16_t board_port() const override { return board_->port(); }
  bool alive() override {
    return receive_->responds_within(kAliveWithin) && board_->responds_within(kAliveWithin);
  }

 private:
  /// On the receiving thread.
  Response take(const Request& request) {
    if (request.path == "/healthz" && request.method == "GET") return healthy();
    if (request.path != "/api/v1/records") return not_found();
    if (request.method != "POST") return http::error_response(405, fail(ErrorCode::kHttpBadRequest));
    if (!request.client_name) return http::error_response(403, fail(ErrorCode::kStationNotAuthorised));
    const auto type = request.headers.find("content-type");
    const bool parcel = type != request.headers.end() && type->second == wire::kParcelType;
    const auto opened = parcel ? wire::open_parcel(as_bytes(request.body)) : Result<Bytes>{Bytes{}};
    if (!opened) return receipt_response({.error = opened.error()});
    const auto receipt = receive(*request.client_name, parcel ? ByteView{*opened} : as_bytes(request.body));
    return receipt ? receipt_response(*receipt) : unavailable(receipt.error());
  }

  /// On either thread, one at a time: what comes by network and what people bring in.
  Result<Receipt> receive(const std::string& sender, ByteView batch) {
    const std::lock_guard lock{receiving_};
    KP_TRY(Receipt receipt, receiver_.receive(sender, batch, clock_.wall_unix_s()));
    accepted_ += receipt.accepted;
    if (receipt.error) ++refused_;
    // The records are durable by now: a page that cannot be told does not make them less so.
    if (const auto told = publish(receive_store_); !told) log_error("publish_failed", told.error());
    return receipt;
  }

  /// On the board's thread.
  Response show(const Request& request) {
    if (request.method == "POST" && takes_imports_) return imports_.answer(request);
    if (request.method != "GET") return http::error_response(405, fail(ErrorCode::kHttpBadRequest));
    if (request.path == "/healthz") return healthy();
    if (request.path == "/api/v1/election") return json_response(election_json_);
    if (auto asset = http::asset_response(assets(), request)) return *std::move(asset);
    Result<Response> answer = not_found();
    if (request.path == "/api/v1/totals") answer = totals();
    if (request.path == "/api/v1/stations") answer = stations();
    if (request.path == "/metrics") answer = metrics();
    return answer ? *std::move(answer) : unavailable(answer.error());
  }

  Result<Response> totals() {
    KP_TRY(const auto numbers, board_store_.totals());
    KP_TRY(const std::uint64_t accepted, board_store_.records_accepted());
    return json_response(totals_json(prepared_.election, numbers, accepted));
  }

  Result<Response> stations() {
    KP_TRY(const auto rows, board_store_.stations());
    return json_response(stations_json(rows));
  }

  Result<Response> metrics() {
    KP_TRY(const auto rows, board_store_.stations());
    KP_TRY(const std::uint64_t conflicts, board_store_.conflicts());
    std::map<StationState, double> counts;
    for (const StationRow& row : rows) ++counts[row.state];
    http::Metric states{.name = "kiemphieu_committee_stations", .help = "Stations by state.", .samples = {}};
    for (const auto state :
         {StationState::kWaiting, StationState::kReporting, StationState::kComplete, StationState::kConflict})
      states.samples.push_back({.labels = {{"state", std::string{to_text(state)}}}, .value = counts[state]});
    const auto single = [](std::string name, std::string help, http::Metric::Type type, std::uint64_t value) {
      return http::Metric{.name = std::move(name),
                          .help = std::move(help),
                          .type = type,
                          .samples = {{.labels = {}, .value = static_cast<double>(value)}}};
    };
    using Type = http::Metric::Type;
    return http::metrics_response(
        {states,
         single("kiemphieu_committee_conflicts", "Records kept that contradict an accepted one.",
                Type::kGauge, conflicts),
         single("kiemphieu_committee_records_total", "Records accepted since the start.", Type::kCounter,
                accepted_),
         single("kiemphieu_committee_refused_total", "Batches refused since the start.", Type::kCounter,
                refused_)});
  }

  /// Under receiving_, and before there is a thread.
  Result<void> publish(Store& store) {
    KP_TRY(const auto numbers, store.totals());
    KP_TRY(const std::uint64_t accepted, store.records_accepted());
    KP_TRY(const auto rows, store.stations());
    board_->publish("totals", totals_json(prepared_.election, numbers, accepted));
    board_->publish("stations", summary_json(rows));
    return {};
  }

  Prepared prepared_;
  Store receive_store_, board_store_;
  std::mutex receiving_;  ///< receiver_ and receive_store_, of the receiving thread and of the board's
  Receiver receiver_;
  std::string election_json_;
  Imports imports_;
  bool takes_imports_ = false;
  SystemClock clock_;
  std::atomic<std::uint64_t> accepted_{0}, refused_{0};
  std::unique_ptr<http::Server> board_, receive_;
};

}  // namespace

Result<std::unique_ptr<Committee>> Committee::start(const settings::CommitteeSettings& settings) {
  KP_TRY(Prepared prepared, prepare(settings));
  KP_TRY_VOID(storage::create_folders_durably(settings.data));
  const auto file = settings.data / "committee.db";
  KP_TRY(Store receive_store, Store::open(file, prepared.election.digest, prepared.stations));
  KP_TRY(Store board_store, Store::open(file, prepared.election.digest, prepared.stations));
  auto committee =
      std::make_unique<CommitteeImpl>(std::move(prepared), std::move(receive_store), std::move(board_store));
  KP_TRY_VOID(committee->listen(settings));
  return std::unique_ptr<Committee>{std::move(committee)};
}

Result<void> check(const settings::CommitteeSettings& settings) {
  KP_TRY(const Prepared prepared, prepare(settings));
  KP_TRY(const auto certificate, crypto::check_tls_files(settings.tls.ca, settings.tls.certificate,
                                                         settings.tls.key, SystemClock{}.wall_unix_s()));
  return {};
}

}  // namespace kiemphieu::committee
