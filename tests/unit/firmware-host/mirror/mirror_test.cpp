// The mirror and the take-over from it, over real journals and real folders.
#include <doctest/doctest.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>

#include "config/storage/files.h"
#include "firmware-host/mirror/catch_up.h"
#include "firmware-host/mirror/mirror.h"
#include "firmware-host/mirror/take_over.h"
#include "tally/journal/images.h"
#include "tally/journal/verify.h"
#include "tests/unit/firmware-host/scratch.h"
#include "tests/unit/tally/journal/scene.h"

using namespace kiemphieu;
using namespace kiemphieu::mirror;
using station::LifecycleEvent;
using station::testing::Scratch;

namespace {

reading::SheetReading a_ballot(const election::Contest& contest) {
  reading::SheetReading reading;
  reading.form = reading::Form::kBallot;
  reading.contest = contest.id;
  reading.seal = reading::SealFinding::kPresent;
  for (std::size_t i = 0; i < contest.candidates.size(); ++i) {
    reading::CandidateReading candidate;
    candidate.id = contest.candidates[i].id;
    candidate.shape = i < static_cast<std::size_t>(contest.seats) ? election::MarkShape::kNone : election::MarkShape::kHorizontal;
    candidate.score = candidate.shape == election::MarkShape::kNone ? 0.01 : 0.99;
    reading.candidates.push_back(candidate);
  }
  return reading;
}

/// A station with a ledger and a medium that was prepared for it.
class Evening : public Scratch {
 public:
  explicit Evening(const std::string& name) : Scratch(name), data(folder() / "data"), stick(folder() / "stick") {
    std::filesystem::create_directories(data);
    std::filesystem::create_directories(stick);
    auto prepared = Medium::prepare(stick, polling_station().id, election().digest);
    REQUIRE(prepared);
    code = *std::move(prepared);
    open();
    must(ledger->change_lifecycle(LifecycleEvent::kStartCounting));
    must(ledger->begin_feed(contest().id));
  }

  static void must(const Result<void>& done) {
    if (!done) MESSAGE(done.error().log_line());
    REQUIRE(done);
  }
  void open() {
    auto opened = station::Ledger::open(data, election(), polling_station(), key, clock);
    if (!opened) MESSAGE(opened.error().log_line());
    REQUIRE(opened);
    ledger = *std::move(opened);
  }
  void sheet() {
    station::ScannedSheet scanned;
    const std::string words = "picture " + std::to_string(++sheets_);
    scanned.jpeg.assign(words.begin(), words.end());
    scanned.reading = a_ballot(contest());
    scanned.interpretation = counting::interpret(election(), scanned.reading, contest().id);
    must(ledger->record_sheet(scanned));
  }
  Result<Medium> medium() const { return Medium::find(stick, polling_station().id, election().digest); }
  Caught round() {
    auto found = medium();
    REQUIRE(found);
    auto caught = catch_up(data, *found);
    if (!caught) MESSAGE(caught.error().log_line());
    REQUIRE(caught);
    return *caught;
  }
  ErrorCode refused_round() {
    auto found = medium();
    REQUIRE(found);
    auto caught = catch_up(data, *found);
    REQUIRE_FALSE(caught);
    return caught.error().code;
  }
  void seal() {
    must(ledger->end_feed({}));
    must(ledger->finish_batch());
    for (const auto event : {LifecycleEvent::kClose, LifecycleEvent::kSeal}) must(ledger->change_lifecycle(event));
  }
  std::filesystem::path picture_on_medium(int batch, int position) {
    return journal::image_file(medium()->folder(), ledger->state().find_sheet(batch, position)->record.image);
  }
  /// On the spare machine, in a folder of its own.
  Result<void> spare_takes_over(const std::string& typed) {
    std::filesystem::create_directories(spare_data());
    return take_over({stick, spare_data(), polling_station().id, typed, 1'773'600'000}, election(), spare_key);
  }
  std::filesystem::path spare_data() const { return folder() / "spare"; }
  std::vector<std::string> findings(const std::filesystem::path& of) const {
    const auto report = journal::verify(of, &election());
    REQUIRE(report);
    std::vector<std::string> all;
    for (const auto& finding : report->findings) all.push_back(finding.what);
    return all;
  }

  std::filesystem::path data, stick;
  std::string code;
  crypto::SigningKey key = crypto::SigningKey::from_seed({1});
  crypto::SigningKey spare_key = crypto::SigningKey::from_seed({2});
  station::testing::FixedClock clock;
  std::unique_ptr<station::Ledger> ledger;

 private:
  int sheets_ = 0;
};

void copy_folder(const std::filesystem::path& from, const std::filesystem::path& to) {
  std::filesystem::copy(from, to, std::filesystem::copy_options::recursive);
}

}  // namespace

TEST_CASE("record by record and picture by picture the medium is the station") {
  Evening evening{"mirror"};
  CHECK(evening.round().records == evening.ledger->head().sequence);
  for (int i = 1; i <= 5; ++i) {
    evening.sheet();
    const Caught caught = evening.round();
    CHECK(caught.records == 1);
    CHECK(caught.pictures == 1);
    CHECK(caught.journal_sequence == evening.ledger->head().sequence);
  }
  CHECK(evening.round().records == 0);
  const auto on_medium = evening.medium()->folder();
  const auto report = journal::verify(on_medium, &evening.election());
  REQUIRE(report);
  CHECK(report->head.digest == evening.ledger->head().digest);
  // Whoever finds the medium has no key of its pictures.
  CHECK_FALSE(std::filesystem::exists(journal::image_key_file(on_medium)));
  REQUIRE(report->findings.size() == 5);
  CHECK(report->findings[0].what.find("its key is not here") != std::string::npos);
}

TEST_CASE("a medium that was pulled out is caught up when it is back, in one whole step") {
  Evening evening{"mirror-pulled"};
  evening.round();
  std::filesystem::rename(evening.stick, evening.folder() / "pocket");
  CHECK(evening.medium().error().code == ErrorCode::kMirrorMissing);
  for (int i = 0; i < 20; ++i) evening.sheet();
  std::filesystem::rename(evening.folder() / "pocket", evening.stick);
  CHECK(evening.round().records == 20);
}

TEST_CASE("a medium of another station, a twin of an older evening, and one that has more are told apart") {
  Evening evening{"mirror-other"};
  CHECK(Medium::find(evening.stick, "another-station", evening.election().digest).error().code == ErrorCode::kMirrorMissing);
  CHECK(Medium::find(evening.stick, evening.polling_station().id, Digest{}).error().code == ErrorCode::kMirrorOther);
  CHECK(Medium::prepare(evening.stick, evening.polling_station().id, evening.election().digest).error().code ==
        ErrorCode::kMirrorOther);
  evening.sheet();
  evening.round();
  SUBCASE("the journal was made anew under the same key") {
    evening.ledger.reset();
    std::filesystem::remove_all(evening.data);
    std::filesystem::create_directories(evening.data);
    evening.open();
    evening.must(evening.ledger->change_lifecycle(LifecycleEvent::kOpenVoting));
    CHECK(evening.refused_round() == ErrorCode::kMirrorOther);
  }
  SUBCASE("the journal lost its newest records") {
    evening.ledger.reset();
    copy_folder(evening.data, evening.folder() / "yesterday");
    evening.open();  // writes records that the older copy has not
    evening.round();
    evening.ledger.reset();
    std::filesystem::remove_all(evening.data);
    std::filesystem::rename(evening.folder() / "yesterday", evening.data);
    CHECK(evening.refused_round() == ErrorCode::kJournalBroken);
  }
}

TEST_CASE("a spare machine goes on in the middle of a pile with every sheet and every picture") {
  Evening evening{"take-over"};
  for (int i = 0; i < 7; ++i) evening.sheet();
  evening.round();
  evening.ledger.reset();  // the machine is dead
  REQUIRE(evening.spare_takes_over(evening.code));
  auto spare = station::Ledger::open(evening.spare_data(), evening.election(), evening.polling_station(), evening.spare_key, evening.clock);
  if (!spare) MESSAGE(spare.error().log_line());
  REQUIRE(spare);
  CHECK((*spare)->state().epoch() == 2);
  REQUIRE((*spare)->state().open_batch() != nullptr);
  CHECK((*spare)->state().open_batch()->sheets.size() == 7);
  REQUIRE((*spare)->start_notice().has_value());
  CHECK((*spare)->start_notice()->code == ErrorCode::kFeedUnfinished);
  // The pictures are looked at on the medium until they are here.
  CHECK((*spare)->sheet_jpeg(1, 7).error().code == ErrorCode::kFileNotFound);
  (*spare)->also_look_for_images_in(evening.medium()->folder());
  REQUIRE((*spare)->sheet_jpeg(1, 7));
  CHECK(as_text(*(*spare)->sheet_jpeg(1, 7)) == "picture 7");
  CHECK(fetch_pictures(*evening.medium(), evening.spare_data()).value() == 7);
  CHECK(fetch_pictures(*evening.medium(), evening.spare_data()).value() == 0);
  CHECK(evening.findings(evening.spare_data()).empty());
  // The mirror is the spare machine's now.
  REQUIRE(catch_up(evening.spare_data(), *evening.medium()));
}

TEST_CASE("the old machine that finds its mirror gone on with counts nothing any more") {
  Evening evening{"superseded"};
  evening.sheet();
  evening.round();
  REQUIRE(evening.spare_takes_over(evening.code));
  REQUIRE(catch_up(evening.spare_data(), *evening.medium()));
  evening.sheet();  // awake, and it does not know
  CHECK(evening.refused_round() == ErrorCode::kStationSuperseded);
  evening.must(evening.ledger->note_superseded("the mirror"));
  CHECK(evening.ledger->lifecycle() == station::LifecycleState::kPaused);
  evening.must(evening.ledger->end_feed({ErrorCode::kStationSuperseded, "", std::nullopt}));
  CHECK(evening.ledger->begin_feed("").error().code == ErrorCode::kStationSuperseded);
  CHECK(evening.ledger->finish_batch().error().code == ErrorCode::kStationSuperseded);
  evening.ledger.reset();
  evening.open();  // it remembers
  CHECK(evening.ledger->begin_feed("").error().code == ErrorCode::kStationSuperseded);
}

TEST_CASE("a take-over is refused where it would harm, and may be tried again") {
  Evening evening{"take-over-refused"};
  evening.sheet();
  evening.round();
  CHECK(evening.spare_takes_over("0000-0000-0000-0000-0000").error().code == ErrorCode::kCodeWrong);
  CHECK_FALSE(std::filesystem::exists(evening.spare_data() / "journal.db"));
  // The power went in the middle of an earlier attempt.
  std::filesystem::create_directories(evening.spare_data() / "take-over.unfinished");
  REQUIRE(storage::write_file_durably(evening.spare_data() / "take-over.unfinished" / "journal.db", as_bytes("half")));
  REQUIRE(evening.spare_takes_over(evening.code));
  CHECK_FALSE(std::filesystem::exists(evening.spare_data() / "take-over.unfinished"));
  CHECK(evening.spare_takes_over(evening.code).error().code == ErrorCode::kTakeOverRefused);
  CHECK(take_over({evening.stick, evening.data, evening.polling_station().id, evening.code, 0}, evening.election(), evening.key)
            .error()
            .code == ErrorCode::kTakeOverRefused);
}

TEST_CASE("a damaged mirror is not taken over") {
  Evening evening{"take-over-damaged"};
  evening.sheet();
  evening.round();
  auto database = storage::Database::open(evening.medium()->folder() / "journal.db");
  REQUIRE(database);
  REQUIRE(database->execute("DROP TRIGGER journal_no_update; UPDATE journal SET kind = 'feed_started' WHERE sequence = 3"));
  CHECK_FALSE(evening.spare_takes_over(evening.code).has_value());
  CHECK_FALSE(std::filesystem::exists(evening.spare_data() / "journal.db"));
}

TEST_CASE("pictures that the election has destroyed at sealing go from the mirror too") {
  Evening evening{"mirror-destroyed"};
  evening.sheet();
  evening.round();
  const auto on_medium = evening.medium()->folder();
  const auto picture = journal::image_file(on_medium, evening.ledger->state().find_sheet(1, 1)->record.image);
  REQUIRE(std::filesystem::exists(picture));
  REQUIRE(evening.medium()->destroy_images());
  CHECK_FALSE(std::filesystem::exists(picture));
  CHECK_FALSE(evening.medium()->has_image_key());
  CHECK_FALSE(std::filesystem::exists(on_medium / "papers.db"));
}

TEST_CASE("a round that was stopped before the pictures were destroyed is made good by the next") {
  Evening evening{"mirror-destroyed-late"};
  evening.destroy_images_at_sealing();
  evening.sheet();
  evening.round();
  const auto on_medium = evening.medium()->folder();
  copy_folder(on_medium, evening.folder() / "before");
  evening.seal();
  evening.round();
  CHECK_FALSE(std::filesystem::exists(evening.picture_on_medium(1, 1)));
  std::filesystem::remove_all(on_medium / "images");
  copy_folder(evening.folder() / "before" / "images", on_medium / "images");
  std::filesystem::copy_file(evening.folder() / "before" / "images.box", on_medium / "images.box",
                             std::filesystem::copy_options::overwrite_existing);
  REQUIRE(std::filesystem::exists(evening.picture_on_medium(1, 1)));
  evening.round();
  CHECK_FALSE(std::filesystem::exists(evening.picture_on_medium(1, 1)));
  const auto old_box = storage::read_file(evening.folder() / "before" / "images.box", 10'000);
  CHECK(storage::read_file(on_medium / "images.box", 10'000).value() != old_box.value());
}

TEST_CASE("a medium that was away while a sealed station was reopened has the pictures since, and those alone") {
  Evening evening{"mirror-reopened"};
  evening.destroy_images_at_sealing();
  evening.sheet();
  evening.round();
  evening.seal();
  team::Who who;
  who.name = "Nguyễn Ánh";
  Evening::must(evening.ledger->change_lifecycle(LifecycleEvent::kUnseal, who, "một chồng dưới bàn"));
  Evening::must(evening.ledger->change_lifecycle(LifecycleEvent::kReopen));
  Evening::must(evening.ledger->begin_feed(evening.contest().id));
  evening.sheet();
  evening.round();
  CHECK_FALSE(std::filesystem::exists(evening.picture_on_medium(1, 1)));
  CHECK(std::filesystem::exists(evening.picture_on_medium(2, 1)));
  evening.ledger.reset();
  Evening::must(evening.spare_takes_over(evening.code));
  const auto fetched = fetch_pictures(*evening.medium(), evening.spare_data());
  REQUIRE(fetched);
  CHECK(evening.findings(evening.spare_data()).empty());
}

TEST_CASE("a spare goes on for a sealed station whose pictures and their key are destroyed") {
  Evening evening{"mirror-sealed"};
  evening.destroy_images_at_sealing();
  evening.sheet();
  evening.round();
  evening.seal();
  evening.round();
  REQUIRE(storage::remove_file_durably(evening.medium()->folder() / "images.box"));  // a round stopped there
  Evening::must(evening.spare_takes_over(evening.code));
  CHECK(evening.findings(evening.spare_data()).empty());
}

TEST_CASE("the mirror's thread catches up by itself, also after the medium was away") {
  Evening evening{"mirror-thread"};
  std::mutex mutex;
  std::condition_variable changed;
  MirrorOptions options{evening.stick, evening.data, evening.polling_station().id, evening.election().digest, {}, {}};
  options.on_change = [&] { changed.notify_all(); };
  const auto mirror = Mirror::start(options);
  const auto reaches = [&](const auto& holds) {
    std::unique_lock lock{mutex};
    return changed.wait_for(lock, std::chrono::seconds{60}, [&] { return holds(mirror->status()); });
  };
  const auto has_all = [&](const MirrorStatus& status) {
    return status.present && status.journal_sequence == evening.ledger->head().sequence;
  };
  CHECK(reaches(has_all));
  evening.sheet();
  mirror->notify();
  CHECK(reaches(has_all));
  std::filesystem::rename(evening.stick, evening.folder() / "pocket");
  evening.sheet();
  mirror->notify();
  CHECK(reaches([](const MirrorStatus& status) { return !status.present && status.error->code == ErrorCode::kMirrorMissing; }));
  std::filesystem::rename(evening.folder() / "pocket", evening.stick);
  CHECK(reaches(has_all));
}
