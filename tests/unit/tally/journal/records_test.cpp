#include "tally/journal/records.h"

#include <doctest/doctest.h>

#include <limits>

#include "tests/unit/tally/journal/scene.h"
#include "tests/unit/tally/journal/tally_scene.h"

using namespace kiemphieu;
using namespace kiemphieu::journal;

namespace {

/// One of each kind, with every optional field there.
std::vector<Record> every_kind() {
  FeedStopped stopped{3, "scanner_jam", 12, 11, 1, 4711, true};
  counting::ContestTotals totals = counting::empty_totals(scene::election().contests[0]);
  CHECK(counting::add(totals, {election::Validity::kValid, {"c1"}}));
  SheetRecorded odd = scene::sheet(3, 2, 5, Digest{});
  odd.troubles = {{reading::Trouble::kStreak, {63.5, 102.25}}, {reading::Trouble::kUpsideDown, {}}};
  odd.same_as = SheetPlace{2, 14};
  odd.header = 999;
  TeamDecision named = scene::decision(3, 1, {"c1", "c2"});
  named.by = 2, named.members = {1, 2, 3, 5, 8, 11};
  return {JournalCreated{scene::election().digest, "tram-1", scene::key().public_key().hex(), "kiemphieu 0.1.0"},
          StationStarted{4, 1773565331},
          LifecycleChanged{"idle", "open", "voting", 1773565331},
          LifecycleChanged{"sealed", "unseal", "closing", 1773565331, 1, "", "Sót một chồng"},
          LifecycleChanged{"sealed", "unseal", "closing", 1773565331, {}, "Trần Văn Ơn", "Sót một chồng"},
          BatchOpened{3, "qh-1"},
          FeedStarted{3},
          stopped,
          scene::sheet(3, 1, 5, Digest{}),
          odd,
          scene::decision(3, 1, {"c1", "c2"}),
          named,
          BatchClosed{3, 11, 10},
          BatchSettled{3, totals},
          BatchVoided{3, "Kẹt giấy, quét lại"},
          BatchVoided{3, "Kẹt giấy, quét lại", 1},
          Incident{"scanner_jam", "sane_read: 6", 1773565331},
          Incident{"pile_count_differs", "batch=3", 1773565331, 3, 53},
          FeederCounted{3, 4711},
          TallyFeedStarted{},
          TallyFeedStopped{"scanner_no_documents", 1, 1},
          scene::tally_sheet(1),
          scene::entry(1, 3),
          scene::settled(1, 7),
          TallySheetDiscarded{1, 3, "Bảng ghi sai"},
          TallyCorrectionOpened{"qh-1", "Cộng sai"},
          TakenOver{2, scene::key().public_key().hex(), "kiemphieu 0.1.0", 1773565331},
          ImagesDestroyed{}};
}

}  // namespace

TEST_CASE("every kind of record comes back from its bytes as it went in") {
  for (const Record& record : every_kind()) {
    const std::string body = encode(record);
    CAPTURE(kind_of(record));
    CAPTURE(body);
    const auto back = decode(kind_of(record), body);
    REQUIRE(back);
    CHECK(back->index() == record.index());
    CHECK(encode(*back) == body);
  }
  const auto back = decode("sheet_recorded", encode(scene::sheet(3, 1, 2, Digest{})));
  REQUIRE(back);
  const auto& sheet = std::get<SheetRecorded>(*back);
  CHECK(sheet.interpretation.candidates[0].score == doctest::Approx(0.01));
  CHECK(sheet.interpretation.candidates[4].mark == election::Mark::kStruck);
  CHECK(sheet.interpretation.validity == election::Validity::kValid);
  CHECK(sheet.skew_mdeg == -310);
  CHECK(sheet.readers.lines == 6);
  CHECK(sheet.readers.disagreements == 1);
  SheetRecorded before = scene::sheet(3, 1, 2, Digest{});  // as written before there was a second reader
  before.readers = {};
  CHECK(encode(before).find("readers") == std::string::npos);
  CHECK(decode("sheet_recorded", encode(before)));
}

TEST_CASE("a sheet's troubles and the sheet it resembles come back, and are absent when there are none") {
  SheetRecorded odd = scene::sheet(3, 2, 5, Digest{});
  CHECK(encode(odd).find("troubles") == std::string::npos);
  CHECK(encode(odd).find("same_as") == std::string::npos);
  odd.troubles = {{reading::Trouble::kStreak, {63.5, 102.25}}, {reading::Trouble::kUpsideDown, {}}};
  odd.same_as = SheetPlace{2, 14};
  const auto back = decode("sheet_recorded", encode(odd));
  REQUIRE(back);
  const auto& sheet = std::get<SheetRecorded>(*back);
  REQUIRE(sheet.troubles.size() == 2);
  CHECK(sheet.troubles[0].trouble == reading::Trouble::kStreak);
  CHECK(sheet.troubles[0].at_mm == std::vector<double>{63.5, 102.25});
  CHECK(sheet.troubles[1].trouble == reading::Trouble::kUpsideDown);
  CHECK(sheet.same_as == SheetPlace{2, 14});
  const auto refused = [&](const std::string& from, const std::string& to) {
    std::string text = encode(odd);
    text.replace(text.find(from), from.size(), to);
    CAPTURE(text);
    CHECK_FALSE(decode("sheet_recorded", text).has_value());
  };
  refused("\"streak\"", "\"strike\"");
  refused("63500", "\"63\"");
  refused("63500", "99000000");
  odd.header = 999;
  refused("\"header\":999", "\"header\":1000");
  refused("\"position\":14", "\"position\":0");
}

TEST_CASE("records from before people signed in have the same bytes, and come back without anybody") {
  const std::string change = R"({"event":"seal","from":"closing","to":"sealed","wall_unix_s":1773565331})";
  const std::string voided = R"({"batch":3,"reason_vi":"Quét lại"})";
  const std::string decision = R"({"against":1,"batch":3,"elected":["c1"],"in_favour":10,"not_a_ballot":false,)"
                               R"("position":2,"present":11,"validity":"valid"})";
  for (const auto& [kind, body] : {std::pair{"lifecycle_changed", change}, {"batch_voided", voided}, {"team_decision", decision}}) {
    CAPTURE(kind);
    const auto record = decode(kind, body);
    REQUIRE(record);
    CHECK(encode(*record) == body);
  }
  CHECK_FALSE(std::get<TeamDecision>(*decode("team_decision", decision)).by.has_value());
  CHECK(std::get<TeamDecision>(*decode("team_decision", decision)).members.empty());
}

TEST_CASE("members present stand in ascending order, nobody twice, and are numbers of a list") {
  TeamDecision named = scene::decision(3, 1, {"c1"});
  named.by = 2, named.members = {1, 5, 9};
  const std::string good = encode(named);
  REQUIRE(decode("team_decision", good));
  CHECK(std::get<TeamDecision>(*decode("team_decision", good)).members == std::vector{1, 5, 9});
  for (const std::string members : {"[]", "[1,5,5]", "[5,1,9]", "[0,5,9]", "[1,5,1001]", "[1,\"5\",9]", "[1,5.5,9]", "{}", "3",
                                    "[1,5,18446744073709551615]"}) {
    CAPTURE(members);
    std::string text = good;
    text.replace(text.find("[1,5,9]"), 7, members);
    CHECK_FALSE(decode("team_decision", text).has_value());
  }
  for (const std::string by : {"0", "1001", "-1", "\"2\"", "null"}) {
    CAPTURE(by);
    std::string text = good;
    text.replace(text.find("\"by\":2"), 6, "\"by\":" + by);
    CHECK_FALSE(decode("team_decision", text).has_value());
  }
}

TEST_CASE("a body with one thing wrong is refused") {
  struct Row { std::string name; const char* kind; std::string body; };
  const std::string sheet = encode(scene::sheet(1, 1, 2, Digest{}));
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string text = sheet;
    const auto at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
  };
  const std::string tally_body = encode(scene::tally_sheet(1));
  const auto tally = [&](const std::string& from, const std::string& to) {
    std::string text = tally_body;
    const auto at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
  };
  const Row rows[] = {
      {"unknown kind", "sheet_deleted", "{}"},
      {"not JSON", "feed_started", "{"},
      {"no object", "feed_started", "[1]"},
      {"missing field", "feed_started", "{}"},
      {"extra field", "feed_started", R"({"batch":1,"note":1})"},
      {"batch zero", "feed_started", R"({"batch":0})"},
      {"fraction", "feed_started", R"({"batch":1.5})"},
      {"huge batch", "feed_started", R"({"batch":99999999999999999999})"},
      {"twice the same key", "feed_started", R"({"batch":1,"batch":2})"},
      {"unknown mark", "sheet_recorded", with("\"kept\"", "\"liked\"")},
      {"unknown shape", "sheet_recorded", with("\"horizontal\"", "\"wavy\"")},
      {"score above one", "sheet_recorded", with("980000", "1980000")},
      {"short image name", "sheet_recorded", with("0000000000", "00")},
      {"more disagreements than lines", "sheet_recorded", with("\"disagreements\":1", "\"disagreements\":7")},
      {"no lines", "sheet_recorded", with("\"lines\":6", "\"lines\":0")},
      {"unknown outcome", "sheet_recorded", with("\"accepted\"", "\"fine\"")},
      {"a tally sheet's unknown doubt", "tally_sheet_recorded", tally("\"unclear\"", "\"hazy\"")},
      {"a place of three numbers", "tally_sheet_recorded", tally("[1000,700,350,70]", "[1000,700,350]")},
      {"a place far off", "tally_sheet_recorded", tally("[1000,700,350,70]", "[1000,700,350,700000]")},
      {"more than sure", "tally_sheet_recorded", tally("\"sure\":9990", "\"sure\":10001")},
      {"sheet zero", "tally_sheet_recorded", tally("\"sheet\":1", "\"sheet\":0")},
      {"nobody's entry", "tally_sheet_entered", R"({"figures":[{"id":"a","typed":true,"value":1}],"member":0,"round":1,"sheet":1})"},
      {"a figure below zero", "tally_sheet_entered", R"({"figures":[{"id":"a","typed":true,"value":-1}],"member":1,"round":1,"sheet":1})"},
      {"no figures", "tally_sheet_entered", R"({"figures":[],"member":1,"round":1,"sheet":1})"},
      {"something in an empty body", "tally_feed_started", R"({"batch":1})"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const auto record = decode(row.kind, row.body);
    REQUIRE_FALSE(record);
    CHECK(record.error().code == ErrorCode::kRecordInvalid);
  }
}

TEST_CASE("what a library or a person writes never makes a record unreadable") {
  const std::string texts[] = {"line\nline\ttab", std::string("nul\0byte", 8), "\xFF\xC3(", "\xF0\x9F", std::string(9000, 'x'),
                               "Phiếu bị rách ở góc", ""};
  for (const std::string& text : texts) {
    CAPTURE(text);
    CHECK(decode("incident", encode(Incident{"scanner_io", text, 0})));
    CHECK(decode("batch_voided", encode(BatchVoided{1, text})));
  }
  const auto kept = decode("incident", encode(Incident{"scanner_io", "Phiếu bị rách", 0}));
  REQUIRE(kept);
  CHECK(std::get<Incident>(*kept).evidence == "Phiếu bị rách");
  SheetRecorded odd = scene::sheet(1, 1, 2, Digest{});
  odd.interpretation.candidates[0].score = std::numeric_limits<double>::quiet_NaN();
  odd.interpretation.candidates[1].score = std::numeric_limits<double>::infinity();
  CHECK(decode("sheet_recorded", encode(odd)));
}
