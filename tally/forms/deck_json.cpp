#include "tally/forms/deck_json.h"

#include "config/json/json.h"
#include "config/storage/files.h"

namespace kiemphieu::forms {
namespace {

using json::ObjectReader;
using json::OrderedJson;

constexpr int kVersion = 1;
constexpr std::size_t kMaxDeckBytes = 4U << 20U;
constexpr std::size_t kMaxPages = 2'000;
constexpr std::size_t kMaxRows = 64;

OrderedJson to_json(const ExpectedPage& page) {
  OrderedJson reasons = OrderedJson::array();
  for (const auto reason : page.reasons) reasons.push_back(to_text(reason));
  OrderedJson candidates = OrderedJson::array();
  for (const auto& candidate : page.candidates)
    candidates.push_back(
        {{"id", candidate.id}, {"mark", to_text(candidate.mark)}, {"shape", to_text(candidate.shape)}});
  return {{"page", page.page},
          {"case", page.name},
          {"form", "ballot"},
          {"contest", page.contest},
          {"outcome", to_text(page.outcome)},
          {"validity", to_text(page.validity)},
          {"elects", page.elects},
          {"reasons", reasons},
          {"candidates", candidates},
          {"seal", page.sealed ? "present" : "absent"}};
}

template <class FromText>
auto word_of(const ObjectReader& reader, std::string_view key, FromText from_text)
    -> Result<typename decltype(from_text(std::string_view{}))::value_type> {
  KP_TRY(const std::string text, reader.text(key, 64));
  const auto value = from_text(text);
  if (!value) return reader.wrong(key, "a word of the format");
  return *value;
}

Result<ExpectedPage> read_page(const ObjectReader& reader, int number) {
  ExpectedPage page;
  KP_TRY(const std::int64_t written, reader.integer("page", number, number));
  page.page = static_cast<int>(written);
  KP_TRY(page.name, reader.text("case", 64));
  KP_TRY(page.contest, reader.text("contest", 64));
  KP_TRY(page.outcome, word_of(reader, "outcome", election::outcome_from));
  KP_TRY(page.validity, word_of(reader, "validity", election::validity_from));
  KP_TRY(const std::int64_t elects, reader.integer("elects", 0, static_cast<std::int64_t>(kMaxRows)));
  page.elects = static_cast<int>(elects);
  KP_TRY(const auto reasons, reader.texts("reasons", election::kReasonCount, 64));
  for (const std::string& text : reasons) {
    const auto reason = election::reason_from(text);
    if (!reason) return reader.wrong("reasons", "reasons of the format");
    page.reasons.push_back(*reason);
  }
  KP_TRY(const auto rows, reader.objects("candidates", 1, kMaxRows));
  for (const ObjectReader& row : rows) {
    ExpectedCandidate candidate;
    KP_TRY(candidate.id, row.text("id", 64));
    KP_TRY(candidate.mark, word_of(row, "mark", election::mark_from));
    KP_TRY(candidate.shape, word_of(row, "shape", election::mark_shape_from));
    page.candidates.push_back(std::move(candidate));
  }
  KP_TRY(const std::string seal, reader.text("seal", 16));
  if (seal != "present" && seal != "absent") return reader.wrong("seal", "\"present\" or \"absent\"");
  page.sealed = seal == "present";
  return page;
}

Result<BoxMm> read_box(const ObjectReader& reader) {
  constexpr double kMaxMm = 2000;
  BoxMm box;
  KP_TRY(box.x_mm, reader.number("x_mm", 0, kMaxMm));
  KP_TRY(box.y_mm, reader.number("y_mm", 0, kMaxMm));
  KP_TRY(box.w_mm, reader.number("w_mm", 0.1, kMaxMm));
  KP_TRY(box.h_mm, reader.number("h_mm", 0.1, kMaxMm));
  return box;
}

Result<TestDeck> read_deck(const json::Json& document) {
  KP_TRY(const ObjectReader reader, ObjectReader::open(document, ""));
  KP_TRY(const std::int64_t version, reader.integer("version", kVersion, kVersion));
  (void)version;
  TestDeck deck;
  KP_TRY(const std::string digest, reader.text("election", 64));
  const auto parsed = Digest::from_hex(digest);
  if (!parsed) return reader.wrong("election", "a SHA-256 of 64 hexadecimal digits");
  deck.election = *parsed;
  KP_TRY(deck.station, reader.text("station", 64));
  KP_TRY(const auto warnings, reader.objects("warnings", 0, kMaxRows));
  for (const ObjectReader& item : warnings) {
    KP_TRY(const BoxMm box, read_box(item));
    deck.warnings.push_back(box);
  }
  KP_TRY(const auto pages, reader.objects("pages", 1, kMaxPages));
  for (const ObjectReader& item : pages) {
    KP_TRY(ExpectedPage page, read_page(item, static_cast<int>(deck.expected.size()) + 1));
    deck.expected.push_back(std::move(page));
  }
  return deck;
}

}  // namespace

std::string deck_to_json(const TestDeck& deck) {
  OrderedJson pages = OrderedJson::array();
  for (const ExpectedPage& page : deck.expected) pages.push_back(to_json(page));
  OrderedJson warnings = OrderedJson::array();
  for (const BoxMm& box : deck.warnings)
    warnings.push_back({{"x_mm", box.x_mm}, {"y_mm", box.y_mm}, {"w_mm", box.w_mm}, {"h_mm", box.h_mm}});
  const OrderedJson document = {{"version", kVersion},
                                {"election", deck.election.hex()},
                                {"station", deck.station},
                                {"warnings", warnings},
                                {"pages", pages}};
  return document.dump(1) + "\n";
}

Result<TestDeck> parse_test_deck(std::string_view json_text) {
  const auto document = json::parse(json_text, {.max_bytes = kMaxDeckBytes, .max_depth = 8});
  if (!document) return fail(ErrorCode::kTemplateInvalid, document.error().evidence);
  auto deck = read_deck(*document);
  if (!deck) return fail(ErrorCode::kTemplateInvalid, deck.error().evidence);
  return deck;
}

Result<TestDeck> load_test_deck(const std::filesystem::path& path) {
  KP_TRY(const Bytes bytes, storage::read_file(path, kMaxDeckBytes));
  auto deck = parse_test_deck(as_text(bytes));
  if (!deck) return std::move(deck).error().with_context("reading " + path.string());
  return deck;
}

}  // namespace kiemphieu::forms
