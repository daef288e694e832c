#include <cstdio>

#include "firmware-host/cli/commands.h"

namespace kiemphieu::cli {

int run_errors() {
  for (const ErrorInfo& row : all_errors()) {
    const Error error{row.code, {}, {}};
    std::printf("%s\n  vi: %s\n  en: %s\n", std::string{row.id}.c_str(),
                operator_sentence(error, Language::kVietnamese).c_str(),
                operator_sentence(error, Language::kEnglish).c_str());
  }
  return kDone;
}

}  // namespace kiemphieu::cli
