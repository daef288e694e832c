#pragma once
/// KP_CHECK: states what must hold unless our own code is wrong. It stays on in
/// release builds and aborts; the supervisor restarts the program into recovery.
/// Never use it on anything that comes from outside (files, paper, network).

namespace kiemphieu {

/// Prints the broken statement to stderr and aborts.
[[noreturn]] void check_failed(const char* statement, const char* file, int line);

}  // namespace kiemphieu

#define KP_CHECK(statement) \
  (static_cast<bool>(statement) ? void(0) : ::kiemphieu::check_failed(#statement, __FILE__, __LINE__))
