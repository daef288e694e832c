// `kiemphieu bundle read`, `bundle send` and `codes read`: what came from a station without a network.
#include <cstdio>

#include "config/election/election.h"
#include "config/imaging/codec.h"
#include "config/json/json.h"
#include "config/qr/read_codes.h"
#include "config/storage/files.h"
#include "firmware-host/cli/commands.h"
#include "sync/bundle/bundle.h"
#include "sync/bundle/signatures.h"
#include "sync/codes/parts.h"
#include "sync/push/client.h"
#include "sync/wire/parcel.h"

namespace kiemphieu::cli {
namespace {

using json::OrderedJson;

OrderedJson record_json(const wire::Envelope& envelope) {
  const auto body = json::parse(envelope.body);
  return {{"sequence", envelope.sequence}, {"kind", envelope.kind}, {"digest", wire::record_digest(wire::encode(envelope)).hex()},
          {"body", body ? OrderedJson::parse(envelope.body) : OrderedJson(envelope.body)}};
}

Result<bundle::Keys> keys_of(const std::filesystem::path& committee, const Digest& election) {
  KP_TRY(const settings::CommitteeSettings settings, settings::load_committee(committee));
  KP_TRY(const election::Election definition, election::load(settings.election));
  if (definition.digest != election) return fail(ErrorCode::kElectionMismatch, "the bundle is of election " + election.short_hex());
  bundle::Keys keys;
  for (const auto& station : settings.stations) {
    KP_TRY(const crypto::PublicKey key, crypto::PublicKey::from_hex(station.public_key_hex));
    keys.stations.emplace(station.id, key);
  }
  for (const std::string& hex : settings.spare_keys_hex) {
    KP_TRY(const crypto::PublicKey key, crypto::PublicKey::from_hex(hex));
    keys.spares.insert(key);
  }
  return keys;
}

/// What the bundle's form or signatures are refused for is an answer, and not a wrong question.
bool is_answer(const Error& error) {
  return error.code == ErrorCode::kBundleDamaged || error.code == ErrorCode::kSignatureInvalid ||
         error.code == ErrorCode::kStationNotAuthorised || error.code == ErrorCode::kElectionMismatch;
}

int say_wrong(const Error& error, bool as_json) {
  if (as_json)
    std::puts(OrderedJson{{"sound", false}, {"code", info(error.code).id}, {"evidence", error.evidence}}.dump().c_str());
  return is_answer(error) ? (refuse(error), kNotSo) : refuse(error);
}

void print_records(const bundle::Bundle& opened, const OrderedJson& records, bool checked) {
  std::printf("khu vực (station): %s\ncuộc bầu cử (election): %s\nbản ghi (records): %llu đến %llu\n", opened.head.station.c_str(),
              opened.head.election.hex().c_str(), static_cast<unsigned long long>(opened.head.first),
              static_cast<unsigned long long>(opened.head.last));
  for (const auto& record : records)
    std::printf("%6llu  %s\n", static_cast<unsigned long long>(record["sequence"].get<std::uint64_t>()),
                record["kind"].get<std::string>().c_str());
  std::puts(checked ? "Nguyên vẹn, mọi chữ ký đúng. Sound, every signature is right."
                    : "Nguyên vẹn; chưa kiểm tra chữ ký (--committee). Sound; signatures not looked at (--committee).");
}

/// What the committee said about one parcel; true: everything is there now.
Result<bool> show_answer(const push::Reply& reply, const std::string& file, bool as_json) {
  KP_TRY(const json::Json answer, json::parse(reply.body));
  if (reply.status != 200 || !answer.contains("stations")) {
    const auto said = answer.find("message_vi");
    const std::string why = said != answer.end() && said->is_string() ? said->get<std::string>() : "answer " + std::to_string(reply.status);
    return fail(ErrorCode::kCommitteeRefused, file + ": " + why);
  }
  if (as_json) std::puts(OrderedJson{{"file", file}, {"stations", OrderedJson::parse(answer["stations"].dump())}}.dump().c_str());
  bool whole = true;
  for (const auto& one : answer["stations"]) {
    whole = whole && one.value("refused", std::uint64_t{0}) == 0;
    if (!as_json) std::printf("%s: %s\n", file.c_str(), one.value("sentence_vi", std::string{}).c_str());
  }
  return whole;
}

/// A parcel as it is, or a bundle's parcels.
Result<std::vector<Bytes>> parcels_in(const std::filesystem::path& file) {
  KP_TRY(const Bytes bytes, storage::read_file(file, bundle::kMaxFileBytes));
  if (wire::is_parcel(bytes)) return std::vector<Bytes>{bytes};
  KP_TRY(const bundle::Bundle opened, bundle::open(bytes));
  std::vector<Bytes> parcels;
  for (const ByteView parcel : opened.parcels) parcels.emplace_back(parcel.begin(), parcel.end());
  return parcels;
}

/// The codes in a picture, or the text itself.
Result<std::string> text_of(const std::filesystem::path& file) {
  KP_TRY(const Bytes bytes, storage::read_file(file, qr::kPhotographLimits.max_file_bytes));
  if (!imaging::recognise(bytes)) return std::string{as_text(bytes)};
  KP_TRY(const auto texts, qr::read_codes(bytes));
  std::string all;
  for (const std::string& text : texts) all += text + "\n";
  return all;
}

OrderedJson parcel_json(const codes::Gathered& gathered) {
  OrderedJson row = {{"parcel", gathered.parcel}, {"of", gathered.of}, {"missing", gathered.missing},
                     {"contradiction", gathered.contradiction}, {"records", OrderedJson::array()}};
  if (!gathered.bytes) return row;
  const auto batch = wire::open_parcel(*gathered.bytes);
  const auto records = batch ? wire::decode_batch(*batch) : Result<std::vector<ByteView>>{batch.error()};
  if (!records) return row;
  for (const ByteView record : *records)
    if (const auto envelope = wire::decode(record)) row["records"].push_back(record_json(*envelope));
  return row;
}

void print_parcel(const codes::Gathered& gathered) {
  if (!gathered.bytes) {
    std::printf("gói %s: %s | %s\n", gathered.parcel.c_str(), gathered.words(Language::kVietnamese).c_str(),
                gathered.words(Language::kEnglish).c_str());
    return;
  }
  std::printf("gói %s: đủ %u mã, %zu bản ghi (all codes, records)\n", gathered.parcel.c_str(), gathered.of,
              parcel_json(gathered)["records"].size());
}

Result<void> write_parcel(const std::vector<codes::Gathered>& all, const std::filesystem::path& out) {
  const Bytes* whole = nullptr;
  for (const codes::Gathered& gathered : all) {
    if (!gathered.bytes)
      return fail(gathered.contradiction ? ErrorCode::kCodesContradict : ErrorCode::kCodesMissing, gathered.words(Language::kVietnamese));
    if (whole != nullptr) return fail(ErrorCode::kUsage, "--out takes one parcel; the codes are of several");
    whole = &*gathered.bytes;
  }
  return storage::write_file_durably(out, *whole);
}

}  // namespace

int run_bundle_read(const BundleOptions& options) {
  const auto bytes = storage::read_file(options.files.front(), bundle::kMaxFileBytes);
  if (!bytes) return refuse(bytes.error());
  const auto opened = bundle::open(*bytes);
  if (!opened) return say_wrong(opened.error(), options.json);
  if (!options.committee.empty()) {
    const auto keys = keys_of(options.committee, opened->head.election);
    const auto checked = keys ? bundle::check_signatures(*opened, *keys) : Result<void>{keys.error()};
    if (!checked) return say_wrong(checked.error(), options.json);
  }
  OrderedJson records = OrderedJson::array();
  const auto listed = bundle::each_record(*opened, [&](const wire::Envelope& envelope) -> Result<void> {
    records.push_back(record_json(envelope));
    return {};
  });
  if (!listed) return say_wrong(listed.error(), options.json);
  if (!options.json) {
    print_records(*opened, records, !options.committee.empty());
    return kDone;
  }
  std::puts(OrderedJson{{"sound", true}, {"signatures", options.committee.empty() ? OrderedJson(nullptr) : OrderedJson(true)},
                        {"station", opened->head.station}, {"election", opened->head.election.hex()}, {"first", opened->head.first},
                        {"last", opened->head.last}, {"records", std::move(records)}}.dump().c_str());
  return kDone;
}

int run_bundle_send(const BundleOptions& options) {
  bool whole = true;
  for (const std::filesystem::path& file : options.files) {
    const auto parcels = parcels_in(file);
    if (!parcels) return refuse(parcels.error());
    for (const Bytes& parcel : *parcels) {
      const auto reply = push::post_here(options.to, "/api/v1/parcels", parcel, std::string{wire::kParcelType});
      if (!reply) return refuse(reply.error());
      const auto shown = show_answer(*reply, file.filename().string(), options.json);
      if (!shown) return refuse(shown.error());
      whole = whole && *shown;
    }
  }
  return whole ? kDone : kNotSo;
}

int run_codes_read(const CodesOptions& options) {
  std::string text;
  for (const std::filesystem::path& file : options.files) {
    const auto more = text_of(file);
    if (!more) return refuse(more.error());
    text += *more + "\n";
  }
  const auto all = codes::join(codes::find_parts(text));
  if (all.empty()) return refuse(fail(ErrorCode::kCodesNotFound)), kNotSo;
  bool whole = true;
  OrderedJson rows = OrderedJson::array();
  for (const codes::Gathered& gathered : all) {
    whole = whole && gathered.bytes.has_value();
    if (options.json) rows.push_back(parcel_json(gathered));
    else print_parcel(gathered);
  }
  if (options.json) std::puts(OrderedJson{{"parcels", std::move(rows)}}.dump().c_str());
  if (options.out.empty()) return whole ? kDone : kNotSo;
  const auto written = write_parcel(all, options.out);
  if (!written) return refuse(written.error()), whole ? kUnusable : kNotSo;
  return kDone;
}

}  // namespace kiemphieu::cli
