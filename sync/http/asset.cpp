#include "sync/http/asset.h"

#include <algorithm>
#include <array>

namespace kiemphieu::http {
namespace {

struct Kind {
  std::string_view ending, content_type;
};
constexpr auto kKinds = std::to_array<Kind>({
    {".html", "text/html; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".woff2", "font/woff2"},
});

std::string content_type_of(std::string_view path) {
  const auto kind = std::ranges::find_if(kKinds, [&](const Kind& k) { return path.ends_with(k.ending); });
  return std::string{kind == kKinds.end() ? "application/octet-stream" : kind->content_type};
}

}  // namespace

std::optional<Response> asset_response(std::span<const Asset> assets, const Request& request) {
  const std::string_view path = request.path == "/" ? "index.html" : std::string_view{request.path}.substr(1);
  const auto asset = std::ranges::find(assets, path, &Asset::path);
  if (asset == assets.end() || request.method != "GET") return std::nullopt;
  return Response{.status = 200,
                  .content_type = content_type_of(path),
                  .body = std::string{asset->body},
                  .headers = {{"Cache-Control", "no-cache"}}};
}

}  // namespace kiemphieu::http
