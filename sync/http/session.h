#pragma once
/// One connection from accept to close: a coroutine that reads a request,
/// answers it and reads the next, so that pipelined requests wait their turn in
/// the kernel's buffer. Runs on the server's thread.

#include "sync/http/asio.h"
#include "sync/http/event_hub.h"
#include "sync/http/server.h"

namespace kiemphieu::http {

/// What every session needs; outlives them all.
struct SessionContext {
  const ServerOptions* options;
  const Handler* handler;
  EventHub* events;
};

asio::awaitable<void> serve_plain(beast::tcp_stream stream, SessionContext context);
asio::awaitable<void> serve_tls(beast::ssl_stream<beast::tcp_stream> stream, SessionContext context);

}  // namespace kiemphieu::http
