#include "tally/journal/decode_tally.h"

#include "config/json/json.h"
#include "tally/journal/body_fields.h"

namespace kiemphieu::journal {
namespace {

using namespace body;

constexpr std::size_t kMaxFigures = 6 + election::kMaxSeats + election::kMaxCandidates;
constexpr int kMaxSure = 10'000;
constexpr int kMaxTallySheets = 1'000'000;
const auto kForms = among(std::array{reading::Form::kBallot, reading::Form::kTallySheet,
                                     reading::Form::kBatchHeader, reading::Form::kUnknown});

Result<int> sheet_of(const ObjectReader& body) { return small(body, "sheet", 1, kMaxTallySheets); }
Result<int> member_of(const ObjectReader& body) { return small(body, "member", 1, kMaxMembers); }
Result<int> value_of(const ObjectReader& body, std::string_view key) {
  return small(body, key, 0, kMaxCount);
}

/// [x, y, w, h] in pixels of the picture.
Result<reading::BoxPx> box_of(const ObjectReader& item) {
  const auto found = item.raw().find("at");
  if (found == item.raw().end() || !found->is_array() || found->size() != 4)
    return item.wrong("at", "four whole numbers");
  std::array<int, 4> px{};
  for (std::size_t i = 0; i < px.size(); ++i) {
    const json::Json& number = (*found)[i];
    constexpr std::int64_t kFar = 100'000;
    if (!number.is_number_integer() || number.get<std::int64_t>() < -kFar ||
        number.get<std::int64_t>() > kFar)
      return item.wrong("at", "places in the picture");
    px[i] = number.get<int>();
  }
  return reading::BoxPx{px[0], px[1], px[2], px[3]};
}

Result<counting::FigureResult> figure_of(const ObjectReader& item) {
  KP_TRY_VOID(item.only({"id", "sure", "outcome", "doubt", "at", "value", "proposal"}));
  counting::FigureResult figure;
  KP_TRY(figure.id, id_of(item, "id"));
  KP_TRY(figure.sure, small(item, "sure", 0, kMaxSure));
  KP_TRY(figure.outcome, word_of<election::Outcome>(item, "outcome", election::outcome_from));
  KP_TRY(figure.doubt, word_of<counting::FigureDoubt>(item, "doubt", counting::figure_doubt_from));
  KP_TRY(figure.at, box_of(item));
  if (item.has("value")) {
    KP_TRY(figure.value, value_of(item, "value"));
  }
  if (item.has("proposal")) {
    KP_TRY(figure.proposal, value_of(item, "proposal"));
  }
  return figure;
}

Result<EnteredFigure> entered_figure_of(const ObjectReader& item) {
  KP_TRY_VOID(item.only({"id", "value", "typed"}));
  EnteredFigure figure;
  KP_TRY(figure.id, id_of(item, "id"));
  KP_TRY(figure.value, value_of(item, "value"));
  KP_TRY(figure.typed, item.boolean("typed"));
  return figure;
}

}  // namespace

Result<Record> tally_feed_started(const ObjectReader& body) {
  KP_TRY_VOID(body.only({}));
  return Record{TallyFeedStarted{}};
}

Result<Record> tally_feed_stopped(const ObjectReader& body) {
  KP_TRY_VOID(body.only({"reason", "sheets_fed", "sheets_recorded"}));
  TallyFeedStopped r;
  KP_TRY(r.reason, id_of(body, "reason"));
  if (body.has("sheets_fed")) {
    KP_TRY(r.sheets_fed, unsigned_of(body, "sheets_fed", kMaxCount));
  }
  KP_TRY(r.sheets_recorded, unsigned_of(body, "sheets_recorded", kMaxCount));
  return Record{r};
}

Result<Record> tally_sheet(const ObjectReader& body) {
  KP_TRY_VOID(body.only({"sheet", "image", "form", "contest", "refusal", "outcome", "figures", "broken",
                         "upside_down", "skew_mdeg", "scale_permille"}));
  TallySheetRecorded r;
  KP_TRY(r.sheet, sheet_of(body));
  KP_TRY(r.image, digest_of(body, "image"));
  KP_TRY(r.form, word_of<reading::Form>(body, "form", kForms));
  KP_TRY(r.contest, text_of(body, "contest"));
  KP_TRY(r.refusal, text_of(body, "refusal"));
  KP_TRY(r.judged.outcome, word_of<election::Outcome>(body, "outcome", election::outcome_from));
  KP_TRY(const std::vector<ObjectReader> items, body.objects("figures", 0, kMaxFigures));
  for (const ObjectReader& item : items) {
    KP_TRY(counting::FigureResult figure, figure_of(item));
    r.judged.figures.push_back(std::move(figure));
  }
  KP_TRY(r.judged.broken, body.texts("broken", kMaxFigures));
  KP_TRY(r.upside_down, body.boolean("upside_down"));
  KP_TRY(r.skew_mdeg, small(body, "skew_mdeg", -kMaxInt32, kMaxInt32));
  KP_TRY(r.scale_permille, small(body, "scale_permille", 0, kMaxInt32));
  return Record{r};
}

Result<Record> tally_entered(const ObjectReader& body) {
  KP_TRY_VOID(body.only({"sheet", "round", "member", "figures"}));
  TallySheetEntered r;
  KP_TRY(r.sheet, sheet_of(body));
  KP_TRY(r.round, small(body, "round", 1, kMaxInt32));
  KP_TRY(r.member, member_of(body));
  KP_TRY(const std::vector<ObjectReader> items, body.objects("figures", 1, kMaxFigures));
  for (const ObjectReader& item : items) {
    KP_TRY(EnteredFigure figure, entered_figure_of(item));
    r.figures.push_back(std::move(figure));
  }
  return Record{r};
}

Result<Record> tally_settled(const ObjectReader& body) {
  KP_TRY_VOID(body.only({"sheet", "replaces", "voters", "voted", "issued", "totals"}));
  TallySheetSettled r;
  KP_TRY(r.sheet, sheet_of(body));
  if (body.has("replaces")) {
    KP_TRY(r.replaces, small(body, "replaces", 1, kMaxTallySheets));
  }
  KP_TRY(r.count.voters, count_of(body, "voters"));
  KP_TRY(r.count.voted, count_of(body, "voted"));
  KP_TRY(r.count.issued, count_of(body, "issued"));
  KP_TRY(const ObjectReader totals, body.object("totals"));
  KP_TRY(r.count.totals, totals_of(totals));
  return Record{r};
}

Result<Record> tally_discarded(const ObjectReader& body) {
  KP_TRY_VOID(body.only({"sheet", "member", "reason_vi"}));
  TallySheetDiscarded r;
  KP_TRY(r.sheet, sheet_of(body));
  KP_TRY(r.member, member_of(body));
  KP_TRY(r.reason_vi, text_of(body, "reason_vi"));
  return Record{r};
}

Result<Record> tally_correction(const ObjectReader& body) {
  KP_TRY_VOID(body.only({"contest", "reason_vi"}));
  TallyCorrectionOpened r;
  KP_TRY(r.contest, id_of(body, "contest"));
  KP_TRY(r.reason_vi, text_of(body, "reason_vi"));
  return Record{r};
}

}  // namespace kiemphieu::journal
