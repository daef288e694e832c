#include "tests/crash/scene.h"

#include <fmt/format.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <fstream>

#include "config/crypto/sha256.h"
#include "config/storage/files.h"
#include "firmware-host/mirror/catch_up.h"
#include "firmware-host/mirror/take_over.h"
#include "tally/journal/images.h"
#include "tally/journal/replay.h"
#include "tests/crash/evening.h"
#include "tests/unit/support/child.h"

namespace kiemphieu::crash {
namespace {

using Path = std::filesystem::path;
using Ledger = station::Ledger;

constexpr std::int64_t kNow = 1'773'600'000;

class FixedClock final : public Clock {
 public:
  std::chrono::milliseconds monotonic() const override { return std::chrono::milliseconds{0}; }
  std::int64_t wall_unix_s() const override { return kNow; }
};

/// A PC with its data folder, and the stick of the mirror.
struct Machine {
  const Evening& evening;
  const crypto::SigningKey& key;
  Path data, stick;

  Result<std::unique_ptr<Ledger>> open() const {
    static const FixedClock kClock;
    return Ledger::open(data, evening.election, evening.station(), key, kClock);
  }
  Result<mirror::Medium> medium() const {
    return mirror::Medium::find(stick, evening.station().id, evening.election.digest);
  }
  Result<mirror::Caught> mirror_round() const {
    KP_TRY(const mirror::Medium found, medium());
    return mirror::catch_up(data, found);
  }
  /// The box on the stick with the key of the pictures; zeros: there is none.
  Digest key_on_stick() const {
    const auto found = medium();
    const auto box = found ? storage::read_file(found->folder() / "images.box", 1U << 20U) : fail(ErrorCode::kFileNotFound);
    return box ? crypto::sha256(*box) : Digest{};
  }
  /// What the medium cannot do now it does later: the station does not wait for it.
  std::function<void()> rests(const Said& said) const {
    return [this, said] {
      const auto caught = mirror_round();
      if (!caught) return;
      Acknowledged told{0, 0, caught->journal_sequence};
      std::memcpy(told.image, key_on_stick().bytes.data(), sizeof told.image);
      said(told);
    };
  }
  Result<void> work(Ledger& ledger, const Said& said) const { return crash::work(evening, ledger, said, rests(said)); }
};

std::string read_code(const Path& stick) {
  std::ifstream file{stick / "code"};
  std::string code;
  std::getline(file, code);
  return code;
}

/// Works the evening as a station does that is not restarted: after an error the
/// team presses again. Ends when it is sealed, or when the disk does not come back.
int evening_of_child(const Machine& machine, const Said& say) {
  constexpr int kTries = 12;
  for (int restarts = 0; restarts < 2; ++restarts) {
    auto ledger = machine.open();
    for (int tries = 0; ledger && tries < kTries; ++tries)
      if (machine.work(**ledger, say)) return 0;
  }
  return 3;
}

/// The spare goes on from the stick. May be done again, wherever it was stopped.
Result<std::unique_ptr<Ledger>> take_over(const Machine& spare) {
  if (!std::filesystem::exists(spare.data / "journal.db")) {
    const mirror::TakeOver request{spare.stick, spare.data, spare.evening.station().id, read_code(spare.stick), kNow};
    KP_TRY_VOID(mirror::take_over(request, spare.evening.election, spare.key));
  }
  KP_TRY(auto ledger, spare.open());
  KP_TRY(const mirror::Medium medium, spare.medium());
  KP_TRY_VOID(mirror::fetch_pictures(medium, spare.data));
  return ledger;
}

int take_over_of_child(const Machine& spare) {
  for (int tries = 0; tries < 3; ++tries)
    if (take_over(spare)) return 0;
  return 3;
}

struct Ended {
  std::vector<Acknowledged> said;
  int status = 0;
  std::uint64_t steps = 0;  ///< when it came to its end
};

/// In a child whose disk `strike` happens to; `body(said)` is what it does there.
template <class Body>
Ended run_child(std::uint64_t seed, const Strike& strike, Body body) {
  test::TellingChild<Acknowledged> child{[&](const auto& tell) {
    FaultDisk disk{strike.fault, strike.step, seed * 1'000'003 + strike.step};
    put_sqlite_at_the_gate();
    storage::stand_at_disk(&disk);
    const int code = body(tell);
    tell({-1, 0, disk.steps()});
    return code;
  }};
  Ended ended;
  for (Acknowledged told; child.hear(told);) {
    if (told.batch < 0) ended.steps = told.sequence;
    else ended.said.push_back(told);
  }
  ended.status = child.wait();
  return ended;
}

/// `must_strike`: the fault cannot have come too late.
std::string wrong_end(const Ended& ended, const Strike& strike, bool must_strike) {
  if (WIFSIGNALED(ended.status)) {
    if (kills(strike.fault) && WTERMSIG(ended.status) == SIGKILL) return {};
    return fmt::format("the process crashed, signal {}", WTERMSIG(ended.status));
  }
  return kills(strike.fault) && must_strike ? "the process outlived its fault" : "";
}

std::uint64_t mirrored(const std::vector<Acknowledged>& said) {
  std::uint64_t sequence = 0;
  for (const Acknowledged& told : said)
    if (told.batch == 0) sequence = std::max(sequence, told.sequence);
  return sequence;
}

/// Every picture that the medium's records name opens with the station's key.
std::string pictures_wrong(const Machine& machine, const Path& medium) {
  storage::OpenOptions to_read;
  to_read.read_only = true;
  auto database = storage::Database::open(medium / "journal.db", to_read);
  if (!database) return "the mirror: " + database.error().log_line();
  const auto images = journal::images_named(*database);
  if (!images) return "the mirror: " + images.error().log_line();
  if (images->empty()) return {};
  const auto key = crypto::SecretKey::load(journal::image_key_file(machine.data));
  if (!key) return key.error().log_line();
  for (const Digest& image : *images) {
    const auto bytes = storage::read_file(journal::image_file(medium, image), 1U << 20U);
    if (!bytes) return "the mirror lacks a picture: " + bytes.error().log_line();
    if (!crypto::decrypt(*key, *bytes, image.view())) return "the mirror has a broken picture " + image.short_hex();
  }
  return {};
}

/// The stick as it was when the machine stopped: all that was said to be on it is.
std::string mirror_wrong(const Machine& machine, std::uint64_t said) {
  if (said == 0) return {};
  const auto medium = machine.medium();
  if (!medium) return medium.error().log_line();
  const auto copy = journal::replay(medium->folder(), machine.evening.election);
  if (!copy) return "the mirror: " + copy.error().log_line();
  if (copy->head.sequence < said) return fmt::format("the mirror lost record {}", said);
  const auto own = journal::replay(machine.data, machine.evening.election);
  if (!own) return own.error().log_line();
  if (own->state.images_destroyed_through() > 0) return {};  // the key is gone; mirror_at_end_wrong() looks
  return pictures_wrong(machine, medium->folder());
}

std::size_t files_below(const Path& folder) {
  std::error_code ignored;
  std::size_t files = 0;
  for (std::filesystem::recursive_directory_iterator it{folder, ignored}, end; it != end; it.increment(ignored))
    if (it->is_regular_file(ignored)) ++files;
  return files;
}

/// After one more round the stick is the station.
std::string mirror_at_end_wrong(const Machine& machine, const Ledger& ledger, const std::vector<Acknowledged>& said) {
  const auto caught = machine.mirror_round();
  if (!caught) return "the mirror does not catch up: " + caught.error().log_line();
  if (caught->journal_sequence != ledger.head().sequence) return "the mirror lacks records";
  const Path folder = machine.medium()->folder();
  const auto copy = journal::replay(folder, machine.evening.election);
  if (!copy) return "the mirror: " + copy.error().log_line();
  if (copy->state.totals() != machine.evening.truth()) return "the mirror's totals are not the truth";
  if (!machine.evening.election.destroy_images_at_sealing) return pictures_wrong(machine, folder);
  if (files_below(folder / "images") > 0) return "pictures that were destroyed are on the mirror";
  const Digest key = machine.key_on_stick();
  for (const Acknowledged& told : said)
    if (told.batch == 0 && told.sequence < copy->state.images_destroyed_through() && key != Digest{} &&
        std::memcmp(told.image, key.bytes.data(), sizeof told.image) == 0)
      return "the key of destroyed pictures is on the mirror";
  return files_below(machine.data / "images") > 0 ? "pictures that were destroyed are at the station" : "";
}

/// What was stopped is looked at, then worked to its end, and looked at again.
std::string go_on(const Machine& machine, Ledger& ledger, std::vector<Acknowledged> said) {
  if (std::string wrong = wrong_with(machine.evening, machine.data, ledger, said, false); !wrong.empty()) return wrong;
  const auto done = machine.work(ledger, [&](const Acknowledged& told) { said.push_back(told); });
  if (!done) return "not worked to the end: " + done.error().log_line();
  if (std::string wrong = wrong_with(machine.evening, machine.data, ledger, said, true); !wrong.empty()) return wrong;
  return mirror_at_end_wrong(machine, ledger, said);
}

std::string try_evening(const Point& point, const Machine& machine) {
  Ended ended = run_child(point.seed, point.first, [&](const Said& tell) { return evening_of_child(machine, tell); });
  if (std::string wrong = wrong_end(ended, point.first, true); !wrong.empty()) return wrong;
  if (point.scene == Scene::kRecovery) {
    const Ended again = run_child(point.seed, point.second, [&](const Said& tell) { return evening_of_child(machine, tell); });
    if (std::string wrong = wrong_end(again, point.second, false); !wrong.empty()) return wrong;
    ended.said.insert(ended.said.end(), again.said.begin(), again.said.end());
  }
  if (std::string wrong = mirror_wrong(machine, mirrored(ended.said)); !wrong.empty()) return wrong;
  auto ledger = machine.open();
  if (!ledger) return "not opened again: " + ledger.error().log_line();
  return go_on(machine, **ledger, ended.said);
}

/// The machine before, until it dies. What it said and the stick has is all that a spare can know.
std::vector<Acknowledged> until_death(const Point& point, const Machine& old) {
  const Ended ended = run_child(point.seed, point.first, [&](const Said& tell) { return evening_of_child(old, tell); });
  std::vector<Acknowledged> said = ended.said;
  const std::uint64_t known = mirrored(said);
  std::erase_if(said, [&](const Acknowledged& told) { return told.sequence > known; });
  return said;
}

std::string try_take_over(const Point& point, const Machine& old, const Machine& spare) {
  const std::vector<Acknowledged> said = until_death(point, old);
  if (mirrored(said) == 0) return "it died before it was mirrored: no such point";
  const Ended ended = run_child(point.seed, point.second, [&](const Said&) { return take_over_of_child(spare); });
  if (std::string wrong = wrong_end(ended, point.second, false); !wrong.empty()) return wrong;
  if (std::string wrong = mirror_wrong(old, mirrored(said)); !wrong.empty()) return wrong;
  auto ledger = take_over(spare);
  if (!ledger) return "not taken over: " + ledger.error().log_line();
  if ((*ledger)->state().epoch() != 2) return fmt::format("machine {} goes on", (*ledger)->state().epoch());
  return go_on(spare, **ledger, said);
}

/// Both machines of a point, in an emptied folder with a fresh stick.
struct Stage {
  Evening evening;
  crypto::SigningKey spare_key = crypto::SigningKey::from_seed({9});
  Machine old, spare;

  Stage(std::uint64_t seed, const Path& folder, const Path& prepared)
      : evening{seed},
        old{evening, evening.key, folder / "data", folder / "stick"},
        spare{evening, spare_key, folder / "spare", folder / "stick"} {
    std::filesystem::remove_all(folder);
    for (const Path& data : {old.data, spare.data}) std::filesystem::create_directories(data);
    std::filesystem::copy(prepared, folder / "stick", std::filesystem::copy_options::recursive);
  }
};

}  // namespace

std::string to_text(const Point& point) {
  std::string text = fmt::format("{}:{}:{}", point.seed, static_cast<int>(point.first.fault), point.first.step);
  if (point.scene == Scene::kEvening) return text;
  return text + fmt::format(":{}:{}:{}", point.scene == Scene::kRecovery ? "recovery" : "take-over",
                            static_cast<int>(point.second.fault), point.second.step);
}

bool parse(const std::string& text, Point& point) {
  int first = 0, second = 0;
  char scene[16] = "";
  const int fields = std::sscanf(text.c_str(), "%lu:%d:%lu:%15[^:]:%d:%lu", &point.seed, &first, &point.first.step, scene,
                                 &second, &point.second.step);
  if (fields != 3 && fields != 6) return false;
  point.first.fault = static_cast<Fault>(first);
  point.second.fault = static_cast<Fault>(second);
  if (fields == 6) point.scene = std::string{scene} == "recovery" ? Scene::kRecovery : Scene::kTakeOver;
  return first < kFaultCount && second < kFaultCount;
}

void prepare_stick(const Path& folder) {
  const Evening evening{1};
  std::filesystem::create_directories(folder);
  const auto code = mirror::Medium::prepare(folder, evening.station().id, evening.election.digest);
  KP_CHECK(code.has_value());
  std::ofstream{folder / "code"} << *code << '\n';
}

std::string try_point(const Point& point, const Path& folder, const Path& stick) {
  const Stage stage{point.seed, folder, stick};
  if (point.scene == Scene::kTakeOver) return try_take_over(point, stage.old, stage.spare);
  return try_evening(point, stage.old);
}

std::uint64_t steps_of_evening(std::uint64_t seed, const Path& folder, const Path& stick) {
  const Stage stage{seed, folder, stick};
  const Ended ended = run_child(seed, {}, [&](const Said& tell) { return evening_of_child(stage.old, tell); });
  KP_CHECK(WIFEXITED(ended.status) && WEXITSTATUS(ended.status) == 0);
  return ended.steps;
}

std::uint64_t steps_of_take_over(std::uint64_t seed, std::uint64_t dies_at, const Path& folder, const Path& stick) {
  const Stage stage{seed, folder, stick};
  until_death({seed, Scene::kTakeOver, {Fault::kKilled, dies_at}, {}}, stage.old);
  const Ended ended = run_child(seed, {}, [&](const Said&) { return take_over_of_child(stage.spare); });
  KP_CHECK(WIFEXITED(ended.status) && WEXITSTATUS(ended.status) == 0);
  return ended.steps;
}

}  // namespace kiemphieu::crash
