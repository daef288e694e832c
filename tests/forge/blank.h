#pragma once
/// The blank ballots to start from, as kiemphieu forms left them in a folder.

#include <filesystem>

#include "config/base/result.h"
#include "config/election/election.h"
#include "tests/forge/sheet.h"

namespace kiemphieu::forge {

/// Resolution of the pages that are made.
inline constexpr int kForgeDpi = 200;

/// One page of a PDF through pdftoppm. Errors: kFileNotFound (no pdftoppm, no file), kImageUnreadable.
Result<imaging::Image> rasterise(const std::filesystem::path& pdf, int dpi);

/// Loads C.template.json and the ballot's print: C.pdf when it is there (what a
/// print shop would print), else the template's reference image.
/// Errors: those of forms::load_template and rasterise.
Result<BallotForge> load_forge(const std::filesystem::path& forms_folder, const std::string& contest);

}  // namespace kiemphieu::forge
