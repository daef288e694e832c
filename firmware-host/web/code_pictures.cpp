#include "firmware-host/web/code_pictures.h"

#include <charconv>

#include "config/json/json.h"
#include "tally/forms/qr.h"

namespace kiemphieu::web {
namespace {

constexpr std::string_view kList = "/api/v1/codes";

/// "/api/v1/codes/3.svg" → 3; 0 for anything else.
std::size_t number_in(std::string_view path) {
  path.remove_prefix(std::min(path.size(), kList.size() + 1));
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(path.data(), path.data() + path.size(), number);
  return error == std::errc{} && std::string_view(end, path.data() + path.size()) == ".svg" ? number : 0;
}

}  // namespace

Result<http::Response> CodePictures::list() {
  json::OrderedJson body{{"parcel", ""}, {"records", 0}, {"last_sequence", 0}, {"codes", json::OrderedJson::array()}};
  if (!data_.empty()) {
    auto made = station::result_codes(data_);
    if (!made && made.error().code != ErrorCode::kNothingToSend) return std::move(made).error();
    if (made) {
      shown_ = *std::move(made);
      body = {{"parcel", shown_->parcel}, {"records", shown_->records}, {"last_sequence", shown_->last_sequence}, {"codes", shown_->texts}};
    }
  }
  return http::Response{.status = 200, .body = body.dump()};
}

Result<http::Response> CodePictures::answer(const http::Request& request) {
  if (request.path == kList) return list();
  const std::size_t number = number_in(request.path);
  const auto parcel = request.query.find("parcel");
  const bool current = shown_ && parcel != request.query.end() && parcel->second == shown_->parcel;
  if (!current || number == 0 || number > shown_->texts.size()) return fail(ErrorCode::kHttpNotFound, request.path);
  KP_TRY(std::string svg, forms::qr_svg(shown_->texts[number - 1], forms::QrMode::kAlphanumeric));
  return http::Response{.status = 200, .content_type = "image/svg+xml", .body = std::move(svg)};
}

}  // namespace kiemphieu::web
