#include <cstdio>
#include <string>

#include "firmware-host/cli/commands.h"

namespace kiemphieu::cli {

int refuse(const Error& error) {
  std::fprintf(stderr, "kiemphieu: %s | %s [%s]\n", operator_sentence(error, Language::kVietnamese).c_str(),
               operator_sentence(error, Language::kEnglish).c_str(), error.log_line().c_str());
  return kUnusable;
}

}  // namespace kiemphieu::cli
