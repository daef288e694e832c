#pragma once
/// What the station and its scanner process say to each other over a socket
/// pair: frames of a fixed header and a bounded payload. Pure.
///
///   header: "KPSW", version u16, type u16, payload length u32 (little-endian)

#include <cstdint>
#include <string>
#include <variant>

#include "config/base/bytes.h"
#include "config/base/result.h"
#include "config/imaging/image.h"
#include "scanner/feed/sheet_source.h"

namespace kiemphieu::worker {

inline constexpr std::uint16_t kProtocolVersion = 1;
inline constexpr std::size_t kHeaderBytes = 12;
inline constexpr std::size_t kMaxPayloadBytes = 1U << 20U;  ///< a picture comes in many frames

// The station asks …
struct Open {
  std::string device;
  std::uint32_t resolution_dpi = 0;
  bool colour = false;
  std::uint32_t page_width_um = 0, page_height_um = 0;
};
struct Start {};
struct Next {};
struct Stop {};
struct AskSensors {};
// … and the process answers.
struct Done {
  std::string description;
};
struct Failed {
  std::string id;  ///< of the ErrorCode
  std::string evidence;
};
struct SheetHeader {
  std::uint32_t width_px = 0, height_px = 0;
  bool colour = false;
  std::uint32_t dpi_milli = 0;
  std::uint64_t ordinal = 0;
  std::string origin;
};
struct Pixels {
  Bytes bytes;
};
struct SensorValues {
  feed::Sensors sensors;
};

using Message =
    std::variant<Open, Start, Next, Stop, AskSensors, Done, Failed, SheetHeader, Pixels, SensorValues>;

struct Header {
  std::uint16_t type = 0;
  std::uint32_t length = 0;
};

/// Header and payload.
Bytes encode(const Message& message);
/// kScannerCrashed: not this protocol, another version, or too long.
Result<Header> decode_header(ByteView bytes);
/// kScannerCrashed: an unknown type or a payload that does not fit it.
Result<Message> decode(std::uint16_t type, ByteView payload);

/// Bytes of the picture the header announces; kScannerCrashed when it is empty
/// or larger than any page.
Result<std::size_t> picture_bytes(const SheetHeader& header);

Failed to_message(const Error& error);
/// An id this program does not know becomes kScannerCrashed.
Error to_error(const Failed& failed);

}  // namespace kiemphieu::worker
