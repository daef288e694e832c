// One routine, draw_page(), puts a page on any cairo surface in points; the PDF
// and the picture differ only in the surface. Tested by tests/unit/tally/forms.
#include "tally/forms/draw.h"

#include <cairo-pdf.h>
#include <cairo.h>
#include <pango/pangocairo.h>

#include <array>
#include <cmath>
#include <cstring>
#include <memory>
#include <numbers>
#include <set>

#include "config/base/check.h"
#include "tally/forms/qr.h"

namespace kiemphieu::forms {
namespace {

constexpr double kPointsPerMm = 72.0 / 25.4;
constexpr double kMmPerInch = 25.4;

template <auto Free>
struct Deleter {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
using Surface = std::unique_ptr<cairo_surface_t, Deleter<cairo_surface_destroy>>;
using Cairo = std::unique_ptr<cairo_t, Deleter<cairo_destroy>>;
using FontOptions = std::unique_ptr<cairo_font_options_t, Deleter<cairo_font_options_destroy>>;
using FontDescription = std::unique_ptr<PangoFontDescription, Deleter<pango_font_description_free>>;
using Attributes = std::unique_ptr<PangoAttrList, Deleter<pango_attr_list_unref>>;
template <class T>
using GObjectPtr = std::unique_ptr<T, Deleter<g_object_unref>>;

double to_pt(double mm) { return mm * kPointsPerMm; }
double from_pango(int units) { return static_cast<double>(units) / PANGO_SCALE / kPointsPerMm; }

constexpr std::array kFamilies = {"Noto Serif", "Noto Sans", "DejaVu Serif", "DejaVu Sans"};  // by Face
const char* family(Face face) { return kFamilies[static_cast<std::size_t>(face)]; }

/// Without the family pango would fall back to another one without a word.
Result<void> check_fonts() {
  PangoFontFamily** families = nullptr;
  int count = 0;
  pango_font_map_list_families(pango_cairo_font_map_get_default(), &families, &count);
  std::set<std::string> there;
  for (int i = 0; i < count; ++i) there.insert(pango_font_family_get_name(families[i]));
  g_free(families);
  for (const char* name : kFamilies)
    if (!there.contains(name)) return fail(ErrorCode::kFontMissing, name);
  return {};
}

Result<void> check_status(cairo_status_t status) {
  if (status == CAIRO_STATUS_SUCCESS) return {};
  return fail(ErrorCode::kPrintFailed, std::string{"cairo: "} + cairo_status_to_string(status));
}

Result<GObjectPtr<PangoLayout>> set_text(cairo_t* cairo, const std::string& text, const TextStyle& style) {
  const GObjectPtr<PangoContext> context{pango_cairo_create_context(cairo)};
  const FontOptions options{cairo_font_options_create()};
  cairo_font_options_set_hint_style(options.get(), CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics(options.get(), CAIRO_HINT_METRICS_OFF);
  cairo_font_options_set_antialias(options.get(), CAIRO_ANTIALIAS_GRAY);
  pango_cairo_context_set_font_options(context.get(), options.get());
  pango_cairo_context_set_resolution(context.get(), 72);  // our user unit is the point
  pango_context_set_round_glyph_positions(context.get(), FALSE);
  pango_context_set_language(context.get(), pango_language_from_string("vi"));

  GObjectPtr<PangoLayout> layout{pango_layout_new(context.get())};
  const FontDescription font{pango_font_description_new()};
  pango_font_description_set_family(font.get(), style.family.empty() ? family(style.face) : style.family.c_str());
  pango_font_description_set_size(font.get(), static_cast<int>(std::lround(style.size_pt * PANGO_SCALE)));
  pango_font_description_set_weight(font.get(), style.bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
  pango_font_description_set_style(font.get(), style.italic ? PANGO_STYLE_ITALIC : PANGO_STYLE_NORMAL);
  pango_layout_set_font_description(layout.get(), font.get());
  const Attributes attributes{pango_attr_list_new()};
  pango_attr_list_insert(attributes.get(), pango_attr_fallback_new(FALSE));
  pango_layout_set_attributes(layout.get(), attributes.get());
  pango_layout_set_single_paragraph_mode(layout.get(), TRUE);
  pango_layout_set_text(layout.get(), text.data(), static_cast<int>(text.size()));
  if (pango_layout_get_unknown_glyphs_count(layout.get()) > 0)
    return fail(ErrorCode::kFontMissing,
                std::string{family(style.face)} + " lacks a letter of \"" + text + "\"");
  return layout;
}

/// Draws the text and gives its ink.
Result<BoxMm> draw_text(cairo_t* cairo, const Text& text) {
  KP_TRY(const auto layout, set_text(cairo, text.text, text.style));
  PangoRectangle ink;
  PangoRectangle logical;
  pango_layout_get_extents(layout.get(), &ink, &logical);
  const double width_mm = from_pango(logical.width);
  if (width_mm > text.max_width_mm) return fail(ErrorCode::kFormOverflow, text.text);
  const double shift = text.align == Align::kLeft ? 0.0 : text.align == Align::kCentre ? 0.5 : 1.0;
  const double left_mm = text.x_mm - shift * width_mm;
  const double top_mm = text.baseline_mm - from_pango(pango_layout_get_baseline(layout.get()));
  cairo_set_source_rgb(cairo, text.colour[0] / 255.0, text.colour[1] / 255.0, text.colour[2] / 255.0);
  cairo_move_to(cairo, to_pt(left_mm), to_pt(top_mm));
  pango_cairo_show_layout(cairo, layout.get());
  return BoxMm{left_mm + from_pango(ink.x), top_mm + from_pango(ink.y), from_pango(ink.width),
               from_pango(ink.height)};
}

void add_box(cairo_t* cairo, const BoxMm& box) {
  cairo_rectangle(cairo, to_pt(box.x_mm), to_pt(box.y_mm), to_pt(box.w_mm), to_pt(box.h_mm));
}

Result<void> draw_code(cairo_t* cairo, const QrCode& code) {
  KP_TRY(const QrModules modules, encode_qr(code.payload, code.mode));
  const double module_mm = code.box.w_mm / modules.side;
  for (int y = 0; y < modules.side; ++y) {
    // Runs of dark modules as one rectangle: no hair lines between neighbours.
    for (int x = 0; x < modules.side; ++x) {
      const auto dark = [&](int at) {
        return at < modules.side && modules.dark[static_cast<std::size_t>(y * modules.side + at)];
      };
      const int start = x;
      while (dark(x)) ++x;
      if (x > start)
        add_box(cairo, {code.box.x_mm + start * module_mm, code.box.y_mm + y * module_mm,
                        (x - start) * module_mm, module_mm});
    }
  }
  cairo_set_source_rgb(cairo, 0, 0, 0);
  cairo_fill(cairo);
  return {};
}

void draw_shapes(cairo_t* cairo, const Page& page) {
  cairo_set_source_rgb(cairo, 0, 0, 0);
  for (const BoxMm& box : page.filled) add_box(cairo, box);
  cairo_fill(cairo);
  for (const Outline& outline : page.outlines) {
    cairo_set_line_width(cairo, to_pt(outline.width_mm));
    add_box(cairo, outline.box);
    cairo_stroke(cairo);
  }
  for (const Circle& circle : page.circles) {
    cairo_set_source_rgb(cairo, circle.colour[0] / 255.0, circle.colour[1] / 255.0, circle.colour[2] / 255.0);
    cairo_set_line_width(cairo, to_pt(circle.width_mm));
    cairo_new_sub_path(cairo);
    cairo_arc(cairo, to_pt(circle.centre.x_mm), to_pt(circle.centre.y_mm), to_pt(circle.radius_mm), 0,
              2 * std::numbers::pi);
    cairo_stroke(cairo);
  }
  cairo_set_line_cap(cairo, CAIRO_LINE_CAP_ROUND);
  cairo_set_line_join(cairo, CAIRO_LINE_JOIN_ROUND);
  for (const Stroke& stroke : page.strokes) {
    cairo_set_source_rgba(cairo, stroke.colour[0] / 255.0, stroke.colour[1] / 255.0, stroke.colour[2] / 255.0,
                          stroke.opacity);
    cairo_set_line_width(cairo, to_pt(stroke.width_mm));
    for (const PointMm& point : stroke.points) cairo_line_to(cairo, to_pt(point.x_mm), to_pt(point.y_mm));
    cairo_stroke(cairo);
  }
}

/// Everything on the page; gives the ink boxes of the texts.
Result<std::vector<BoxMm>> draw_page(cairo_t* cairo, const Page& page) {
  std::vector<BoxMm> ink;
  for (const Text& text : page.texts) {
    KP_TRY(const BoxMm box, draw_text(cairo, text));
    ink.push_back(box);
  }
  for (const QrCode& code : page.codes) KP_TRY_VOID(draw_code(cairo, code));
  draw_shapes(cairo, page);
  KP_TRY_VOID(check_status(cairo_status(cairo)));
  return ink;
}

cairo_status_t append(void* closure, const unsigned char* data, unsigned int length) {
  auto& bytes = *static_cast<Bytes*>(closure);
  bytes.insert(bytes.end(), data, data + length);
  return CAIRO_STATUS_SUCCESS;
}

/// The page on a raster of cairo's own 32-bit pixels.
Result<Surface> draw_raster(const Page& page, double dpi, const Rgb& paper) {
  KP_TRY_VOID(check_fonts());
  const auto pixels = [&](double mm) { return static_cast<int>(std::lround(mm / kMmPerInch * dpi)); };
  Surface surface{
      cairo_image_surface_create(CAIRO_FORMAT_RGB24, pixels(page.width_mm), pixels(page.height_mm))};
  KP_TRY_VOID(check_status(cairo_surface_status(surface.get())));
  const Cairo cairo{cairo_create(surface.get())};
  cairo_set_source_rgb(cairo.get(), paper[0] / 255.0, paper[1] / 255.0, paper[2] / 255.0);
  cairo_paint(cairo.get());
  cairo_scale(cairo.get(), dpi / 72.0, dpi / 72.0);
  KP_TRY(const auto ink, draw_page(cairo.get(), page));
  KP_CHECK(ink.size() == page.texts.size());
  cairo_surface_flush(surface.get());
  return surface;
}

/// Red, green and blue of a row, which cairo keeps in native 32-bit words.
void copy_row(cairo_surface_t* surface, int y, int width_px, std::uint8_t* out) {
  const auto stride = static_cast<std::size_t>(cairo_image_surface_get_stride(surface));
  const unsigned char* row = cairo_image_surface_get_data(surface) + static_cast<std::size_t>(y) * stride;
  for (int x = 0; x < width_px; ++x, row += 4) {
    std::uint32_t word = 0;
    std::memcpy(&word, row, 4);
    *out++ = static_cast<std::uint8_t>(word >> 16U);
    *out++ = static_cast<std::uint8_t>(word >> 8U);
    *out++ = static_cast<std::uint8_t>(word);
  }
}

}  // namespace

Result<Bytes> draw_pdf(std::span<const Page> pages, const std::string& title, const std::string& date) {
  KP_TRY_VOID(check_fonts());
  KP_CHECK(!pages.empty());
  Bytes bytes;
  const Surface surface{cairo_pdf_surface_create_for_stream(append, &bytes, to_pt(pages[0].width_mm),
                                                            to_pt(pages[0].height_mm))};
  KP_TRY_VOID(check_status(cairo_surface_status(surface.get())));
  cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_TITLE, title.c_str());
  cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_CREATE_DATE,
                                 (date + "T00:00:00Z").c_str());
  {
    const Cairo cairo{cairo_create(surface.get())};
    for (const Page& page : pages) {
      cairo_pdf_surface_set_size(surface.get(), to_pt(page.width_mm), to_pt(page.height_mm));
      KP_TRY(const auto ink, draw_page(cairo.get(), page));
      KP_CHECK(ink.size() == page.texts.size());
      cairo_show_page(cairo.get());
    }
    KP_TRY_VOID(check_status(cairo_status(cairo.get())));
  }
  cairo_surface_finish(surface.get());
  KP_TRY_VOID(check_status(cairo_surface_status(surface.get())));
  return bytes;
}

Result<imaging::Image> draw_gray(const Page& page, double dpi) {
  KP_TRY(const imaging::Image colour, draw_rgb(page, dpi, {255, 255, 255}));
  auto gray = imaging::Image::blank(colour.width_px, colour.height_px, imaging::PixelFormat::kGray8, dpi);
  for (std::size_t i = 0; i < gray.pixels.size(); ++i) {
    const std::uint8_t* rgb = &colour.pixels[i * 3];
    gray.pixels[i] = static_cast<std::uint8_t>((299 * rgb[0] + 587 * rgb[1] + 114 * rgb[2] + 500) / 1000);
  }
  return gray;
}

Result<imaging::Image> draw_rgb(const Page& page, double dpi, const Rgb& paper) {
  KP_TRY(const Surface surface, draw_raster(page, dpi, paper));
  auto image =
      imaging::Image::blank(cairo_image_surface_get_width(surface.get()),
                            cairo_image_surface_get_height(surface.get()), imaging::PixelFormat::kRgb8, dpi);
  for (int y = 0; y < image.height_px; ++y)
    copy_row(surface.get(), y, image.width_px,
             &image.pixels[static_cast<std::size_t>(y) * static_cast<std::size_t>(image.width_px) * 3]);
  return image;
}

Result<std::vector<BoxMm>> measure_ink(const Page& page) {
  KP_TRY_VOID(check_fonts());
  const Surface surface{cairo_recording_surface_create(CAIRO_CONTENT_COLOR, nullptr)};
  const Cairo cairo{cairo_create(surface.get())};
  return draw_page(cairo.get(), page);
}

Result<double> advance_mm(const std::string& text, const TextStyle& style) {
  KP_TRY_VOID(check_fonts());
  const Surface surface{cairo_recording_surface_create(CAIRO_CONTENT_COLOR, nullptr)};
  const Cairo cairo{cairo_create(surface.get())};
  KP_TRY(const auto layout, set_text(cairo.get(), text, style));
  PangoRectangle logical;
  pango_layout_get_extents(layout.get(), nullptr, &logical);
  return from_pango(logical.width);
}

std::string upper_case(const std::string& text) {
  char* upper = g_utf8_strup(text.data(), static_cast<gssize>(text.size()));
  std::string result = upper;
  g_free(upper);
  return result;
}

}  // namespace kiemphieu::forms
