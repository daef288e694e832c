// Any bytes as records, one a line, "kind body": decoding never breaks, what
// decodes keeps its bytes when written again, and no sequence of records brings
// the fold out of step with a count from the beginning.
#include "tally/journal/state.h"
#include "tests/unit/tally/journal/tally_scene.h"

using namespace kiemphieu;
using namespace kiemphieu::journal;

namespace {

void check(const election::Election& election, const State& state) {
  for (const auto& [number, batch] : state.batches()) {
    const auto counted = count_sheets(*election.find_contest(batch.contest), batch.sheets);
    KP_CHECK(counted.has_value() && *counted == batch.totals);
    KP_CHECK(counting::check_identities(batch.totals).empty());
  }
  for (const counting::ContestTotals& totals : state.totals()) KP_CHECK(counting::check_identities(totals).empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const election::Election& kElection = journal::scene::voters_election();
  State state{kElection};
  KP_CHECK(state.apply(JournalCreated{{}, "tram-1", "", ""}, 1).has_value());
  std::uint64_t sequence = 1;
  std::string_view rest = as_text({data, size});
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    const std::size_t space = std::min(line.find(' '), line.size());
    const auto record = decode(line.substr(0, space), line.substr(std::min(space + 1, line.size())));
    if (!record) continue;
    const std::string body = encode(*record);
    const auto again = decode(kind_of(*record), body);
    KP_CHECK(again.has_value() && encode(*again) == body);
    const auto before = state.totals();
    const auto undo = state.apply_undoably(*record, sequence + 1);
    if (!undo) {
      KP_CHECK(state.totals() == before);
      continue;
    }
    check(kElection, state);
    (*undo)(state);
    KP_CHECK(state.totals() == before);
    KP_CHECK(state.apply(*record, ++sequence).has_value());
  }
  return 0;
}
