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
#include "sync/committee/enrolment.h"
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
constexpr std::size_t kMaxEnrolConnections = 256;
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
    case ErrorCode::kMachineRevoked:
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
        receiver_(std::in_place, receive_store_, prepared_.election, prepared_.keys, prepared_.spares),
        election_json_(election_json(prepared_.election)),
        imports_(prepared_.election, [this](const std::string& sender, ByteView batch) { return receive(sender, batch); }) {}

  ~CommitteeImpl() override {
    if (enrol_) enrol_->stop();
    if (receive_) receive_->stop();
    if (board_) board_->stop();
  }

  /// Errors also of records that an older program kept and this one cannot read.
  Result<void> derive() { return receiver_->derive(); }

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
    if (!settings.enrol.authority.empty()) KP_TRY_VOID(listen_for_machines(settings));
    log_event(LogLevel::kInfo, "committee_listening",
              {{"receive", settings.receive.address + ":" + std::to_string(receive_->port())},
               {"enrol", enrol_ ? settings.enrol.listen.address + ":" + std::to_string(enrol_->port()) : "none"},
               {"board", settings.board.address + ":" + std::to_string(board_->port())}});
    return {};
  }

  std::uint16_t receive_port() const override { return receive_->port(); }
  std::uint16_t board_port() const override { return board_->port(); }
  std::uint16_t enrol_port() const override { return enrol_ ? enrol_->port() : std::uint16_t{0}; }
  bool alive() override {
    return receive_->responds_within(kAliveWithin) && board_->responds_within(kAliveWithin) &&
           (!enrol_ || enrol_->responds_within(kAliveWithin));
  }

  /// Before listen(): two, one for each thread that uses one.
  Result<void> open_enrolment(const settings::CommitteeSettings& settings) {
    const StationKeys listed{prepared_.keys, prepared_.spares};
    KP_TRY(enrolment_, Enrolment::open(settings, prepared_.election, listed, clock_));
    KP_TRY(enrolling_, Enrolment::open(settings, prepared_.election, listed, clock_));
    return take_up_keys();
  }

 private:
  Result<void> listen_for_machines(const settings::CommitteeSettings& settings) {
    http::ServerOptions enrol;
    enrol.address = settings.enrol.listen.address;
    enrol.port = settings.enrol.listen.port;
    enrol.tls = http::Tls{.ca = settings.tls.ca,
                          .certificate = settings.tls.certificate,
                          .key = settings.tls.key,
                          .require_client = false};
    enrol.limits.max_connections = kMaxEnrolConnections;
    enrol.limits.max_body_bytes = enrol::kMaxBodyBytes;
    KP_TRY(enrol_, http::Server::start(enrol, [this](const Request& request) { return enrolling_->enrol(request); }));
    return {};
  }

  /// The register is asked anew for every request: a machine enrolled or revoked a moment
  /// ago counts as that, also on a connection that is open already.
  Result<void> look_into_register() {
    if (!enrolment_) return {};
    KP_TRY(const bool changed, enrolment_->keys_changed());
    return changed ? take_up_keys() : Result<void>{};
  }

  /// nullopt: it may ask. Also answers what machines ask of the register.
  std::optional<Response> answer_of_register(const Request& request) {
    const std::lock_guard lock{receiving_};
    if (!enrolment_) return std::nullopt;
    if (const auto may = enrolment_->may_speak(request); !may) {
      const bool refused = may.error().code == ErrorCode::kMachineRevoked || may.error().code == ErrorCode::kStationNotAuthorised;
      return refused ? http::error_response(403, may.error()) : unavailable(may.error());
    }
    if (request.path == enrol::kRenewPath) return enrolment_->renew(request);
    return std::nullopt;
  }

  Result<void> take_up_keys() {
    KP_TRY(StationKeys keys, enrolment_->keys());
    KP_TRY(auto stations, enrolment_->stations());
    // A code made for a misspelt station must not stand on the board for ever.
    std::erase_if(stations, [&](const std::string& id) { return prepared_.election.find_station(id) == nullptr; });
    KP_TRY_VOID(receive_store_.add_stations(stations));
    receiver_.emplace(receive_store_, prepared_.election, std::move(keys.stations), std::move(keys.spares));
    return {};
  }

  Result<Receipt> take_from(const std::string& sender, ByteView batch) {
    const std::int64_t now = clock_.wall_unix_s();
    if (!enrolment_) return receiver_->receive(sender, batch, now);
    KP_TRY(const auto before, enrolment_->first_of_revoked(receive_store_, sender, batch));
    if (!before) return receiver_->receive(sender, batch, now);
    KP_TRY(const auto records, wire::decode_batch(batch));
    std::vector<Bytes> good;
    for (std::size_t i = 0; i < *before; ++i) good.emplace_back(records[i].begin(), records[i].end());
    KP_TRY(const wire::ChainHead head, receive_store_.head(sender));
    Receipt receipt;
    receipt.acknowledged = head.sequence;
    if (!good.empty()) {
      KP_TRY(receipt, receiver_->receive(sender, wire::encode_batch(good), now));
    }
    if (!receipt.error) receipt.error = fail(ErrorCode::kMachineRevoked, sender + " sent a new record signed by a revoked key");
    log_error("records_refused", *receipt.error);
    return receipt;
  }

  /// On the receiving thread.
  Response take(const Request& request) {
    if (auto answer = answer_of_register(request)) return *std::move(answer);
    if (request.path == "/healthz" && request.method == "GET") return healthy();
    if (request.path != "/api/v1/records") return not_found();
    if (request.method != "POST") return http::error_response(405, fail(ErrorCode::kHttpBadRequest));
    if (!request.client_name) return http::error_response(403, fail(ErrorCode::kStationNotAuthorised));
    const auto type = request.headers.find("content-type");
    const bool parcel = type != request.headers.end() && type->second == wire::kParcelType;
    const auto opened = parcel ? wire::open_parcel(as_bytes(request.body)) : Result<Bytes>{Bytes{}};
    if (!opened) {
      Receipt refused;
      refused.error = opened.error();
      return receipt_response(refused);
    }
    const auto receipt = receive(*request.client_name, parcel ? ByteView{*opened} : as_bytes(request.body));
    return receipt ? receipt_response(*receipt) : unavailable(receipt.error());
  }

  /// On either thread, one at a time: what comes by network and what people bring in.
  Result<Receipt> receive(const std::string& sender, ByteView batch) {
    const std::lock_guard lock{receiving_};
    KP_TRY_VOID(look_into_register());
    KP_TRY(Receipt receipt, take_from(sender, batch));
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
  std::mutex receiving_;  ///< what the receiving thread and the board's share: receiver_, receive_store_, enrolment_
  std::optional<Receiver> receiver_;  ///< made anew when the register's keys change
  std::unique_ptr<Enrolment> enrolment_, enrolling_;
  std::string election_json_;
  Imports imports_;
  bool takes_imports_ = false;
  SystemClock clock_;
  std::atomic<std::uint64_t> accepted_{0}, refused_{0};
  std::unique_ptr<http::Server> board_, receive_, enrol_;
};

}  // namespace

namespace {

Result<Store> open_store(const settings::CommitteeSettings& settings, const Prepared& prepared) {
  KP_TRY(auto connection, settings.store_postgres.empty() ? sql::open_sqlite(settings.data / "committee.db")
                                                          : sql::open_postgres(settings.store_postgres));
  return Store::open(std::move(connection), prepared.election.digest, prepared.stations);
}

}  // namespace

Result<std::unique_ptr<Committee>> Committee::start(const settings::CommitteeSettings& settings) {
  KP_TRY(Prepared prepared, prepare(settings));
  KP_TRY_VOID(storage::create_folders_durably(settings.data));
  KP_TRY(Store receive_store, open_store(settings, prepared));
  KP_TRY(Store board_store, open_store(settings, prepared));
  auto committee =
      std::make_unique<CommitteeImpl>(std::move(prepared), std::move(receive_store), std::move(board_store));
  if (!settings.enrol.authority.empty()) KP_TRY_VOID(committee->open_enrolment(settings));
  KP_TRY_VOID(committee->derive());
  KP_TRY_VOID(committee->listen(settings));
  return std::unique_ptr<Committee>{std::move(committee)};
}

Result<void> check(const settings::CommitteeSettings& settings) {
  KP_TRY(const Prepared prepared, prepare(settings));
  if (!settings.enrol.authority.empty()) {
    KP_TRY(const auto authority, crypto::Authority::load(settings.enrol.authority));
  }
  KP_TRY(const auto certificate, crypto::check_tls_files(settings.tls.ca, settings.tls.certificate,
                                                         settings.tls.key, SystemClock{}.wall_unix_s()));
  return {};
}

}  // namespace kiemphieu::committee
