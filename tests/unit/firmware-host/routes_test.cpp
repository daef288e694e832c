// The station's HTTP interface without a socket.

#include "firmware-host/web/routes.h"

#include <cmath>

#include "config/json/json.h"
#include "tests/unit/firmware-host/evening.h"

using namespace kiemphieu;
using kiemphieu::station::testing::RunningStation;

namespace {

http::Request request(const std::string& method, const std::string& path, const std::string& body = {}) {
  http::Request made;
  made.method = method;
  made.path = path;
  made.body = body;
  made.headers = {{"host", "127.0.0.1:8080"}, {"content-type", "application/json"}};
  return made;
}

class Page {
 public:
  explicit Page(RunningStation& station)
      : routes_(*station, station.election(), station.polling_station(), [&station] { return *station->view(); }) {}
  http::Response get(const std::string& path) { return routes_.handle(request("GET", path)); }
  http::Response post(const std::string& path, const std::string& body) {
    return routes_.handle(request("POST", "/api/v1/" + path, body));
  }
  http::Response send(const http::Request& made) { return routes_.handle(made); }

 private:
  web::Routes routes_;
};

std::string code_in(const http::Response& response) {
  const auto body = json::parse(response.body);
  return body && body->contains("code") ? (*body)["code"].get<std::string>() : "";
}

}  // namespace

TEST_CASE("what the routes refuse, and with which code") {
  RunningStation station{"routes"};
  Page page{station};
  struct Row { std::string name, path, body; int status; std::string code; };
  const Row rows[] = {
      {"no such command", "fly", "{}", 404, "http_not_found"},
      {"not JSON", "scan", "{", 400, "json_invalid"},
      {"not an object", "scan", "[]", 400, "field_invalid"},
      {"a misspelt field", "scan", R"({"contets": "qh-1"})", 400, "field_invalid"},
      {"scanning before counting", "scan", R"({"contest": "qh-1"})", 409, "not_allowed_now"},
      {"an unknown event", "lifecycle", R"({"event": "fly"})", 400, "field_invalid"},
      {"an event out of turn", "lifecycle", R"({"event": "seal"})", 409, "not_allowed_now"},
      {"a void without reason", "batch/void", R"({"batch": 1})", 400, "field_invalid"},
      {"a decision without votes", "decision", R"({"batch": 1, "position": 1, "validity": "valid"})", 400, "field_invalid"},
      {"a decision of a wrong word", "decision",
       R"({"batch":1,"position":1,"present":9,"in_favour":9,"against":0,"validity":"maybe"})", 400, "field_invalid"},
      {"more members than a team has", "decision",
       R"({"batch":1,"position":1,"present":51,"in_favour":9,"against":0,"validity":"valid"})", 400, "field_invalid"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const http::Response response = page.post(row.path, row.body);
    CHECK(response.status == row.status);
    CHECK(code_in(response) == row.code);
  }
}

TEST_CASE("a page of another origin can command nothing") {
  RunningStation station{"origin"};
  Page page{station};
  http::Request plain = request("POST", "/api/v1/lifecycle", R"({"event": "open_voting"})");
  SUBCASE("a form post") { plain.headers["content-type"] = "text/plain"; }
  SUBCASE("no content type") { plain.headers.erase("content-type"); }
  SUBCASE("a rebound name") { plain.headers["host"] = "evil.example:8080"; }
  SUBCASE("no host") { plain.headers.erase("host"); }
  SUBCASE("another origin") { plain.headers["origin"] = "http://evil.example"; }
  CHECK(page.send(plain).status >= 400);
  CHECK(station->view()->lifecycle == station::LifecycleState::kIdle);
}

TEST_CASE("the page, the state, the totals and the pictures") {
  RunningStation station{"pages"};
  Page page{station};
  CHECK(page.get("/").content_type.starts_with("text/html"));
  CHECK(page.get("/station.js").status == 200);
  CHECK(page.get("/nothing.js").status == 404);
  CHECK(page.get("/healthz").status == 200);
  CHECK(page.get("/metrics").body.find("kiemphieu_journal_sequence") != std::string::npos);
  CHECK(page.get("/api/v1/sheets/1/1/image").status == 404);
  CHECK(page.get("/api/v1/sheets/x/1/image").status == 404);
  CHECK(page.get("/api/v1/sheets/1/1/imagex").status == 404);

  REQUIRE(page.post("lifecycle", R"({"event": "start_counting"})").status == 200);
  station.scan_to_the_end();
  const http::Response picture = page.get("/api/v1/sheets/1/3/image");
  CHECK(picture.status == 200);
  CHECK(picture.content_type == "image/jpeg");
  const auto state = json::parse(page.get("/api/v1/state").body);
  REQUIRE(state.has_value());
  CHECK((*state)["waiting_total"] == 3);
  const auto lines = (*state)["readers"]["lines"].get<int>();
  CHECK(lines >= 3 * static_cast<int>(station.contest().candidates.size()));
  CHECK((*state)["readers"]["disagreements"] == 0);
  const std::string metrics = page.get("/metrics").body;
  CHECK(metrics.find("kiemphieu_name_lines_read_total " + std::to_string(lines) + "\n") != std::string::npos);
  CHECK(metrics.find("kiemphieu_readers_disagree_total 0\n") != std::string::npos);
  CHECK((*state)["waiting"][0]["reasons"][0]["source"].get<std::string>().find("Điều 74") != std::string::npos);
  // The same blank, unsealed page three times: nothing to know the paper by.
  CHECK((*state)["last_sheets"][0]["same_as"].is_null());
  CHECK((*state)["last_sheets"][0]["troubles"].empty());
  CHECK((*state)["streaks"].empty());
  CHECK(page.get("/metrics").body.find("kiemphieu_streaks 0") != std::string::npos);
  const auto totals = json::parse(page.get("/api/v1/totals").body);
  REQUIRE(totals.has_value());
  const auto& first = (*totals)[0];
  CHECK(first["contest"] == station.contest().id);
  CHECK(first["collected"] == 3);
  CHECK(first["in_review"] == 3);
  CHECK(first["classes"].size() == 3);
}

TEST_CASE("a streak on sheet after sheet stands on the page with its place, and the sheet says its trouble") {
  RunningStation station{"streak"};
  imaging::Image& picture = station.script.picture;
  const auto column = static_cast<std::size_t>(std::lround(131.0 / 25.4 * picture.dpi));
  for (std::size_t y = 0; y < static_cast<std::size_t>(picture.height_px); ++y)
    for (std::size_t x = column; x < column + 3; ++x)
      picture.pixels[y * static_cast<std::size_t>(picture.width_px) + x] = 90;
  Page page{station};
  REQUIRE(page.post("lifecycle", R"({"event": "start_counting"})").status == 200);
  station.scan_to_the_end();
  const auto state = json::parse(page.get("/api/v1/state").body);
  REQUIRE(state.has_value());
  REQUIRE((*state)["streaks"].size() == 1);
  CHECK((*state)["streaks"][0]["sheets"] == 3);
  CHECK((*state)["streaks"][0]["at_mm"] == 131);
  CHECK(page.get("/metrics").body.find("kiemphieu_streak_sheets 3") != std::string::npos);
  const auto& trouble = (*state)["last_sheets"][0]["troubles"][0];
  CHECK(trouble["code"] == "streak");
  CHECK(trouble["text_vi"].get<std::string>().find("Lau kính") != std::string::npos);
}

TEST_CASE("the team's decision through the page") {
  RunningStation station{"decide"};
  Page page{station};
  REQUIRE(page.post("lifecycle", R"({"event": "start_counting"})").status == 200);
  station.scan_to_the_end();
  const std::string votes = R"("present": 11, "in_favour": 10, "against": 1)";
  CHECK(page.post("decision", R"({"batch":1,"position":1,"validity":"invalid",)" + votes + "}").status == 200);
  CHECK(page.post("decision", R"({"batch":1,"position":2,"validity":"valid","elected":["c1","c2"],)" + votes + "}").status == 200);
  CHECK(page.post("decision", R"({"batch":1,"position":3,"not_a_ballot":true,)" + votes + "}").status == 200);
  CHECK(code_in(page.post("decision", R"({"batch":1,"position":9,"validity":"invalid",)" + votes + "}")) == "sheet_unknown");
  CHECK(page.post("batch/finish", "{}").status == 200);
  const auto totals = station->view()->totals.front();
  CHECK(totals.collected == Count{2});
  CHECK(totals.invalid == Count{1});
  CHECK(totals.candidates.front().second == Count{1});
}

TEST_CASE("result codes: none before a pile is settled, then a list, and pictures of that list alone") {
  RunningStation station{"codes"};
  web::Routes routes{*station, station.election(), station.polling_station(), [&] { return *station->view(); }, nullptr, station.folder()};
  const auto get = [&](const std::string& path, const std::string& parcel = {}) {
    http::Request asked = request("GET", path);
    if (!parcel.empty()) asked.query["parcel"] = parcel;
    return routes.handle(asked);
  };
  const auto list = [&] { return json::parse(get("/api/v1/codes").body).value(); };
  CHECK(list()["codes"].empty());
  CHECK(get("/api/v1/codes/1.svg", "").status == 404);
  REQUIRE(station->change_lifecycle(station::LifecycleEvent::kStartCounting));
  station.scan_to_the_end();
  CHECK(list()["codes"].empty());  // three sheets wait for the team
  const int members = station.polling_station().team_members;
  for (int position = 1; position <= 3; ++position) {
    journal::TeamDecision decision;
    decision.batch = 1, decision.position = position, decision.ballot = {election::Validity::kInvalid, {}};
    decision.present = decision.in_favour = members;
    decision.reason_vi = "x";
    REQUIRE(station->decide(decision));
  }
  REQUIRE(station->finish_batch(3));
  const auto codes = list();
  REQUIRE(codes["codes"].size() >= 1);
  CHECK(codes["codes"][0].get<std::string>().starts_with("KIEMPHIEU1/1/"));
  const std::string parcel = codes["parcel"].get<std::string>();
  const http::Response picture = get("/api/v1/codes/1.svg", parcel);
  CHECK(picture.status == 200);
  CHECK(picture.content_type == "image/svg+xml");
  for (const char* path : {"/api/v1/codes/0.svg", "/api/v1/codes/99.svg", "/api/v1/codes/1.png", "/api/v1/codes/x.svg", "/api/v1/codes/"}) {
    CAPTURE(path);
    CHECK(get(path, parcel).status == 404);
  }
  CHECK(get("/api/v1/codes/1.svg", "0123456789ABCDEF").status == 404);
  CHECK(get("/api/v1/codes/1.svg").status == 404);
}
