#include "config/json/json.h"
#include "sync/http/server.h"

namespace kiemphieu::http {

Response error_response(int status, const Error& error) {
  const json::OrderedJson body{{"code", info(error.code).id},
                               {"message_vi", operator_sentence(error, Language::kVietnamese)},
                               {"message_en", operator_sentence(error, Language::kEnglish)}};
  return {.status = status, .content_type = "application/json", .body = body.dump() + "\n", .headers = {}};
}

}  // namespace kiemphieu::http
