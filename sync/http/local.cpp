#include "sync/http/local.h"

namespace kiemphieu::http {

bool is_local_host(const Request& request) {
  const auto it = request.headers.find("host");
  if (it == request.headers.end()) return false;
  std::string_view host = it->second;
  if (const auto colon = host.rfind(':'); colon != std::string_view::npos && host.find(']') == std::string_view::npos)
    host = host.substr(0, colon);
  return host == "127.0.0.1" || host == "localhost" || host.starts_with("[::1]");
}

bool is_same_origin(const Request& request) {
  const auto origin = request.headers.find("origin");
  if (origin == request.headers.end()) return true;
  const auto host = request.headers.find("host");
  return host != request.headers.end() && origin->second == "http://" + host->second;
}

bool is_loopback_address(std::string_view address) { return address.starts_with("127.") || address == "::1"; }

}  // namespace kiemphieu::http
