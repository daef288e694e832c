#include "sync/push/verdict.h"

#include "config/json/json.h"

namespace kiemphieu::push {
namespace {

std::uint64_t number_or_zero(const json::Json& document, const char* key) {
  const auto found = document.find(key);
  if (found == document.end() || !found->is_number_unsigned()) return 0;
  const auto value = found->get<std::uint64_t>();
  return value <= static_cast<std::uint64_t>(INT64_MAX) ? value : 0;
}

Verdict unreadable(const Reply& reply) {
  return {.next = Verdict::Next::kTryLater,
          .error = fail(ErrorCode::kCommitteeUnreachable,
                        "answer " + std::to_string(reply.status) + " without sense")};
}

}  // namespace

Error refusal(const Reply& reply) {
  const auto document = json::parse(reply.body, {.max_bytes = 64U << 10U, .max_depth = 4, .max_values = 100});
  if (document && document->is_object()) {
    const auto found = document->find("code");
    for (const ErrorInfo& row : all_errors())
      if (found != document->end() && found->is_string() && found->get<std::string>() == row.id)
        return fail(row.code, "the committee's answer, " + std::to_string(reply.status));
  }
  return fail(ErrorCode::kCommitteeUnreachable, "answer " + std::to_string(reply.status) + " without sense");
}

Verdict judge(const Reply& reply) {
  if (reply.status >= 500 || reply.status == 408 || reply.status == 429)
    return {.next = Verdict::Next::kTryLater,
            .error = fail(ErrorCode::kCommitteeUnreachable, "answer " + std::to_string(reply.status))};
  const auto document = json::parse(reply.body, {.max_bytes = 64U << 10U, .max_depth = 4, .max_values = 100});
  if (!document || !document->is_object()) return unreadable(reply);
  Verdict verdict{.next = Verdict::Next::kGoOn, .acknowledged = number_or_zero(*document, "acknowledged")};
  if (reply.status == 200) return document->contains("acknowledged") ? verdict : unreadable(reply);

  const auto found = document->find("code");
  if (found == document->end() || !found->is_string()) return unreadable(reply);
  const std::string code = found->get<std::string>();
  verdict.expected = number_or_zero(*document, "expected");
  if (reply.status == 409 && code == info(ErrorCode::kWireGap).id && verdict.expected > 0) {
    verdict.next = Verdict::Next::kResend;
    return verdict;
  }
  verdict.error = fail(ErrorCode::kCommitteeRefused, code);
  for (const ErrorCode own : {ErrorCode::kStationSuperseded, ErrorCode::kMachineRevoked})
    if (code == info(own).id) verdict.error = fail(own, code);
  // The committee's own lists may be put right while the station goes on.
  const bool mendable = code == info(ErrorCode::kStationNotAuthorised).id ||
                        code == info(ErrorCode::kElectionMismatch).id ||
                        code == info(ErrorCode::kHttpNotFound).id;
  verdict.next = mendable ? Verdict::Next::kTryLater : Verdict::Next::kStop;
  return verdict;
}

}  // namespace kiemphieu::push
