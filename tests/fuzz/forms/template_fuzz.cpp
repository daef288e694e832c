// The two JSON formats of tally/forms: never crashes, and a box that is taken
// lies on the page.
#include <cstddef>
#include <cstdint>

#include "config/base/check.h"
#include "tally/forms/deck.h"
#include "tally/forms/template.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kiemphieu;
  const std::string_view text = as_text(ByteView{data, size});
  (void)forms::parse_test_deck(text);
  const auto form = forms::parse_template(text);
  if (!form) return 0;
  for (const auto& candidate : form->candidates)
    for (const auto& box : candidate.lines)
      KP_CHECK(box.x_mm >= 0 && box.x_mm + box.w_mm < form->page_width_mm + 1);
  for (const auto& field : form->fields)
    for (const auto& box : field.boxes)
      KP_CHECK(box.y_mm >= 0 && box.y_mm + box.h_mm < form->page_height_mm + 1);
  return 0;
}
