// The lifecycle table against its drawing in docs/lifecycle.md.

#include "firmware-host/station/lifecycle.h"

#include <doctest/doctest.h>

#include <fstream>
#include <regex>
#include <set>
#include <string>
#include <tuple>

using namespace kiemphieu::station;

namespace {

using Edge = std::tuple<std::string, std::string, std::string>;  // from, event, to

std::set<Edge> drawn_edges() {
  std::set<Edge> edges;
  std::ifstream drawing{"docs/lifecycle.md"};
  const std::regex arrow{R"(^\s*(\w+) --> (\w+) : (\w+)\s*$)"};
  std::smatch found;
  for (std::string line; std::getline(drawing, line);)
    if (std::regex_match(line, found, arrow)) edges.emplace(found[1], found[3], found[2]);
  return edges;
}

}  // namespace

TEST_CASE("the lifecycle table is the one drawn in docs/lifecycle.md") {
  std::set<Edge> coded;
  for (const Transition& row : lifecycle_table())
    coded.emplace(to_text(row.from), to_text(row.event), to_text(row.to));
  CHECK(coded.size() == lifecycle_table().size());  // no row twice
  CHECK(coded == drawn_edges());
}

TEST_CASE("every pair that the table does not name is refused") {
  int allowed = 0;
  for (int state = 0; state < 6; ++state)
    for (int event = 0; event < 8; ++event)
      if (next_state(static_cast<LifecycleState>(state), static_cast<LifecycleEvent>(event))) ++allowed;
  CHECK(allowed == static_cast<int>(lifecycle_table().size()));
  CHECK_FALSE(next_state(LifecycleState::kSealed, LifecycleEvent::kReopen));
  CHECK(next_state(LifecycleState::kSealed, LifecycleEvent::kUnseal) == LifecycleState::kClosing);
  CHECK_FALSE(next_state(LifecycleState::kVoting, LifecycleEvent::kSeal));
}

TEST_CASE("lifecycle names round-trip") {
  for (const Transition& row : lifecycle_table()) {
    CHECK(lifecycle_state_from(to_text(row.from)) == row.from);
    CHECK(lifecycle_event_from(to_text(row.event)) == row.event);
  }
  CHECK_FALSE(lifecycle_state_from("open"));
}
