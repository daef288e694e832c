#include "sync/wire/body.h"

#include <doctest/doctest.h>

#include <string>

using namespace kiemphieu;
using namespace kiemphieu::wire;

namespace {

BatchTotal good_total() {
  return {.contest = "qh-1",
          .batch = 2,
          .seats = 3,
          .collected = Count{10},
          .valid = Count{8},
          .invalid = Count{2},
          .classes = {Count{1}, Count{3}, Count{4}},  // 1 + 6 + 12 = 19 votes
          .candidates = {{"c1", Count{8}}, {"c2", Count{7}}, {"c3", Count{4}}, {"c4", Count{0}}}};
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("a batch total has one spelling") {
  CHECK(
      encode(good_total()) ==
      R"({"batch":2,"candidates":[{"id":"c1","votes":8},{"id":"c2","votes":7},{"id":"c3","votes":4},{"id":"c4","votes":0}],)"
      R"("classes":{"1":1,"2":3,"3":4},"collected":10,"contest":"qh-1","invalid":2,"seats":3,"valid":8})");
  const auto back = decode_batch_total(encode(good_total()));
  REQUIRE(back.has_value());
  CHECK(*back == good_total());
}

TEST_CASE("a batch total of any other form is refused") {
  const std::string good = encode(good_total());
  struct Row {
    const char* name;
    std::string body, evidence;
  };
  const Row rows[] = {
      {"not JSON", "{", "json_invalid"},
      {"an array", "[]", "object"},
      {"candidate twice", replaced(good, R"("id":"c2")", R"("id":"c1")"), "candidates[1].id"},
      {"class missing", replaced(good, R"("1":1,)", ""), "classes"},
      {"class of too many", replaced(good, R"("3":4)", R"("4":4)"), "classes.3"},
      {"negative", replaced(good, R"("votes":0)", R"("votes":-1)"), "votes"},
      {"fraction", replaced(good, R"("votes":0)", R"("votes":0.0)"), "votes"},
      {"huge", replaced(good, R"("invalid":2)", R"("invalid":18446744073709551615)"), "invalid"},
      {"unknown field", replaced(good, R"("seats")", R"("a":1,"seats")"), "unknown field"},
      {"field twice", replaced(good, R"("seats":3)", R"("seats":3,"seats":3)"), "twice"},
      {"field missing", replaced(good, R"("seats":3,)", ""), "seats"},
      {"a space", replaced(good, ",", ", "), "canonical"},
      {"an escape", replaced(good, "qh-1", "qh-\\u0031"), "canonical"},
      {"batch zero", replaced(good, R"("batch":2)", R"("batch":0)"), "batch"},
      {"seats zero", replaced(good, R"("seats":3)", R"("seats":0)"), "seats"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const auto decoded = decode_batch_total(row.body);
    REQUIRE(!decoded.has_value());
    CHECK(decoded.error().code == ErrorCode::kWireInvalid);
    CHECK_MESSAGE(decoded.error().evidence.find(row.evidence) != std::string::npos, decoded.error().evidence);
  }
}

TEST_CASE("figures that cannot be true have a form all the same, and it is said why they cannot") {
  const std::string good = encode(good_total());
  struct Row {
    const char* name;
    std::string body, why;
  };
  const Row rows[] = {
      {"collected", replaced(good, R"("collected":10)", R"("collected":11)"), "collected is not"},
      {"sum of classes", replaced(good, R"("1":1,"2":3)", R"("1":2,"2":3)"), "sum of the classes"},
      {"sum of votes", replaced(good, R"("votes":4)", R"("votes":5)"), "sum of the votes"},
      {"more votes than valid ballots",
       replaced(replaced(good, R"("votes":8)", R"("votes":9)"), R"("votes":7)", R"("votes":6)"),
       "more votes"},
  };
  CHECK_FALSE(impossible(good_total()).has_value());
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const auto decoded = decode_batch_total(row.body);
    REQUIRE(decoded.has_value());
    const auto why = impossible(*decoded);
    REQUIRE(why.has_value());
    CHECK_MESSAGE(why->find(row.why) != std::string::npos, *why);
  }
}

namespace {

TallyTotal good_tally() {
  TallyTotal total;
  total.sums = good_total();
  total.sums.batch = 3;
  total.replaces = 1;
  total.reason = "Viết nhầm";
  total.voters = Count{20}, total.voted = Count{12}, total.issued = Count{13};
  return total;
}

}  // namespace

TEST_CASE("a tally total has one spelling, and says why it corrects") {
  const std::string good = encode(good_tally());
  CHECK(good.ends_with(R"("collected":10,"contest":"qh-1","invalid":2,"issued":13,"reason":"Viết nhầm","replaces":1,"seats":3,)"
                       R"("sheet":3,"valid":8,"voted":12,"voters":20})"));
  CHECK(decode_tally_total(good).value() == good_tally());
  struct Row {
    const char* name;
    std::string body, evidence;
  };
  const Row rows[] = {
      {"a pile's total", encode(good_total()), "unknown field"},
      {"replaces itself", replaced(good, R"("replaces":1)", R"("replaces":3)"), "a sheet before"},
      {"a correction without a reason", replaced(good, R"("reason":"Viết nhầm",)", ""), "reason"},
      {"a reason for no correction", replaced(good, R"("replaces":1)", R"("replaces":0)"), "corrects nothing"},
      {"no turnout", replaced(good, R"("voted":12,)", ""), "voted"},
      {"a space", replaced(good, ",", ", "), "canonical"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const auto decoded = decode_tally_total(row.body);
    REQUIRE(!decoded.has_value());
    CHECK(decoded.error().code == ErrorCode::kWireInvalid);
    CHECK_MESSAGE(decoded.error().evidence.find(row.evidence) != std::string::npos, decoded.error().evidence);
  }
}

TEST_CASE("a tally total that cannot be: more collected than voted, than listed, than issued") {
  CHECK_FALSE(impossible(good_tally()).has_value());
  for (const auto& [field, why] : {std::pair{&TallyTotal::voted, "than voters voted"}, {&TallyTotal::issued, "collected than issued"}}) {
    TallyTotal total = good_tally();
    total.*field = Count{9};
    REQUIRE(impossible(total).has_value());
    CHECK(impossible(total)->find(why) != std::string::npos);
  }
  TallyTotal total = good_tally();
  total.voters = Count{11};
  CHECK(impossible(total)->find("than are listed") != std::string::npos);
}

TEST_CASE("a result, a withdrawal and a turnout have one spelling each") {
  ContestResult result;
  result.sums = good_total();
  CHECK(encode(result).ends_with(
      R"("collected":10,"contest":"qh-1","invalid":2,"issued":0,"piles":2,"replaces":0,"seats":3,"valid":8,"voted":0,"voters":0})"));
  CHECK(decode_contest_result(encode(result)).value() == result);
  CHECK_FALSE(impossible(result).has_value());
  result.voters = Count{20}, result.voted = Count{9}, result.issued = Count{20};
  CHECK(impossible(result).has_value());
  result.replaces = 7;
  CHECK(!decode_contest_result(encode(result)).has_value());  // a correction without a reason
  result.reason = "Cộng nhầm";
  CHECK(decode_contest_result(encode(result)).value() == result);

  const BatchWithdrawn withdrawn{"qh-1", 4, "Lẫn phiếu"};
  CHECK(encode(withdrawn) == R"({"batch":4,"contest":"qh-1","reason":"Lẫn phiếu"})");
  CHECK(decode_batch_withdrawn(encode(withdrawn)).value() == withdrawn);
  CHECK(!decode_batch_withdrawn(R"({"batch":4,"contest":"qh-1","reason":""})").has_value());

  const Turnout turnout{"10:30", {{"qh-1", Count{500}}}};
  CHECK(encode(turnout) == R"({"at":"10:30","contests":[{"contest":"qh-1","voted":500}]})");
  CHECK(decode_turnout(encode(turnout)).value() == turnout);
  CHECK(!decode_turnout(R"({"at":"10:30","contests":[]})").has_value());
  CHECK(std::holds_alternative<Turnout>(decode_body("turnout", encode(turnout)).value()));
  CHECK(!decode_body("turnout", encode(withdrawn)).has_value());
  CHECK(!decode_body("ballot", encode(turnout)).has_value());
}

TEST_CASE("a status has one spelling and sane numbers") {
  const Status status{.state = "counting",
                      .contest = "qh-1",
                      .batch = 3,
                      .contests = {{"qh-1", Count{120}, Count{2}}, {"tinh-1", Count{0}, Count{0}}}};
  CHECK(encode(status) ==
        R"({"batch":3,"contest":"qh-1","contests":[{"contest":"qh-1","in_review":2,"scanned":120},)"
        R"({"contest":"tinh-1","in_review":0,"scanned":0}],"state":"counting"})");
  CHECK(*decode_status(encode(status)) == status);
  CHECK(decode_status(encode(Status{.state = "idle"})).has_value());
  const std::string good = encode(status);
  CHECK(!decode_status(replaced(good, R"("in_review":2)", R"("in_review":121)")).has_value());
  CHECK(!decode_status(replaced(good, "tinh-1", "qh-1")).has_value());
  CHECK(!decode_status(replaced(good, "counting", "")).has_value());
  CHECK(!decode_status(replaced(good, R"("batch":3)", R"("batch":-3)")).has_value());
  CHECK(!decode_status(encode(good_total())).has_value());
}
