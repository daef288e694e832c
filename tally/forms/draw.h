#pragma once
/// Pages to PDF and to pixels by one drawing routine, so that the geometry of
/// both is the same. The only files that include cairo, pango and qrencode are
/// draw.cpp and qr.cpp.
///
/// Text stands without hinting: an outline has the same place and size at every
/// resolution. Not thread-safe (one font map). Errors of all: kFontMissing
/// (evidence: the family or the text whose letters it lacks), kFormOverflow
/// (evidence: the text), kPrintFailed.

#include <span>
#include <string>
#include <vector>

#include "config/base/bytes.h"
#include "config/base/result.h"
#include "config/imaging/image.h"
#include "tally/forms/page.h"

namespace kiemphieu::forms {

/// A PDF of these pages. The same pages, title and date give the same bytes.
/// `date` ("2026-03-15") stands for the creation time.
Result<Bytes> draw_pdf(std::span<const Page> pages, const std::string& title, const std::string& date);

/// The page edge to edge, 8-bit gray on white.
Result<imaging::Image> draw_gray(const Page& page, double dpi);

/// The same in RGB on paper of colour `paper`.
Result<imaging::Image> draw_rgb(const Page& page, double dpi, const Rgb& paper);

/// The tight box of each text's ink, in the order of page.texts.
Result<std::vector<BoxMm>> measure_ink(const Page& page);

/// The width a text takes, for placing what follows it.
Result<double> advance_mm(const std::string& text, const TextStyle& style);

/// Upper case of UTF-8 text, for titles.
std::string upper_case(const std::string& text);

}  // namespace kiemphieu::forms
