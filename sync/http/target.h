#pragma once
/// The request target as it came over the wire, taken apart and decoded. Pure.

#include <map>
#include <string>
#include <string_view>

#include "config/base/result.h"

namespace kiemphieu::http {

struct Target {
  std::string path;                          ///< starts with '/', percent-decoded
  std::map<std::string, std::string> query;  ///< percent-decoded, '+' is a space
};

/// Refuses what is not clean UTF-8 after decoding, "." and ".." segments, back
/// slashes, more than 32 query fields and repeated ones. Error: kHttpBadRequest.
Result<Target> parse_target(std::string_view raw);

}  // namespace kiemphieu::http
