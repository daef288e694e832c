#pragma once
/// What the page is told of a pile's numbers, of where a sheet lies on paper and of how to
/// go on after a stop. Pure; each returns JSON text (docs/formats/station-openapi.yaml).

#include <optional>
#include <string>

#include "config/base/error.h"
#include "firmware-host/station/view.h"

namespace kiemphieu::web {

/// {"from_top", "of", "text_vi", "text_en"}, or null when it no longer lies in its pile.
std::string place_json(const station::View& view, int batch, int position);
/// `resume` of the state, or null.
std::string resume_json(const station::View& view);

/// kPileCountDiffers with the numbers in words: who counted what.
struct PileSentence {
  std::string vi, en;
};
PileSentence pile_sentence(const Error& error);

}  // namespace kiemphieu::web
