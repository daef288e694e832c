#pragma once
/// Pictures of what went wrong: the scan itself for debugging, and a small
/// annotated one for the report.

#include "tests/accuracy/chunk.h"

namespace kiemphieu::accuracy {

/// Writes the scan as PNG; the folder is made. Says so on stderr when it cannot.
void save_scan(const imaging::Image& picture, const std::string& path);

/// The reading drawn over the scan, reduced to what a page of documentation can carry.
void save_annotated(const Replay& sheet, const std::string& path);

}  // namespace kiemphieu::accuracy
