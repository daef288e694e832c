#include "config/base/check.h"

#include <cstdio>
#include <cstdlib>

namespace kiemphieu {

void check_failed(const char* statement, const char* file, int line) {
  std::fprintf(stderr, "KP_CHECK failed: %s at %s:%d\n", statement, file, line);
  std::abort();
}

}  // namespace kiemphieu
