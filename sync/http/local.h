#pragma once
/// Whether a request comes from a page of our own: for commands on loopback that need no password.
/// Pure. Such a command also needs a content type that a page of another origin cannot send
/// unasked (not text/plain, form or multipart).

#include "sync/http/server.h"

namespace kiemphieu::http {

/// The Host header names this machine: a name that somebody rebound to it does not.
bool is_local_host(const Request& request);

/// Browsers send Origin with every POST; a page of ours has the page's own address there. A
/// program sends none.
bool is_same_origin(const Request& request);

/// Of the settings: nobody but programs on this machine reaches a listener there.
bool is_loopback_address(std::string_view address);

}  // namespace kiemphieu::http
