#include "config/base/result.h"

#include <doctest/doctest.h>

#include <csignal>
#include <memory>

#include "tests/unit/support/child.h"

using namespace kiemphieu;
using kiemphieu::test::in_child;

namespace {

Result<int> half(int number) {
  if (number % 2 != 0) return fail(ErrorCode::kFieldInvalid, std::to_string(number));
  return number / 2;
}

Result<int> quarter(int number) {
  KP_TRY(const int once, half(number));
  KP_TRY(const int twice, half(once));
  return twice;
}

Result<void> must_halve(int number) {
  KP_TRY_VOID(half(number));
  return {};
}

}  // namespace

TEST_CASE("Result holds a value or an error") {
  const Result<int> good = half(8);
  CHECK(good.has_value());
  CHECK(*good == 4);
  const Result<int> bad = half(7);
  CHECK_FALSE(bad);
  CHECK(bad.error().code == ErrorCode::kFieldInvalid);
  CHECK(bad.error().evidence == "7");
}

TEST_CASE("Result carries what can only be moved") {
  Result<std::unique_ptr<int>> result{std::make_unique<int>(3)};
  const std::unique_ptr<int> taken = std::move(result).value();
  CHECK(*taken == 3);
}

TEST_CASE("KP_TRY goes on with the value or returns the first error") {
  CHECK(*quarter(12) == 3);
  CHECK(quarter(9).error().evidence == "9");
  CHECK(quarter(6).error().evidence == "3");
  CHECK(must_halve(4).has_value());
  CHECK(must_halve(5).error().evidence == "5");
}

TEST_CASE("asking a failure for its value, or a success for its error, aborts") {
  CHECK(in_child([] { return half(7).value(); }).signal == SIGABRT);
  CHECK(in_child([] { return static_cast<int>(half(8).error().evidence.size()); }).signal == SIGABRT);
  CHECK(in_child([] { return static_cast<int>(Result<void>{}.error().evidence.size()); }).signal == SIGABRT);
  CHECK(in_child([] { must_halve(5).value(); return 0; }).signal == SIGABRT);
}
