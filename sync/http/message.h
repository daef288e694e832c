#pragma once
/// Between Beast's messages and our own Request and Response. Pure.

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

#include <string>

#include "sync/http/server.h"

namespace kiemphieu::http {

using WireRequest = boost::beast::http::request<boost::beast::http::string_body>;

/// Error: kHttpBadRequest.
Result<Request> to_request(WireRequest message);

struct Framing {
  unsigned version = 11;  ///< 10 or 11
  bool keep_alive = true;
  bool head = false;  ///< the header of the answer, without its body
};

/// The bytes of an answer, with the headers that every answer has; the
/// response's own headers come before them.
std::string serialize(const Response& response, const Framing& framing);

/// The beginning of a text/event-stream.
std::string event_stream_head();

}  // namespace kiemphieu::http
