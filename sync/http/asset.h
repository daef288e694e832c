#pragma once
/// Pages, scripts and styles compiled into the program (kp_embed in
/// scripts/cmake/KpEmbed.cmake).

#include <optional>
#include <span>
#include <string_view>

#include "sync/http/server.h"

namespace kiemphieu::http {

/// One file; static lifetime.
struct Asset {
  std::string_view path;  ///< "board.css"
  std::string_view body;
};

/// Answers GET of "/" (index.html) or "/board.css" and the like; nothing when
/// the path names no asset. Browsers ask again each time, so an update shows at once.
std::optional<Response> asset_response(std::span<const Asset> assets, const Request& request);

}  // namespace kiemphieu::http
