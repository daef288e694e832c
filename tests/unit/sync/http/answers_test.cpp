// Answers that need no socket: errors, metrics, assets.
#include <doctest/doctest.h>

#include <string>

#include "sync/http/asset.h"
#include "sync/http/metrics.h"

using namespace kiemphieu;

TEST_CASE("an error is told in both languages") {
  const http::Response answer = http::error_response(409, fail(ErrorCode::kWireGap, "private detail"));
  CHECK(answer.status == 409);
  CHECK(answer.body ==
        "{\"code\":\"wire_gap\",\"message_vi\":\"Thiếu bản ghi đứng trước bản ghi này. Gửi lại từ bản ghi "
        "còn thiếu.\","
        "\"message_en\":\"A record before this one is missing. Send again from the missing record.\"}\n");
}

TEST_CASE("metrics are in the Prometheus text format") {
  using http::Metric;
  const auto answer = http::metrics_response({
      {.name = "kp_sheets",
       .help = "Sheets.",
       .type = Metric::Type::kGauge,
       .samples = {{.labels = {{"contest", "qh-1"}}, .value = 3},
                   {.labels = {{"contest", "a\"b"}}, .value = 4}}},
      {.name = "kp_refused_total",
       .help = "Refused.",
       .type = Metric::Type::kCounter,
       .samples = {{.labels = {}, .value = 2}}},
  });
  CHECK(answer.content_type.starts_with("text/plain; version=0.0.4"));
  CHECK(answer.body.find("# TYPE kp_sheets gauge\nkp_sheets{contest=\"qh-1\"} 3\n") != std::string::npos);
  CHECK(answer.body.find("kp_sheets{contest=\"a\\\"b\"} 4\n") != std::string::npos);
  CHECK(answer.body.find("# TYPE kp_refused_total counter\nkp_refused_total 2\n") != std::string::npos);
}

TEST_CASE("assets answer by name only") {
  const http::Asset assets[] = {{"index.html", "<p>"}, {"board.js", "1;"}};
  const auto get = [&](const std::string& path) {
    return http::asset_response(assets, {.method = "GET", .path = path});
  };
  CHECK(get("/")->body == "<p>");
  CHECK(get("/")->content_type == "text/html; charset=utf-8");
  CHECK(get("/board.js")->content_type == "text/javascript; charset=utf-8");
  CHECK(!get("/board.js/").has_value());
  CHECK(!get("/other.js").has_value());
  CHECK(!http::asset_response(assets, {.method = "POST", .path = "/"}).has_value());
}
