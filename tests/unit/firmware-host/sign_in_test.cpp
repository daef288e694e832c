// Signing in over HTTP, without a socket: cookies, what each role gets, what a session's end does not touch.

#include "firmware-host/web/sign_in.h"

#include "config/crypto/pin_hash.h"
#include "config/json/json.h"
#include "firmware-host/team/permissions.h"
#include "firmware-host/web/routes.h"
#include "tests/unit/firmware-host/evening.h"
#include "tests/unit/firmware-host/scripted_clock.h"

using namespace kiemphieu;
using namespace std::chrono_literals;
using kiemphieu::station::testing::RunningStation;
using team::Role;

namespace {

const std::string kPin = "730418";

/// A station whose list has a head 1, a secretary 2, members 3 to 10 and a technician 40, all with one PIN.
class Desk {
 public:
  explicit Desk(const std::string& name, bool with_list = true) : station(name) {
    static const std::string hash = crypto::hash_pin(kPin).value();
    team::List list{{1, {Role::kHead, hash}}, {2, {Role::kSecretary, hash}}, {40, {Role::kTechnician, hash}}};
    for (int number = 3; number <= 10; ++number) list[number] = {Role::kMember, hash};
    if (with_list) REQUIRE(team::save(station.folder(), list).has_value());
    auto opened = team::People::open(station.folder(), clock);
    REQUIRE(opened.has_value());
    people = *std::move(opened);
    routes = std::make_unique<web::Routes>(
        *station, station.election(), station.polling_station(),
        [this] {
          station::View view = *station->view();
          view.team = people->roster().value();
          return view;
        },
        people.get());
  }

  http::Request request(const std::string& method, const std::string& path, const std::string& body = "{}") const {
    http::Request made;
    made.method = method, made.path = "/api/v1/" + path, made.body = body;
    made.headers = {{"host", "127.0.0.1:8080"}, {"content-type", "application/json"}};
    if (!cookie.empty()) made.headers["cookie"] = "theme=dark; " + cookie + "; other=1";
    return made;
  }
  http::Response post(const std::string& path, const std::string& body = "{}") {
    return routes->handle(request("POST", path, body));
  }
  http::Response login(int number, const std::string& pin = kPin) {
    http::Response answer = post("login", R"({"member":)" + std::to_string(number) + R"(,"pin":")" + pin + "\"}");
    if (answer.status == 200) cookie = answer.headers.at("Set-Cookie").substr(0, answer.headers.at("Set-Cookie").find(';'));
    return answer;
  }
  json::Json state() { return json::parse(routes->handle(request("GET", "state")).body).value(); }

  RunningStation station;
  test::ScriptedClock clock;
  std::unique_ptr<team::People> people;
  std::unique_ptr<web::Routes> routes;
  std::string cookie;
};

std::string code_in(const http::Response& response) {
  const auto body = json::parse(response.body);
  return body && body->contains("code") ? (*body)["code"].get<std::string>() : "";
}

/// The request that gives a command of the table; its body need not be taken.
std::pair<std::string, std::string> command(std::string_view name) {
  constexpr std::string_view kLifecycle = "lifecycle/";
  if (!name.starts_with(kLifecycle)) return {std::string{name}, "{}"};
  return {"lifecycle", R"({"event":")" + std::string{name.substr(kLifecycle.size())} + "\"}"};
}

}  // namespace

TEST_CASE("without a list the station takes commands from anybody, and says that there is none") {
  Desk desk{"no-list", false};
  CHECK(desk.state()["team"].is_null());
  CHECK(desk.state()["session"].is_null());
  CHECK(desk.post("lifecycle", R"({"event":"start_counting"})").status == 200);
  CHECK(code_in(desk.login(1)) == "sign_in_wrong");
  CHECK(desk.post("logout").status == 200);
}

TEST_CASE("where there is a list nobody commands without a session, and looking needs none") {
  Desk desk{"no-session"};
  const auto before = desk.station->view()->last_sequence;
  for (const team::Permission& row : team::permissions()) {
    const auto [path, body] = command(row.command);
    CAPTURE(row.command);
    for (const std::string& cookie : {std::string{}, "kiemphieu_session=" + std::string(64, '0'), std::string{"kiemphieu_session="}}) {
      desk.cookie = cookie;
      const http::Response answer = desk.post(path, body);
      CHECK(answer.status == 401);
      CHECK(code_in(answer) == "sign_in_needed");
    }
  }
  CHECK(desk.station->view()->last_sequence == before);
  CHECK(desk.state()["team"]["people"].size() == 11);
  CHECK(desk.state()["team"]["people"][0] == json::parse(R"({"number":1,"role":"head","role_vi":"Tổ trưởng"})").value());
  CHECK(desk.routes->handle(desk.request("GET", "totals")).status == 200);
  CHECK(desk.routes->handle(desk.request("GET", "state")).body.find("argon2") == std::string::npos);
}

TEST_CASE("every role gets what the table gives it, and 403 for the rest") {
  for (const auto& [number, role] : {std::pair{1, Role::kHead}, {2, Role::kSecretary}, {3, Role::kMember}, {40, Role::kTechnician}}) {
    Desk desk{"roles"};
    REQUIRE(desk.login(number).status == 200);
    for (const team::Permission& row : team::permissions()) {
      const auto [path, body] = command(row.command);
      CAPTURE(row.command);
      CAPTURE(number);
      const http::Response answer = desk.post(path, body);
      CHECK((answer.status == 403) == !team::may(role, row.command));
      if (answer.status == 403) CHECK(code_in(answer) == "role_not_allowed");
      CHECK(answer.status != 401);
    }
    CHECK(desk.post("fly").status == 404);
  }
}

TEST_CASE("the cookie is out of reach of scripts and other sites, and each sign-in has its own") {
  Desk desk{"cookie"};
  const http::Response answer = desk.login(1);
  REQUIRE(answer.status == 200);
  const std::string set = answer.headers.at("Set-Cookie");
  const std::string token = desk.cookie.substr(desk.cookie.find('=') + 1);
  CHECK(token.size() == 64);
  CHECK(set == "kiemphieu_session=" + token + "; Path=/; HttpOnly; SameSite=Strict");
  CHECK(answer.body.find(token) == std::string::npos);
  const auto body = json::parse(answer.body);
  REQUIRE(body.has_value());
  CHECK((*body)["session"]["number"] == 1);
  CHECK(desk.state()["session"]["role"] == "head");
  const std::string first = desk.cookie;
  REQUIRE(desk.login(2).status == 200);
  CHECK(desk.cookie != first);
  CHECK(desk.state()["session"]["number"] == 2);
  desk.cookie = first;  // who was at this browser before is signed out
  CHECK(desk.state()["session"].is_null());
}

TEST_CASE("signing out ends the session and takes the cookie away") {
  Desk desk{"sign-out"};
  REQUIRE(desk.login(1).status == 200);
  const http::Response out = desk.post("logout");
  CHECK(out.status == 200);
  CHECK(out.headers.at("Set-Cookie") == "kiemphieu_session=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0");
  CHECK(json::parse(out.body).value()["session"].is_null());
  CHECK(desk.post("lifecycle", R"({"event":"start_counting"})").status == 401);
}

TEST_CASE("a wrong PIN says how long to wait, in words and in a number") {
  Desk desk{"wait"};
  for (int i = 0; i < 2; ++i) CHECK(json::parse(desk.login(1, "999000").body).value()["wait_s"] == 0);
  const http::Response third = desk.login(1, "999000");
  CHECK(third.status == 401);
  CHECK(code_in(third) == "sign_in_wrong");
  const http::Response early = desk.login(1);
  CHECK(early.status == 429);
  CHECK(code_in(early) == "sign_in_wait");
  CHECK(early.headers.at("Retry-After") == "2");
  const auto body = json::parse(early.body).value();
  CHECK(body["wait_s"] == 2);
  CHECK(body["message_vi"].get<std::string>().ends_with("Còn 2 giây."));
  CHECK(body["message_en"].get<std::string>().ends_with("2 seconds left."));
  CHECK_FALSE(early.headers.contains("Set-Cookie"));
  desk.clock.pass(2s);
  CHECK(desk.login(1).status == 200);
  for (const std::string bad : {"{", "[]", "{}", R"({"member":1})", R"({"member":51,"pin":"730418"})",
                                R"({"member":"1","pin":"730418"})"}) {
    CAPTURE(bad);
    CHECK(desk.post("login", bad).status == 400);
  }
}

TEST_CASE("a page of another origin can sign nobody in or out") {
  Desk desk{"login-origin"};
  REQUIRE(desk.login(1).status == 200);
  for (const std::string path : {"login", "logout"}) {
    for (const auto& [header, value] : {std::pair<std::string, std::string>{"origin", "http://evil.example"},
                                        {"host", "evil.example"}, {"content-type", "text/plain"}}) {
      CAPTURE(path);
      CAPTURE(header);
      http::Request foreign = desk.request("POST", path, R"({"member":1,"pin":"730418"})");
      foreign.headers[header] = value;
      const http::Response answer = desk.routes->handle(foreign);
      CHECK(answer.status >= 400);
      CHECK_FALSE(answer.headers.contains("Set-Cookie"));
    }
  }
  CHECK(desk.state()["session"]["number"] == 1);
}

TEST_CASE("a session that ends while paper runs stops no paper") {
  Desk desk{"feeding"};
  REQUIRE(desk.login(3).status == 200);
  CHECK(code_in(desk.post("lifecycle", R"({"event":"start_counting"})")) == "role_not_allowed");
  REQUIRE(desk.login(2).status == 200);
  REQUIRE(desk.post("lifecycle", R"({"event":"start_counting"})").status == 200);
  REQUIRE(desk.login(3).status == 200);
  REQUIRE(desk.post("scan", R"({"contest":")" + desk.station.contest().id + "\"}").status == 200);
  desk.clock.pass(30min);
  CHECK(desk.post("stop").status == 401);
  desk.station.rest();
  const auto view = desk.station->view();
  CHECK(view->batches.back().sheets == 3);
  CHECK(view->lifecycle == station::LifecycleState::kCounting);
  CHECK_FALSE(view->notice.has_value());
}

TEST_CASE("what a person enters is entered by the person signed in") {
  Desk desk{"themselves"};
  REQUIRE(desk.login(2).status == 200);
  REQUIRE(desk.post("lifecycle", R"({"event":"start_counting"})").status == 200);
  CHECK(code_in(desk.post("tally/enter", R"({"sheet":1,"round":1,"member":3,"figures":{}})")) == "not_this_person");
  CHECK(desk.post("tally/discard", R"({"sheet":1,"member":3,"reason_vi":"x"})").status == 403);
  CHECK(code_in(desk.post("tally/enter", R"({"sheet":1,"round":1,"member":2,"figures":{}})")) == "sheet_unknown");
  REQUIRE(desk.post("scan", R"({"contest":")" + desk.station.contest().id + "\"}").status == 200);
  desk.station.rest();
  const std::string sheet = R"({"batch":1,"position":1,"validity":"invalid","against":0,)";
  CHECK(code_in(desk.post("decision", sheet + R"("present":8,"in_favour":8})")) == "members_present");
  CHECK(code_in(desk.post("decision", sheet + R"("present":8,"in_favour":8,"members":[1,2,3,4,5,6,7,40]})")) == "members_present");
  CHECK(code_in(desk.post("decision", sheet + R"("present":8,"in_favour":8,"members":[1,2,3,4,5,6,7,"8"]})")) == "field_invalid");
  CHECK(desk.post("decision", sheet + R"("present":8,"in_favour":8,"members":[1,2,3,4,5,6,7,8]})").status == 200);
  REQUIRE(desk.login(1).status == 200);
  CHECK(desk.post("batch/void", R"({"batch":1,"reason_vi":"Quét lại"})").status == 200);
  CHECK(desk.post("lifecycle", R"({"event":"close"})").status == 200);
  CHECK(desk.post("lifecycle", R"({"event":"seal"})").status == 200);
  CHECK(code_in(desk.post("lifecycle", R"({"event":"unseal"})")) == "reopen_who_why");
  CHECK(code_in(desk.post("lifecycle", R"({"event":"unseal","reason_vi":"Sót","name":"Ai đó"})")) == "field_invalid");
  CHECK(desk.post("lifecycle", R"({"event":"unseal","reason_vi":"Sót một chồng"})").status == 200);
  CHECK(desk.station->view()->lifecycle == station::LifecycleState::kClosing);
}
