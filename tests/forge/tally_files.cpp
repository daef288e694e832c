#include "tests/forge/tally_files.h"

#include <array>
#include <fstream>
#include <optional>

#include "config/imaging/codec.h"
#include "config/json/json.h"

namespace kiemphieu::forge {
namespace {

Result<void> write_file(const std::filesystem::path& path, ByteView bytes) {
  std::ofstream file(path, std::ios::binary);
  file.write(as_text(bytes).data(), static_cast<std::streamsize>(bytes.size()));
  if (!file.flush()) return fail(ErrorCode::kStorageIo, path.string());
  return {};
}

constexpr std::array<std::pair<std::string_view, Slip>, kSlipCount> kSlips = {{
    {"none", Slip::kNone},
    {"wrong-sum", Slip::kWrongSum},
    {"crossed-out", Slip::kCrossedOut},
    {"written-over", Slip::kWrittenOver},
    {"too-large", Slip::kTooLarge},
    {"left-empty", Slip::kLeftEmpty},
}};

std::string_view name_of(Slip slip) {
  for (const auto& [name, known] : kSlips)
    if (slip == known) return name;
  return "";
}

}  // namespace

std::optional<Slip> slip_from(std::string_view text) {
  for (const auto& [name, slip] : kSlips)
    if (text == name) return slip;
  return std::nullopt;
}

Result<void> write_tally_sheets(const election::Election& election, const election::Station& station,
                                const std::filesystem::path& forms, const TallyFilesPlan& plan,
                                const std::filesystem::path& out) {
  std::vector<std::string> contests = plan.contests;
  if (contests.empty())
    for (const auto& entry : station.contests) contests.push_back(entry.contest);
  KP_TRY(const auto templates, forms::load_tally_sheet_templates(forms, contests, election.digest));
  json::OrderedJson truth = json::OrderedJson::array();
  std::filesystem::create_directories(out);
  for (std::size_t i = 0; i < templates.size(); ++i) {
    const forms::Template& form = templates[i];
    const election::Contest* contest = election.find_contest(form.contest);
    if (contest == nullptr) return fail(ErrorCode::kUnknownContest, form.contest);
    Rng rng = Rng{plan.seed}.fork(i + 1);
    const TallyPlan sheet =
        any_tally_plan(contest->seats, static_cast<int>(contest->candidates.size()),
                       static_cast<int>(station.voters(contest->id).value()), plan.physics, plan.slip, rng);
    const imaging::Image picture = make_tally_sheet(form, sheet);
    KP_TRY(const Bytes file, imaging::encode_jpeg(picture.view(), sheet.sheet.scanner.jpeg_quality));
    KP_TRY_VOID(write_file(out / (contest->id + ".jpg"), file));
    json::OrderedJson figures = json::OrderedJson::object();
    for (std::size_t k = 0; k < form.fields.size(); ++k) figures[form.fields[k].id] = sheet.figures[k];
    truth.push_back({{"contest", contest->id},
                     {"file", contest->id + ".jpg"},
                     {"slip", name_of(plan.slip)},
                     {"figures", figures}});
  }
  return write_file(out / "truth.json", as_bytes(truth.dump(1) + "\n"));
}

}  // namespace kiemphieu::forge
