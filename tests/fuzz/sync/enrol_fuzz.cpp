// Any bytes as an enrolment code, as a body about certificates or as a certificate
// request: no crash, and what is taken has one meaning.
#include <cstddef>
#include <cstdint>

#include "config/base/check.h"
#include "config/crypto/certificate.h"
#include "config/crypto/certificate_request.h"
#include "sync/enrol/message.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kiemphieu;
  const std::string_view text = as_text(ByteView{data, size});
  if (const auto code = enrol::Code::parse(text)) {
    KP_CHECK(enrol::Code::parse(code->text()).value() == *code);
    KP_CHECK(code->letters().size() == enrol::kCodeLetters);
  }
  if (const auto request = enrol::decode_enrol(text)) {
    const auto again = enrol::decode_enrol(enrol::encode(*request));
    KP_CHECK(again.has_value() && enrol::proof_bytes(*again) == enrol::proof_bytes(*request));
    (void)crypto::check_request(request->request_pem, request->station);
  }
  if (const auto renewal = enrol::decode_renew(text)) KP_CHECK(renewal->request_pem.size() <= crypto::kMaxRequestBytes);
  (void)enrol::decode_grant(text);
  if (crypto::check_request(text, "dl-01")) KP_CHECK(crypto::key_of_request(text).has_value());
  (void)crypto::first_certificate(text);
  return 0;
}
