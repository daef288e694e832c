// Starts from the example election and defaces it by one named operation each;
// the refusal must name the field.
#include "config/election/election.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <set>

#include "config/election/validate.h"
#include "config/json/json.h"
#include "config/storage/files.h"

using namespace kiemphieu;
using namespace kiemphieu::election;
using json::Json;

namespace {

std::string example_text() {
  const auto bytes = storage::read_file("config/examples/election.json", kMaxElectionBytes);
  return std::string{as_text(bytes.value())};
}

Json at(const std::string& pointer, Json value) {
  return Json{{"path", pointer}, {"value", std::move(value)}};
}

/// The example with some values replaced (or added) at JSON pointers.
std::string defaced(const std::vector<Json>& changes) {
  Json document = Json::parse(example_text());
  for (const Json& change : changes)
    document[Json::json_pointer{change["path"].get<std::string>()}] = change["value"];
  return document.dump();
}

}  // namespace

TEST_CASE("the example election loads with its contests, station and rules") {
  const auto election = load("config/examples/election.json");
  REQUIRE(election.has_value());
  CHECK(election->id == "bau-cu-2026-03-15");
  CHECK(election->date == "2026-03-15");
  struct Row {
    const char* id;
    BallotForm form;
    std::size_t candidates;
    int seats;
  };
  const Row rows[] = {{"qh-1", BallotForm::kNationalAssembly, 5, 3},
                      {"tinh-7", BallotForm::kProvincialCouncil, 5, 3},
                      {"xa-2", BallotForm::kCommuneCouncil, 8, 5}};
  const Station* station = election->find_station("dl-eakly-03");
  REQUIRE(station != nullptr);
  for (const Row& row : rows) {
    CAPTURE(row.id);
    const Contest* contest = election->find_contest(row.id);
    REQUIRE(contest != nullptr);
    CHECK(contest->form == row.form);
    CHECK(contest->candidates.size() == row.candidates);
    CHECK(contest->seats == row.seats);
    CHECK(std::is_sorted(contest->candidates.begin(), contest->candidates.end(), ballot_order));
    CHECK(station->has_contest(row.id));
    CHECK(station->voters(row.id) > Count{1000});
  }
  CHECK_FALSE(station->has_contest("huyen-1"));
  CHECK(station->voters("huyen-1") == Count{});
  CHECK(election->rules.rule_for(MarkShape::kHorizontal).meaning == Mark::kStruck);
  CHECK(election->rules.rule_for(MarkShape::kPartial).meaning == Mark::kKept);
  CHECK(election->rules.rule_for(MarkShape::kOther).review);
  CHECK(election->rules.rule_for(Reason::kNoSeal).validity == Validity::kInvalid);
  CHECK(election->find_contest("x") == nullptr);
}

TEST_CASE("names are printed in the law's way") {
  const auto election = load("config/examples/election.json");
  REQUIRE(election.has_value());
  const Candidate* monk = election->find_contest("tinh-7")->find("c4");
  CHECK(monk->printed_lines() == std::vector<std::string>{"Võ Thành Nghĩa", "(Thượng tọa Thích Minh Tường)"});
  const Candidate* common = election->find_contest("xa-2")->find("c3");
  CHECK(common->printed_lines() == std::vector<std::string>{"H'Đoan Byă (Amí Lan)"});
  CHECK(to_text(common->honorific) == "Bà");
}

TEST_CASE("wholly equal names carry the birth date, in the order of the dates") {
  const Json first = {{"id", "c1"},
                      {"honorific", "Ông"},
                      {"family_name", "Lê"},
                      {"given_name", "An"},
                      {"birth_date", "1970-01-09"}};
  Json second = first;
  second["id"] = "c2";
  second["birth_date"] = "1980-12-31";
  Json third = first;
  third["id"] = "c3";
  third["given_name"] = "Bình";
  const auto election = parse(defaced(
      {at("/contests/0/candidates", Json::array({first, second, third})), at("/contests/0/seats", 2)}));
  REQUIRE(election.has_value());
  const Contest& contest = election->contests[0];
  CHECK(contest.candidates[0].printed_lines()[0] == "Lê An (09/01/1970)");
  CHECK(contest.candidates[1].printed_lines()[0] == "Lê An (31/12/1980)");
  CHECK(contest.candidates[2].printed_lines()[0] == "Lê Bình");
  const auto swapped = parse(defaced(
      {at("/contests/0/candidates", Json::array({second, first, third})), at("/contests/0/seats", 2)}));
  REQUIRE_FALSE(swapped.has_value());
  CHECK(swapped.error().evidence.starts_with("contests[0].candidates[1]: "));
}

TEST_CASE("a mistake is refused with the field's name and the fix") {
  const Json example = Json::parse(example_text());
  Json swapped = example["contests"][1]["candidates"];
  std::swap(swapped[0], swapped[1]);
  Json without_cross = example["rules"]["marks"];
  without_cross.erase(4);
  Json reason_twice = example["rules"]["validity"];
  reason_twice[1]["reason"] = "too_many_left";
  struct Row {
    const char* name;
    std::vector<Json> changes;
    const char* evidence;
  };
  const Row rows[] = {
      {"seats as text", {at("/contests/1/seats", "3")}, "contests[1].seats: expected an integer"},
      {"no seats", {at("/contests/1/seats", 0)}, "contests[1].seats: "},
      {"as many seats as candidates",
       {at("/contests/1/seats", 5)},
       "contests[1].seats: 5 seats need more than 5"},
      {"four for the National Assembly", {at("/contests/0/seats", 4)}, "contests[0].seats: at most 3"},
      {"fractional seats", {at("/contests/0/seats", 2.5)}, "contests[0].seats: write a whole number"},
      {"unknown field", {at("/contests/0/seat", 1)}, "contests[0].seat: unknown field"},
      {"unknown form", {at("/contests/0/form", "mau-13")}, "contests[0].form: expected"},
      {"contest id twice", {at("/contests/2/id", "qh-1")}, "contests[2].id: \"qh-1\" is used twice"},
      {"id unfit for a file name", {at("/contests/2/id", "../qh")}, "contests[2].id: expected 1 to 32"},
      {"candidate id twice", {at("/contests/0/candidates/1/id", "c1")}, "contests[0].candidates[1].id: "},
      {"out of the law's order",
       {at("/contests/1/candidates", swapped)},
       "contests[1].candidates[1]: \"Y Bliêu Ayŭn\" must stand before"},
      {"decomposed name",
       {at("/contests/0/candidates/0/given_name", "A\xCC\x81nh")},
       "contests[0].candidates[0].given_name: a letter and its mark"},
      {"doubled blank",
       {at("/contests/0/candidates/0/middle_name", "Thị  Ngọc")},
       "contests[0].candidates[0].middle_name: "},
      {"no such day",
       {at("/contests/0/candidates/0/birth_date", "1985-02-30")},
       "contests[0].candidates[0].birth_date: "},
      {"parentheses typed",
       {at("/contests/1/candidates/3/other_name", "(Thích Minh)")},
       "contests[1].candidates[3].other_name: "},
      {"own line of nothing",
       {at("/contests/0/candidates/0/other_name_on_own_line", true)},
       "contests[0].candidates[0].other_name_on_own_line: "},
      {"colour not a colour",
       {at("/contests/0/paper/rgb", "pink")},
       "contests[0].paper.rgb: expected a colour"},
      {"same colour twice",
       {at("/contests/1/paper", example["contests"][0]["paper"])},
       "stations[0].contests[1]: the ballots of"},
      {"station without such contest",
       {at("/stations/0/contests/0/contest", "qh-9")},
       "stations[0].contests[0].contest: there is no"},
      {"contest listed twice",
       {at("/stations/0/contests/1/contest", "qh-1")},
       "stations[0].contests[1].contest: "},
      {"no voters", {at("/stations/0/contests/0/voters", 0)}, "stations[0].contests[0].voters: "},
      {"council without term", {at("/contests/1/term", nullptr)}, "contests[1].term: "},
      {"rule row missing", {at("/rules/marks", without_cross)}, "rules.marks: add a row for \"cross\""},
      {"rule row twice",
       {at("/rules/validity", reason_twice)},
       "rules.validity[1].reason: \"too_many_left\" has two rows"},
      {"unknown shape", {at("/rules/marks/0/shape", "tick")}, "rules.marks[0].shape: "},
      {"doubtful without review", {at("/rules/marks/11/review", false)}, "rules.marks[11].review: "},
      {"a close that is no time", {at("/polls_close", "24:00")}, "polls_close: expected a time"},
      {"turnout hours that go back", {at("/turnout_at", Json::array({"10:30", "08:00"}))}, "turnout_at: expected times"},
      {"a turnout hour twice", {at("/turnout_at", Json::array({"08:00", "08:00"}))}, "turnout_at: expected times"},
      {"wrong day of election", {at("/date", "15/03/2026")}, "date: expected a date"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const auto result = parse(defaced(row.changes));
    REQUIRE_FALSE(result.has_value());
    CAPTURE(result.error().evidence);
    CHECK(result.error().code == ErrorCode::kElectionInvalid);
    CHECK(result.error().evidence.starts_with(row.evidence));
  }
}

TEST_CASE("the hours of the day are Vietnam's, wherever the machine believes to be") {
  const auto plain = parse(example_text());
  REQUIRE(plain);
  CHECK(plain->polls_close.empty());
  CHECK(plain->turnout_at.empty());
  const auto election = parse(defaced({at("/polls_close", "19:00"), at("/turnout_at", Json::array({"08:00", "10:30"}))}));
  REQUIRE(election);
  CHECK(election->turnout_at == std::vector<std::string>{"08:00", "10:30"});
  CHECK(election->unix_s(election->polls_close) == 1773576000);  // 2026-03-15T12:00:00Z
  CHECK(election->unix_s("06:59") == 1773532740);                // 2026-03-14T23:59:00Z
}

TEST_CASE("what is no election definition at all is unreadable, another version is named") {
  struct Row {
    const char* name;
    std::string text;
    ErrorCode code;
  };
  const Row rows[] = {
      {"empty", "", ErrorCode::kElectionUnreadable},
      {"a picture", "\x89PNG\r\n", ErrorCode::kElectionUnreadable},
      {"cut short", example_text().substr(0, 3000), ErrorCode::kElectionUnreadable},
      {"bottomless", std::string(100'000, '['), ErrorCode::kElectionUnreadable},
      {"duplicate key", R"({"version": 1, "version": 1})", ErrorCode::kElectionUnreadable},
      {"a list", "[]", ErrorCode::kElectionInvalid},
      {"of the future", defaced({at("/version", 2), at("/new_field", 1)}), ErrorCode::kElectionVersion},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const auto result = parse(row.text);
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().code == row.code);
  }
  const auto missing = load("config/examples/no-such-file.json");
  REQUIRE_FALSE(missing.has_value());
  CHECK(missing.error().code == ErrorCode::kElectionUnreadable);
}

TEST_CASE("the digest ignores how the JSON is laid out and sees every value") {
  const auto election = load("config/examples/election.json");
  REQUIRE(election.has_value());
  const auto compact = parse(Json::parse(example_text()).dump());
  REQUIRE(compact.has_value());
  CHECK(compact->digest == election->digest);
  const auto changed = parse(defaced({at("/stations/0/contests/0/voters", 1125)}));
  REQUIRE(changed.has_value());
  CHECK(changed->digest != election->digest);
  // Worked example of docs/formats/election.md.
  CHECK(election->digest.hex() == "8ec80f1eb355b648e4671226b289e81c918f45eeb16d8dc9f9dfd3cf1c4a3460");
}

TEST_CASE("find_decomposed refuses typed-apart letters but knows the Êđê breve") {
  struct Row {
    const char* text;
    bool composed;
  };
  const Row rows[] = {{"Nguyễn", true},
                      {"H'Mlăng", true},
                      {"Y Bliêu Ayŭn", true},
                      {"e\xCC\x82", false},
                      {"\xE1\xBA\xBF", true},
                      {"\xC3\xAA\xCC\x81", false},
                      {"ê\xCC\x86", true},
                      {"ơ\xCC\x86", true},
                      {"a\xCC\x86", false},
                      {"\xCC\x81", false},
                      {"", true}};
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK((find_decomposed(row.text) == std::string_view::npos) == row.composed);
  }
}
