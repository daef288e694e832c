#pragma once
/// Boost.Asio and Beast for this folder. <utility> comes first: Asio's
/// coroutine support does not compile under g++ 12 without it.

#include <utility>

#include <boost/asio.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>

namespace kiemphieu::http {

namespace asio = boost::asio;
namespace beast = boost::beast;
using tcp = asio::ip::tcp;

/// Failures come back as values: `auto [ec, n] = co_await x.async_read_some(b, kAwait)`.
inline constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

}  // namespace kiemphieu::http
