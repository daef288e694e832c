#pragma once
/// OpenSSL's handles as owners, and the little that every file about certificates
/// needs. Only config/crypto includes this.

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <memory>
#include <string>
#include <string_view>

#include "config/base/bytes.h"
#include "config/base/check.h"

namespace kiemphieu::crypto {

template <auto Free>
struct OpensslDeleter {
  template <class T>
  void operator()(T* pointer) const {
    Free(pointer);
  }
};
using X509Ptr = std::unique_ptr<X509, OpensslDeleter<X509_free>>;
using RequestPtr = std::unique_ptr<X509_REQ, OpensslDeleter<X509_REQ_free>>;
using BioPtr = std::unique_ptr<BIO, OpensslDeleter<BIO_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, OpensslDeleter<EVP_PKEY_free>>;

inline BioPtr reader_of(ByteView bytes) {
  BioPtr bio{BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size()))};
  KP_CHECK(bio != nullptr);
  return bio;
}
inline BioPtr new_memory() {
  BioPtr bio{BIO_new(BIO_s_mem())};
  KP_CHECK(bio != nullptr);
  return bio;
}
inline std::string text_of(BIO* memory) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory, &data);
  return {data, static_cast<std::size_t>(size)};
}

/// An empty passphrase instead of a prompt on the terminal: a daemon cannot answer one.
inline KeyPtr private_key_from_pem(ByteView pem) {
  char no_passphrase[] = "";
  return KeyPtr{PEM_read_bio_PrivateKey(reader_of(pem).get(), nullptr, nullptr, no_passphrase)};
}
inline X509Ptr certificate_from_pem(std::string_view pem) {
  return X509Ptr{PEM_read_bio_X509(reader_of(as_bytes(pem)).get(), nullptr, nullptr, nullptr)};
}

/// What OpenSSL says of its last failure; the queue is empty afterwards.
inline std::string openssl_words() {
  const unsigned long code = ERR_peek_last_error();
  ERR_clear_error();
  if (code == 0) return "no reason given";
  char text[256];
  ERR_error_string_n(code, text, sizeof text);
  return text;
}

}  // namespace kiemphieu::crypto
