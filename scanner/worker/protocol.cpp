// Fuzzed by tests/fuzz/scanner/fuzz_worker_protocol.cpp.
#include "scanner/worker/protocol.h"

#include <optional>
#include <type_traits>

#include <fmt/format.h>

namespace kiemphieu::worker {
namespace {

constexpr std::string_view kMagic = "KPSW";
/// Evidence and names are one line for a log.
constexpr std::size_t kMaxTextBytes = 4'096;
constexpr std::uint32_t kMaxSidePx = 15'000;
constexpr std::size_t kMaxPicturePixels = 75'000'000;

class Writer {
 public:
  template <class T>
  void number(T value) {
    for (std::size_t i = 0; i < sizeof(T); ++i)
      bytes.push_back(static_cast<std::uint8_t>(static_cast<std::uint64_t>(value) >> (8 * i)));
  }
  void flag(bool value) { number(static_cast<std::uint8_t>(value)); }
  void text(std::string_view value) {
    value = value.substr(0, kMaxTextBytes);
    number(static_cast<std::uint32_t>(value.size()));
    bytes.insert(bytes.end(), value.begin(), value.end());
  }
  void maybe(const std::optional<bool>& value) {
    number(static_cast<std::uint8_t>(value ? 1 + int{*value} : 0));
  }

  Bytes bytes;
};

/// After a read beyond the end `ok` stays false and every value is zero.
class Reader {
 public:
  explicit Reader(ByteView bytes) : rest_(bytes) {}

  template <class T>
  T number() {
    if (rest_.size() < sizeof(T)) ok = false;
    if (!ok) return 0;
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i) value |= std::uint64_t{rest_[i]} << (8 * i);
    rest_ = rest_.subspan(sizeof(T));
    return static_cast<T>(value);
  }
  bool flag() {
    const auto value = number<std::uint8_t>();
    if (value > 1) ok = false;
    return value == 1;
  }
  std::string text() {
    const auto length = number<std::uint32_t>();
    if (length > kMaxTextBytes || length > rest_.size()) ok = false;
    if (!ok) return {};
    std::string value{as_text(rest_.first(length))};
    rest_ = rest_.subspan(length);
    return value;
  }
  std::optional<bool> maybe() {
    const auto value = number<std::uint8_t>();
    if (value > 2) ok = false;
    return value == 0 ? std::nullopt : std::optional{value == 2};
  }
  Bytes all() {
    Bytes value{rest_.begin(), rest_.end()};
    rest_ = {};
    return value;
  }
  bool at_end() const { return ok && rest_.empty(); }

  bool ok = true;

 private:
  ByteView rest_;
};

void put(Writer& out, const Open& m) {
  out.text(m.device);
  out.number(m.resolution_dpi);
  out.flag(m.colour);
  out.number(m.page_width_um);
  out.number(m.page_height_um);
}
void put(Writer&, const Start&) {}
void put(Writer&, const Next&) {}
void put(Writer&, const Stop&) {}
void put(Writer&, const AskSensors&) {}
void put(Writer& out, const Done& m) { out.text(m.description); }
void put(Writer& out, const Failed& m) {
  out.text(m.id);
  out.text(m.evidence);
}
void put(Writer& out, const SheetHeader& m) {
  out.number(m.width_px);
  out.number(m.height_px);
  out.flag(m.colour);
  out.number(m.dpi_milli);
  out.number(m.ordinal);
  out.text(m.origin);
}
void put(Writer& out, const Pixels& m) { out.bytes.insert(out.bytes.end(), m.bytes.begin(), m.bytes.end()); }
void put(Writer& out, const SensorValues& m) {
  out.maybe(m.sensors.page_loaded);
  out.maybe(m.sensors.cover_open);
  out.maybe(m.sensors.scan_button);
  out.maybe(m.sensors.double_feed);
  out.flag(m.sensors.sheets_fed.has_value());
  out.number(m.sensors.sheets_fed.value_or(0));
}

void get(Reader& in, Open& m) {
  m.device = in.text();
  m.resolution_dpi = in.number<std::uint32_t>();
  m.colour = in.flag();
  m.page_width_um = in.number<std::uint32_t>();
  m.page_height_um = in.number<std::uint32_t>();
}
void get(Reader&, Start&) {}
void get(Reader&, Next&) {}
void get(Reader&, Stop&) {}
void get(Reader&, AskSensors&) {}
void get(Reader& in, Done& m) { m.description = in.text(); }
void get(Reader& in, Failed& m) {
  m.id = in.text();
  m.evidence = in.text();
}
void get(Reader& in, SheetHeader& m) {
  m.width_px = in.number<std::uint32_t>();
  m.height_px = in.number<std::uint32_t>();
  m.colour = in.flag();
  m.dpi_milli = in.number<std::uint32_t>();
  m.ordinal = in.number<std::uint64_t>();
  m.origin = in.text();
}
void get(Reader& in, Pixels& m) { m.bytes = in.all(); }
void get(Reader& in, SensorValues& m) {
  m.sensors.page_loaded = in.maybe();
  m.sensors.cover_open = in.maybe();
  m.sensors.scan_button = in.maybe();
  m.sensors.double_feed = in.maybe();
  const bool has_counter = in.flag();
  const auto counter = in.number<std::uint64_t>();
  if (has_counter) m.sensors.sheets_fed = counter;
}

Error nonsense(std::string what) {
  return fail(ErrorCode::kScannerCrashed, "scanner process: " + std::move(what));
}

/// The alternative whose index is `type`, filled from `in`.
template <std::size_t Index = 0>
std::optional<Message> get_alternative(std::uint16_t type, Reader& in) {
  if constexpr (Index < std::variant_size_v<Message>) {
    if (type != Index) return get_alternative<Index + 1>(type, in);
    std::variant_alternative_t<Index, Message> message;
    get(in, message);
    return message;
  }
  return std::nullopt;
}

}  // namespace

Bytes encode(const Message& message) {
  Writer payload;
  std::visit([&](const auto& m) { put(payload, m); }, message);
  KP_CHECK(payload.bytes.size() <= kMaxPayloadBytes);
  Writer frame;
  frame.bytes.assign(kMagic.begin(), kMagic.end());
  frame.number(kProtocolVersion);
  frame.number(static_cast<std::uint16_t>(message.index()));
  frame.number(static_cast<std::uint32_t>(payload.bytes.size()));
  frame.bytes.insert(frame.bytes.end(), payload.bytes.begin(), payload.bytes.end());
  return std::move(frame.bytes);
}

Result<Header> decode_header(ByteView bytes) {
  if (bytes.size() != kHeaderBytes || as_text(bytes.first(4)) != kMagic) return nonsense("not our protocol");
  Reader in{bytes.subspan(4)};
  const auto version = in.number<std::uint16_t>();
  if (version != kProtocolVersion) return nonsense(fmt::format("protocol version {}", version));
  Header header;
  header.type = in.number<std::uint16_t>();
  header.length = in.number<std::uint32_t>();
  if (header.length > kMaxPayloadBytes) return nonsense(fmt::format("frame of {} bytes", header.length));
  return header;
}

Result<Message> decode(std::uint16_t type, ByteView payload) {
  Reader in{payload};
  auto message = get_alternative(type, in);
  if (!message || !in.at_end()) return nonsense(fmt::format("malformed message of type {}", type));
  return *std::move(message);
}

Result<std::size_t> picture_bytes(const SheetHeader& header) {
  const std::size_t pixels = std::size_t{header.width_px} * header.height_px;
  if (pixels == 0 || header.width_px > kMaxSidePx || header.height_px > kMaxSidePx ||
      pixels > kMaxPicturePixels)
    return nonsense(fmt::format("picture of {} x {}", header.width_px, header.height_px));
  return pixels * (header.colour ? 3 : 1);
}

Failed to_message(const Error& error) {
  std::string evidence = error.evidence;
  for (const std::string& where : error.context) evidence += "; " + where;
  return {std::string{info(error.code).id}, std::move(evidence)};
}

Error to_error(const Failed& failed) {
  for (const ErrorInfo& row : all_errors())
    if (row.id == failed.id) return fail(row.code, failed.evidence);
  return nonsense("unknown error " + failed.id + ": " + failed.evidence);
}

}  // namespace kiemphieu::worker
