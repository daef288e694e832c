// Pins the bytes of docs/formats/journal.md, and opens the journals that
// earlier versions left behind.
#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <numeric>
#include <sstream>

#include "config/base/hex.h"
#include "config/crypto/sha256.h"
#include "tally/journal/chain.h"
#include "tally/journal/verify.h"
#include "tests/unit/tally/journal/scene.h"

using namespace kiemphieu;
using namespace kiemphieu::journal;

namespace {

std::string file_text(const std::filesystem::path& path) {
  std::ifstream file{path};
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

crypto::SigningKey example_key() {
  std::array<std::uint8_t, 32> seed{};
  std::iota(seed.begin(), seed.end(), std::uint8_t{0});
  return crypto::SigningKey::from_seed(seed);
}

std::string hex_of(std::string_view text) { return to_hex(as_bytes(text)); }

constexpr const char* kFixture = "tests/unit/tally/journal/fixtures/version-1";

/// What the fixture holds: a settled batch, one with a ballot that waits, and
/// one that a power cut left open.
void write_fixture(const std::filesystem::path& folder) {
  auto journal = scene::open(folder);
  REQUIRE(journal);
  scene::must(journal->append(StationStarted{1, 1773565200}));
  scene::whole_batch(*journal, 1, {3, 2, 1});
  scene::whole_batch(*journal, 2, {1, 5});
  scene::open_batch(*journal, 3);
  scene::must(journal->append(scene::stored_sheet(*journal, 3, 1, 2)));
}

}  // namespace

TEST_CASE("the worked example of the format document is what the code computes") {
  const std::string document = file_text("docs/formats/journal.md");
  const auto stands = [&](const std::string& text) { return document.find(text) != std::string::npos; };
  const crypto::SigningKey key = example_key();
  Digest election;
  std::iota(election.bytes.begin(), election.bytes.end(), std::uint8_t{0});
  const std::string first = encode(JournalCreated{election, "tram-1", key.public_key().hex(), "kiemphieu 0.1.0"});
  const std::string second = encode(BatchOpened{1, "qh-1"});
  const Digest digest1 = chain_digest({}, 1, "journal_created", as_bytes(first));
  const Digest digest2 = chain_digest(digest1, 2, "batch_opened", as_bytes(second));
  const std::string hashed = hex_of("kiemphieu-journal-1") + digest1.hex() + "0000000000000002" + "0000000c" +
                             hex_of("batch_opened") + "0000001c" + hex_of(second);
  const auto bytes = from_hex(hashed);
  REQUIRE(bytes);
  CHECK(crypto::sha256(*bytes) == digest2);
  for (const std::string& text :
       {first, digest1.hex(), to_hex(key.sign(digest1.view())->bytes), hex_of("kiemphieu-journal-1"), second,
        hex_of(second), digest2.hex(), to_hex(key.sign(digest2.view())->bytes)}) {
    CAPTURE(text);
    CHECK(stands(text));
  }
}

TEST_CASE("the bodies about tally sheets in the format document are what the code writes") {
  const std::string document = file_text("docs/formats/journal.md");
  counting::FigureResult figure;
  figure.id = "voted", figure.sure = 6100, figure.doubt = counting::FigureDoubt::kUnclear, figure.proposal = 1031;
  figure.at = {1031, 712, 352, 71};
  TallySheetRecorded sheet;
  sheet.sheet = 1, sheet.form = reading::Form::kTallySheet, sheet.contest = "qh-1", sheet.skew_mdeg = -310;
  sheet.judged = {election::Outcome::kReview, {figure}, {}};
  const Record bodies[] = {sheet, TallySheetEntered{1, 1, 3, {{"voters", 1072, false}, {"voted", 1031, true}}}};
  for (const Record& record : bodies) {
    CAPTURE(encode(record));
    CHECK(document.find("\n" + encode(record) + "\n") != std::string::npos);
  }
}

TEST_CASE("the format document names every kind of record") {
  const std::string document = file_text("docs/formats/journal.md");
  const Record records[] = {JournalCreated{}, StationStarted{}, LifecycleChanged{}, BatchOpened{}, FeedStarted{},
                            FeedStopped{},    SheetRecorded{},  TeamDecision{},     BatchClosed{}, BatchSettled{},
                            BatchVoided{},    Incident{},       TallyFeedStarted{}, TallyFeedStopped{}, TallySheetRecorded{},
                            TallySheetEntered{}, TallySheetSettled{}, TallySheetDiscarded{}, TallyCorrectionOpened{}, TakenOver{},
                            ImagesDestroyed{}, FeederCounted{}};
  static_assert(std::size(records) == std::variant_size_v<Record>);
  for (const Record& record : records) {
    CAPTURE(std::string{kind_of(record)});
    CHECK(document.find("`" + std::string{kind_of(record)} + "`") != std::string::npos);
  }
}

TEST_CASE("a journal of format version 1 opens, verifies and goes on") {
  // Written once by this very test with KP_WRITE_FIXTURE set; never written anew.
  if (std::getenv("KP_WRITE_FIXTURE") != nullptr) write_fixture(kFixture);
  const scene::Folder folder;
  const auto copy = folder.path() / "copy";
  std::filesystem::copy(kFixture, copy, std::filesystem::copy_options::recursive);
  const auto report = verify(copy, &scene::election());
  REQUIRE(report);
  for (const Finding& finding : report->findings) CHECK_MESSAGE(false, finding.what);
  CHECK(report->head.digest.short_hex() == "0819a2a44639");
  auto journal = scene::open(copy);
  REQUIRE(journal);
  const auto totals = journal->state().totals()[0];
  CHECK(totals.collected == Count{6});
  CHECK(totals.valid == Count{5});
  CHECK(totals.in_review == Count{1});
  REQUIRE(journal->state().open_batch() != nullptr);
  CHECK(journal->state().open_batch()->batch == 3);
  CHECK(journal->state().open_batch()->feeding);
  scene::must(journal->append(FeedStopped{3, "feed_unfinished", std::nullopt, 1}));
  scene::must(journal->append(BatchVoided{3, "mất điện"}));
  scene::must(journal->append(scene::decision(2, 2, {"c1"})));
  CHECK(journal->state().totals()[0].valid == Count{5});
}
