#pragma once
/// The station's results as QR codes on its page (docs/formats/codes.md): a list, and one picture
/// each. Every status makes new codes, so the pictures are of the list that was asked for last and
/// name its parcel: codes of two lists never mix on a page. One thread.

#include <filesystem>
#include <optional>

#include "firmware-host/station/outgoing.h"
#include "sync/http/server.h"

namespace kiemphieu::web {

class CodePictures {
 public:
  /// `data`: the station's data folder; empty: there is nothing to show.
  explicit CodePictures(std::filesystem::path data) : data_(std::move(data)) {}
  /// Answers GET /api/v1/codes and /api/v1/codes/N.svg?parcel=P. Errors: kHttpNotFound (also a
  /// picture of a list that is no longer the newest), those of station::result_codes().
  Result<http::Response> answer(const http::Request& request);

 private:
  Result<http::Response> list();
  std::filesystem::path data_;
  std::optional<station::ResultCodes> shown_;
};

}  // namespace kiemphieu::web
