#pragma once
/// One connection from accept to close: reads a request, answers it, reads the
/// next, so that pipelined requests wait their turn; or feeds an event stream.
/// Runs on the server's thread and owns itself while an operation is under way.

#include <functional>
#include <memory>

#include "sync/http/channel.h"
#include "sync/http/event_hub.h"
#include "sync/http/server.h"

namespace kiemphieu::http {

/// What every session needs; outlives them all.
struct SessionContext {
  asio::io_context* io;
  const ServerOptions* options;
  const Handler* handler;
  EventHub* events;
};

/// Returns the way to close it. `on_end` runs when the session is gone, never
/// inside this call.
std::function<void()> start_session(std::unique_ptr<Channel> channel, const SessionContext& context,
                                    std::function<void()> on_end);

}  // namespace kiemphieu::http
