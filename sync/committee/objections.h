#pragma once
/// What the committee has against records that it keeps all the same: a signed record is
/// evidence and stays in its chain, whether or not it can be true (docs/adr/0009).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "config/base/error.h"

namespace kiemphieu::committee {

enum class Objection : std::uint8_t {
#define KP_OBJECTION(name, code, level, vi, en) name,
#include "sync/committee/objections.def"
#undef KP_OBJECTION
};
/// kConflict makes the station's state "conflict" until a later record settles it.
enum class Level : std::uint8_t { kWarning, kConflict };

std::string_view to_text(Objection objection);  ///< "result_differs", stable
Level level_of(Objection objection);
std::string_view sentence(Objection objection, Language language);
std::optional<Objection> objection_from(std::string_view text);

/// As the store keeps it.
struct Objected {
  std::string station;
  std::uint64_t sequence = 0;  ///< of the record
  std::string contest;
  Objection what = Objection::kResultImpossible;
  std::string detail;          ///< the figures
};

}  // namespace kiemphieu::committee
