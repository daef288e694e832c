#pragma once
/// Boost.Asio for this folder. <utility> comes first: some of its headers use
/// std::exchange without including it.

#include <utility>

// The thread sanitizer does not know bare fences; the queue's mutex orders all the same.
#ifdef __SANITIZE_THREAD__
#define BOOST_ASIO_DISABLE_FENCED_BLOCK 1
#endif
#include <boost/asio.hpp>
#include <boost/asio/ssl.hpp>

namespace kiemphieu::http {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using ErrorCodeOfSystem = boost::system::error_code;

}  // namespace kiemphieu::http
