#pragma once
/// A plain ballot drawn without the forms library, so that the forge can be
/// tested by itself. Latin letters only.

#include "config/imaging/image.h"
#include "tally/forms/template.h"

namespace kiemphieu::forge {

struct SampleBallot {
  forms::Template form;  ///< five candidates for three seats; the fourth has two lines
  imaging::Image blank;  ///< A5 at 200 dpi, gray
};
SampleBallot sample_ballot();

}  // namespace kiemphieu::forge
