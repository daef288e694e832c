#pragma once
/// Result<T>: a value or an Error. The names follow std::expected, which
/// Debian 12's clang cannot compile yet.

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "config/base/check.h"
#include "config/base/error.h"

namespace kiemphieu {

template <class T>
class [[nodiscard]] Result {
 public:
  using value_type = T;
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}     // NOLINT: implicit on purpose
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT: implicit on purpose

  bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }

  T& value() & { KP_CHECK(has_value()); return std::get<0>(state_); }
  const T& value() const& { KP_CHECK(has_value()); return std::get<0>(state_); }
  T&& value() && { KP_CHECK(has_value()); return std::get<0>(std::move(state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  const Error& error() const& { KP_CHECK(!has_value()); return std::get<1>(state_); }
  Error&& error() && { KP_CHECK(!has_value()); return std::get<1>(std::move(state_)); }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  using value_type = void;
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}  // NOLINT: implicit on purpose

  bool has_value() const { return !error_.has_value(); }
  explicit operator bool() const { return has_value(); }
  void value() const { KP_CHECK(has_value()); }
  const Error& error() const& { KP_CHECK(!has_value()); return *error_; }
  Error&& error() && { KP_CHECK(!has_value()); return *std::move(error_); }

 private:
  std::optional<Error> error_;
};

/// The short way to return a failure: `return fail(ErrorCode::kDiskFull, path)`.
inline Error fail(ErrorCode code, std::string evidence = {}) { return Error{code, std::move(evidence), {}}; }

}  // namespace kiemphieu

#define KP_CONCAT_INNER(a, b) a##b
#define KP_CONCAT(a, b) KP_CONCAT_INNER(a, b)

/// KP_TRY(auto file, open(path)): the value, or returns the error to the caller.
#define KP_TRY(declaration, expression)                                         \
  auto KP_CONCAT(kp_result_, __LINE__) = (expression);                          \
  if (!KP_CONCAT(kp_result_, __LINE__).has_value())                             \
    return std::move(KP_CONCAT(kp_result_, __LINE__)).error();                  \
  declaration = std::move(KP_CONCAT(kp_result_, __LINE__)).value()

/// KP_TRY_VOID(file.sync()): goes on, or returns the error to the caller.
#define KP_TRY_VOID(expression)                                                 \
  do {                                                                          \
    auto kp_result_void = (expression);                                         \
    if (!kp_result_void.has_value()) return std::move(kp_result_void).error();  \
  } while (false)
