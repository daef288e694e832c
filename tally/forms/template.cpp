// Templates as JSON with a PNG beside them. Tested by tests/unit/tally/forms.
#include "tally/forms/template.h"

#include <cmath>
#include <set>

#include "config/imaging/codec.h"
#include "config/json/json.h"
#include "config/storage/files.h"

namespace kiemphieu::forms {
namespace {

using json::Json;
using json::ObjectReader;
using json::OrderedJson;

constexpr int kVersion = 1;
constexpr std::size_t kMaxTemplateBytes = 1U << 20U;
constexpr double kMaxPageMm = 450;  ///< A3 and a margin
constexpr std::size_t kMaxCandidateRows = 64;
constexpr std::size_t kMaxDigits = 12;
constexpr int kSizeTolerancePx = 2;  ///< rounding of millimetres to pixels, by us or by another program

Error invalid(const std::string& place, const std::string& fix) {
  return fail(ErrorCode::kTemplateInvalid, place + ": " + fix);
}

Result<BoxMm> read_box(const ObjectReader& reader, const Template& form) {
  BoxMm box;
  KP_TRY(box.x_mm, reader.number("x_mm", 0, form.page_width_mm));
  KP_TRY(box.y_mm, reader.number("y_mm", 0, form.page_height_mm));
  KP_TRY(box.w_mm, reader.number("w_mm", 0.1, form.page_width_mm));
  KP_TRY(box.h_mm, reader.number("h_mm", 0.1, form.page_height_mm));
  constexpr double kRounding = 0.01;
  if (box.x_mm + box.w_mm > form.page_width_mm + kRounding ||
      box.y_mm + box.h_mm > form.page_height_mm + kRounding)
    return invalid(reader.path(), "the box reaches beyond the page");
  return box;
}

Result<std::optional<BoxMm>> read_optional_box(const ObjectReader& reader, std::string_view key,
                                               const Template& form) {
  if (!reader.has(key)) return std::optional<BoxMm>{};
  KP_TRY(const ObjectReader object, reader.object(key));
  KP_TRY(const BoxMm box, read_box(object, form));
  return std::optional<BoxMm>{box};
}

Result<std::vector<BoxMm>> read_boxes(const ObjectReader& reader, std::string_view key, std::size_t min,
                                      std::size_t max, const Template& form) {
  KP_TRY(const auto items, reader.objects(key, min, max));
  std::vector<BoxMm> boxes;
  for (const ObjectReader& item : items) {
    KP_TRY(const BoxMm box, read_box(item, form));
    boxes.push_back(box);
  }
  return boxes;
}

Result<void> read_candidates(const ObjectReader& reader, Template& form) {
  KP_TRY(const auto items, reader.objects("candidates", 1, kMaxCandidateRows));
  std::set<std::string> ids;
  for (const ObjectReader& item : items) {
    CandidateLines candidate;
    KP_TRY(candidate.id, item.text("id", 64));
    if (!ids.insert(candidate.id).second) return invalid(item.path() + ".id", "the id is used twice");
    KP_TRY(const std::int64_t row, item.integer("row", 1, static_cast<std::int64_t>(items.size())));
    candidate.row = static_cast<int>(row);
    if (row != static_cast<std::int64_t>(form.candidates.size()) + 1)
      return invalid(item.path() + ".row", "rows must count 1, 2, 3 … in print order");
    KP_TRY(candidate.name, item.text("name", 512));
    KP_TRY(candidate.lines, read_boxes(item, "lines", 1, 2, form));
    form.candidates.push_back(std::move(candidate));
  }
  return {};
}

Result<void> read_fields(const ObjectReader& reader, Template& form) {
  KP_TRY(const auto items, reader.objects("fields", 1, 2 * kMaxCandidateRows));
  std::set<std::string> ids;
  for (const ObjectReader& item : items) {
    DigitField field;
    KP_TRY(field.id, item.text("id", 64));
    if (!ids.insert(field.id).second) return invalid(item.path() + ".id", "the id is used twice");
    KP_TRY(field.boxes, read_boxes(item, "boxes", 1, kMaxDigits, form));
    form.fields.push_back(std::move(field));
  }
  return {};
}

Result<void> read_marks(const ObjectReader& reader, Template& form) {
  if (!reader.has("marks")) return {};
  KP_TRY(const ObjectReader object, reader.object("marks"));
  MachineMarks marks;
  KP_TRY(marks.corners, read_boxes(object, "corners", 4, 4, form));
  KP_TRY(const ObjectReader qr, object.object("qr"));
  KP_TRY(marks.qr, read_box(qr, form));
  form.marks = std::move(marks);
  return {};
}

Result<void> read_reference(const ObjectReader& reader, Template& form) {
  KP_TRY(const ObjectReader object, reader.object("reference"));
  KP_TRY(form.reference_file, object.text("file", 128));
  if (form.reference_file.find_first_of("/\\") != std::string::npos || form.reference_file.starts_with('.'))
    return object.wrong("file", "the name of a PNG in the same folder");
  KP_TRY(form.reference_dpi, object.number("dpi", 72, 1200));
  return {};
}

Result<Template> read_template(const Json& document) {
  KP_TRY(const ObjectReader reader, ObjectReader::open(document, ""));
  Template form;
  KP_TRY(const std::int64_t version, reader.integer("version", 0, INT32_MAX));
  if (version != kVersion)
    return invalid("version", std::to_string(version) + "; this program reads " + std::to_string(kVersion));
  KP_TRY(form.contest, reader.text("contest", 64));
  if (reader.has("election")) {
    KP_TRY(const std::string digest, reader.text("election", 64));
    auto parsed = Digest::from_hex(digest);
    if (!parsed) return reader.wrong("election", "a SHA-256 of 64 hexadecimal digits");
    form.election = *parsed;
  }
  KP_TRY(const std::int64_t seats, reader.integer("seats", 1, static_cast<std::int64_t>(kMaxCandidateRows)));
  form.seats = static_cast<int>(seats);
  KP_TRY(const ObjectReader page, reader.object("page"));
  KP_TRY(form.page_width_mm, page.number("width_mm", 20, kMaxPageMm));
  KP_TRY(form.page_height_mm, page.number("height_mm", 20, kMaxPageMm));
  if (reader.has("fields") == reader.has("candidates"))
    return invalid("candidates", "either candidates (a ballot) or fields (a tally sheet)");
  if (reader.has("fields")) {
    KP_TRY_VOID(read_fields(reader, form));
  } else {
    KP_TRY_VOID(read_candidates(reader, form));
  }
  KP_TRY(form.frame, read_optional_box(reader, "frame", form));
  KP_TRY(form.seal, read_optional_box(reader, "seal", form));
  KP_TRY_VOID(read_marks(reader, form));
  KP_TRY_VOID(read_reference(reader, form));
  return form;
}

int expected_px(double mm, double dpi) { return static_cast<int>(std::lround(mm / 25.4 * dpi)); }

Result<void> load_reference(Template& form, const std::filesystem::path& folder) {
  const std::filesystem::path path = folder / form.reference_file;
  const imaging::DecodeLimits limits;
  KP_TRY(const Bytes file, storage::read_file(path, limits.max_file_bytes));
  auto image = imaging::decode(file, 0, limits);
  if (!image) return invalid(path.string(), image.error().log_line());
  if (image->format != imaging::PixelFormat::kGray8)
    return invalid(path.string(), "the reference must be gray, 8 bits");
  const int width = expected_px(form.page_width_mm, form.reference_dpi);
  const int height = expected_px(form.page_height_mm, form.reference_dpi);
  if (std::abs(image->width_px - width) > kSizeTolerancePx ||
      std::abs(image->height_px - height) > kSizeTolerancePx)
    return invalid(path.string(), "is " + std::to_string(image->width_px) + " x " +
                                      std::to_string(image->height_px) + " pixels, the template says " +
                                      std::to_string(width) + " x " + std::to_string(height));
  form.reference = *std::move(image);
  form.reference.dpi = form.reference_dpi;
  return {};
}

/// Micrometres are more than any printer keeps.
double rounded(double mm) { return std::round(mm * 1000.0) / 1000.0; }

OrderedJson to_json(const BoxMm& box) {
  return {{"x_mm", rounded(box.x_mm)},
          {"y_mm", rounded(box.y_mm)},
          {"w_mm", rounded(box.w_mm)},
          {"h_mm", rounded(box.h_mm)}};
}

OrderedJson to_json(const std::vector<BoxMm>& boxes) {
  OrderedJson list = OrderedJson::array();
  for (const BoxMm& box : boxes) list.push_back(to_json(box));
  return list;
}

OrderedJson to_json(const Template& form) {
  OrderedJson document = {{"version", form.version},
                          {"contest", form.contest},
                          {"election", form.election.hex()},
                          {"seats", form.seats}};
  document["page"] = {{"width_mm", form.page_width_mm}, {"height_mm", form.page_height_mm}};
  if (form.frame) document["frame"] = to_json(*form.frame);
  OrderedJson rows = OrderedJson::array();
  if (form.fields.empty()) {
    for (const CandidateLines& candidate : form.candidates)
      rows.push_back({{"id", candidate.id},
                      {"row", candidate.row},
                      {"name", candidate.name},
                      {"lines", to_json(candidate.lines)}});
    document["candidates"] = std::move(rows);
  } else {
    for (const DigitField& field : form.fields)
      rows.push_back({{"id", field.id}, {"boxes", to_json(field.boxes)}});
    document["fields"] = std::move(rows);
  }
  if (form.seal) document["seal"] = to_json(*form.seal);
  if (form.marks)
    document["marks"] = {{"corners", to_json(form.marks->corners)}, {"qr", to_json(form.marks->qr)}};
  document["reference"] = {{"file", form.reference_file}, {"dpi", form.reference_dpi}};
  return document;
}

}  // namespace

Result<Template> parse_template(std::string_view json_text) {
  const auto document = json::parse(json_text, {.max_bytes = kMaxTemplateBytes, .max_depth = 8});
  if (!document) return fail(ErrorCode::kTemplateInvalid, document.error().evidence);
  auto form = read_template(*document);
  if (!form) return fail(ErrorCode::kTemplateInvalid, form.error().evidence);
  return form;
}

Result<Template> load_template(const std::filesystem::path& json_path) {
  const std::string where = "reading " + json_path.string();
  KP_TRY(const Bytes bytes, storage::read_file(json_path, kMaxTemplateBytes));
  auto form = parse_template(as_text(bytes));
  if (!form) return std::move(form).error().with_context(where);
  auto loaded = load_reference(*form, json_path.parent_path());
  if (!loaded) return std::move(loaded).error().with_context(where);
  return form;
}

namespace {

/// The template at `path`, which must be one of contest `id` in this election.
Result<Template> load_own(const std::filesystem::path& path, const std::string& id, bool ballot,
                          const Digest& election) {
  KP_TRY(Template form, load_template(path));
  if (form.contest != id || form.candidates.empty() == ballot)
    return fail(ErrorCode::kTemplateInvalid, path.string() + ": not the " + (ballot ? "ballot" : "tally sheet") +
                                                 " of contest \"" + id + "\"");
  if (form.election != election)
    return fail(ErrorCode::kTemplateOtherElection, path.string() + ": made for " + form.election.short_hex() +
                                                       ", this election is " + election.short_hex());
  return form;
}

}  // namespace

Result<std::vector<Template>> load_ballot_templates(const std::filesystem::path& folder,
                                                    const std::vector<std::string>& contest_ids,
                                                    const Digest& election) {
  std::vector<Template> forms;
  for (const std::string& id : contest_ids) {
    const std::filesystem::path path = folder / (id + ".template.json");
    auto form = load_own(path, id, true, election);
    if (!form && form.error().code == ErrorCode::kFileNotFound)
      return fail(ErrorCode::kTemplateMissing, path.string());
    if (!form) return std::move(form).error();
    forms.push_back(*std::move(form));
  }
  return forms;
}

Result<std::vector<Template>> load_tally_sheet_templates(const std::filesystem::path& folder,
                                                         const std::vector<std::string>& contest_ids,
                                                         const Digest& election) {
  std::vector<Template> forms;
  for (const std::string& id : contest_ids) {
    const std::filesystem::path path = folder / ("tally-sheet-" + id + ".template.json");
    if (!std::filesystem::exists(path)) continue;
    KP_TRY(Template form, load_own(path, id, false, election));
    forms.push_back(std::move(form));
  }
  return forms;
}

Result<void> save_template(const Template& form, const std::filesystem::path& folder,
                           const std::string& stem) {
  Template named = form;
  named.reference_file = stem + ".reference.png";
  KP_TRY(const Bytes png, imaging::encode_png(form.reference.view()));
  KP_TRY_VOID(storage::write_file_durably(folder / named.reference_file, png));
  const std::string text = to_json(named).dump(1) + "\n";
  return storage::write_file_durably(folder / (stem + ".template.json"), as_bytes(text));
}

}  // namespace kiemphieu::forms
