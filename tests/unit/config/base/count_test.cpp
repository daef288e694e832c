#include "config/base/count.h"

#include <doctest/doctest.h>

#include <csignal>
#include <functional>

#include "tests/unit/support/child.h"

using kiemphieu::Count;
using kiemphieu::test::in_child;

TEST_CASE("Count adds, subtracts, multiplies and compares exactly") {
  CHECK((Count{2} + Count{3}).value() == 5);
  CHECK((Count{5} - Count{5}).value() == 0);
  CHECK((Count{4'000} * Count{3}).value() == 12'000);
  CHECK((Count{0} * Count{UINT64_MAX}).value() == 0);
  CHECK((Count{UINT64_MAX} + Count{0}).value() == UINT64_MAX);
  CHECK(Count{1} < Count{2});
  Count count;
  CHECK((++count).value() == 1);
}

TEST_CASE("a Count that would wrap aborts instead") {
  struct Row { const char* name; std::function<std::uint64_t()> act; };
  const Row rows[] = {
      {"one above the top", [] { return (Count{UINT64_MAX} + Count{1}).value(); }},
      {"increment at the top", [] { Count c{UINT64_MAX}; return (++c).value(); }},
      {"below zero", [] { return (Count{2} - Count{3}).value(); }},
      {"product too large", [] { return (Count{UINT64_MAX / 2 + 1} * Count{2}).value(); }},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const auto ending = in_child([&] { return static_cast<int>(row.act() & 1U); });
    CHECK(ending.signal == SIGABRT);
  }
}
