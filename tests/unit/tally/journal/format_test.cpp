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
#include "tally/journal/images.h"
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

constexpr const char* kSecondFixture = "tests/unit/tally/journal/fixtures/version-1-encrypted";

/// The kinds and fields since then: encrypted pictures, people, the scanner's counter, a pile counted by
/// hand, a station sealed and opened again, and a second machine.
void write_second_fixture(const std::filesystem::path& folder) {
  const crypto::SigningKey spare = crypto::SigningKey::from_seed({9});
  {
    auto journal = scene::open(folder);
    REQUIRE(journal);
    scene::must(journal->append(LifecycleChanged{"idle", "start_counting", "counting", 1773565200}));
    scene::open_batch(*journal, 1);
    scene::must(journal->append(FeederCounted{1, 40}));
    scene::must(journal->append(scene::stored_sheet(*journal, 1, 1, 2)));
    scene::must(journal->append(scene::stored_sheet(*journal, 1, 2, 5)));
    scene::must(journal->append(FeedStopped{1, "scanner_no_documents", 2, 2, 0, 42}));
    TeamDecision decided = scene::decision(1, 2, {"c1"});
    decided.by = 1;
    for (int member = 1; member <= decided.present; ++member) decided.members.push_back(member);
    scene::must(journal->append(decided));
    scene::must(journal->append(BatchClosed{1, 2, 2}));
    scene::must(journal->append(BatchSettled{1, journal->state().batches().at(1).totals}));
    scene::must(journal->append(LifecycleChanged{"counting", "close", "closing", 1773565200}));
    scene::must(journal->append(LifecycleChanged{"closing", "seal", "sealed", 1773565200}));
    scene::must(journal->append(LifecycleChanged{"sealed", "unseal", "closing", 1773565200, 1, "", "Sót một chồng"}));
    scene::must(journal->append(LifecycleChanged{"closing", "reopen", "counting", 1773565200}));
  }
  const auto nothing = [](storage::Database&, const TakenOver&) -> Result<Journal::Also> { return Journal::Also{}; };
  REQUIRE(Journal::take_over(folder, scene::election(), "tram-1", spare, 1773565200, nothing));
  auto journal = Journal::open(folder, scene::election(), "tram-1", spare);
  REQUIRE(journal);
  scene::open_batch(*journal, 2);
  scene::must(journal->append(scene::stored_sheet(*journal, 2, 1, 1)));
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

TEST_CASE("a journal of two machines with encrypted pictures opens, verifies and goes on") {
  // Written once by this very test with KP_WRITE_SECOND_FIXTURE set; never written anew.
  if (std::getenv("KP_WRITE_SECOND_FIXTURE") != nullptr) write_second_fixture(kSecondFixture);
  const scene::Folder folder;
  const auto copy = folder.path() / "copy";
  std::filesystem::copy(kSecondFixture, copy, std::filesystem::copy_options::recursive);
  // A checkout does not keep who may read a file.
  std::filesystem::permissions(image_key_file(copy), std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  const auto report = verify(copy, &scene::election());
  REQUIRE(report);
  for (const Finding& finding : report->findings) CHECK_MESSAGE(false, finding.what);
  CHECK(report->taken_over_by.size() == 1);
  const crypto::SigningKey spare = crypto::SigningKey::from_seed({9});
  auto journal = Journal::open(copy, scene::election(), "tram-1", spare);
  REQUIRE(journal);
  const auto totals = journal->state().totals()[0];
  CHECK(totals.collected == Count{3});
  CHECK(totals.valid == Count{3});
  CHECK(journal->state().epoch() == 2);
  CHECK(journal->load_image(journal->state().find_sheet(2, 1)->record.image));
  scene::must(journal->append(scene::stored_sheet(*journal, 2, 2, 3)));
}
