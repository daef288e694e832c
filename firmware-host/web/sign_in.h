#pragma once
/// The HTTP side of signing in: the session's cookie, and the answers that say how
/// long to wait.

#include <chrono>
#include <string>
#include <string_view>

#include "config/base/error.h"
#include "sync/http/server.h"

namespace kiemphieu::web {

/// The token in the request's cookie; empty when there is none.
std::string session_token(const http::Request& request);

/// Set-Cookie of a new session, out of reach of scripts and of other sites; an empty
/// token takes the cookie away. It goes with the browser's window.
std::string session_cookie(std::string_view token);

/// A refused sign-in: 401 or 429 with `wait_s`, and the seconds in both sentences.
http::Response sign_in_refusal(const Error& error, std::chrono::seconds wait);

}  // namespace kiemphieu::web
