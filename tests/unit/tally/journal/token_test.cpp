// The journal signed by a key in a token, and the token pulled out in its middle.

#include <doctest/doctest.h>

#include "tally/journal/verify.h"
#include "tests/unit/support/soft_token.h"
#include "tests/unit/tally/journal/scene.h"

using namespace kiemphieu;
using namespace kiemphieu::journal;

TEST_CASE("a token pulled out in the middle of a journal leaves it as it was, and it goes on when it is back") {
  const kiemphieu::test::SoftToken token;
  if (!token.made()) return;
  const auto key = crypto::make_token_key(token.place());
  REQUIRE(key.has_value());
  const scene::Folder folder;
  auto journal = Journal::open(folder.path(), scene::election(), "tram-1", *key);
  REQUIRE(journal);
  scene::open_batch(*journal, 1);
  scene::must(journal->append(scene::stored_sheet(*journal, 1, 1, 3)));
  const JournalHead before = journal->head();
  const auto totals = journal->state().totals();

  token.pull();
  const std::vector<Record> two = {scene::stored_sheet(*journal, 1, 2, 2), scene::stored_sheet(*journal, 1, 3, 2)};
  bool also_ran = false;
  const auto refused = journal->append(two, [&](storage::Transaction&) {
    also_ran = true;
    return Result<void>{};
  });
  CHECK(refused.error().code == ErrorCode::kKeyTokenGone);
  CHECK_FALSE(also_ran);
  CHECK(journal->head().sequence == before.sequence);
  CHECK(journal->head().digest == before.digest);
  CHECK(journal->state().totals() == totals);

  token.put_back();
  scene::must(journal->append(two));
  CHECK(journal->head().sequence == before.sequence + 2);
  CHECK(journal->state().totals()[0].collected == Count{3});
  const auto report = verify(folder.path(), &scene::election());
  REQUIRE(report);
  for (const Finding& finding : report->findings) CHECK_MESSAGE(false, finding.what);
}
