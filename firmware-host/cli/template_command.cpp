#include <cmath>
#include <cstdio>

#include <fmt/format.h>

#include "config/election/election.h"
#include "config/imaging/codec.h"
#include "config/json/json.h"
#include "config/storage/files.h"
#include "firmware-host/cli/commands.h"
#include "tally/learning/learn.h"

namespace kiemphieu::cli {
namespace {

using json::OrderedJson;

/// Every page of every file.
Result<std::vector<imaging::Image>> load_scans(const std::vector<std::filesystem::path>& files) {
  std::vector<imaging::Image> scans;
  for (const auto& file : files) {
    KP_TRY(const Bytes bytes, storage::read_file(file, imaging::DecodeLimits{}.max_file_bytes));
    KP_TRY(const int pages, imaging::count_pages(bytes));
    for (int page = 0; page < pages; ++page) {
      if (scans.size() == learning::kMaxScans)
        return fail(ErrorCode::kLearnScansDiffer, fmt::format("more than {} scans", learning::kMaxScans));
      auto image = imaging::decode(bytes, page);
      if (!image) return std::move(image).error().with_context(file.string());
      scans.push_back(*std::move(image));
    }
  }
  return scans;
}

/// A ballot that is readable but not this contest's blank ballot is a failed check.
int exit_code(ErrorCode code) {
  switch (code) {
    case ErrorCode::kLearnLineCount:
    case ErrorCode::kLearnNamesDiffer:
    case ErrorCode::kLearnNamesOrder:
    case ErrorCode::kLearnOtherContest:
    case ErrorCode::kLearnNotBlank:
    case ErrorCode::kLearnScansDiffer:
      return kNotSo;
    default:
      return kUnusable;
  }
}

Result<void> write_files(const learning::Learned& learned, const election::Contest& contest,
                         const std::filesystem::path& out) {
  KP_TRY(const imaging::Image picture, learning::draw_learned(learned, contest));
  KP_TRY(const Bytes png, imaging::encode_png(picture.view()));
  KP_TRY_VOID(storage::create_folders_durably(out));
  KP_TRY_VOID(forms::save_template(learned.form, out, contest.id));
  return storage::write_file_durably(out / (contest.id + ".learned.png"), png);
}

std::string face_name(const forms::TextStyle& face) {
  return fmt::format("{}{}", face.face == forms::Face::kSerif ? "serif" : "sans", face.bold ? " bold" : "");
}

void print_json(const learning::Learned& learned) {
  OrderedJson out = {{"contest", learned.form.contest},
                     {"rows", learned.form.candidates.size()},
                     {"name_pt", std::round(learned.face.size_pt * 10) / 10},
                     {"face", face_name(learned.face)},
                     {"likeness", std::round(learned.likeness * 1000) / 1000},
                     {"frame", learned.form.frame.has_value()}};
  OrderedJson candidates = OrderedJson::array(), scans = OrderedJson::array(), warnings = OrderedJson::array();
  for (const auto& candidate : learned.form.candidates)
    candidates.push_back({{"row", candidate.row}, {"id", candidate.id}, {"lines", candidate.lines.size()}});
  for (const auto& scan : learned.scans)
    scans.push_back({{"dpi", std::round(scan.dpi)},
                     {"skew_mdeg", std::round(scan.skew_deg * 1000)},
                     {"upside_down", scan.upside_down}});
  for (const auto& warning : learned.warnings)
    warnings.push_back({{"id", warning.id}, {"vi", warning.vi}, {"en", warning.en}});
  out["candidates"] = std::move(candidates);
  out["scans"] = std::move(scans);
  out["warnings"] = std::move(warnings);
  std::printf("%s\n", out.dump().c_str());
}

void print_text(const learning::Learned& learned, const election::Contest& contest, const std::filesystem::path& picture) {
  std::printf("%s: %zu người ứng cử, chữ khoảng %.1f pt (%s), giống danh sách %.0f %%\n", contest.id.c_str(),
              learned.form.candidates.size(), learned.face.size_pt, face_name(learned.face).c_str(), 100 * learned.likeness);
  for (std::size_t i = 0; i < contest.candidates.size(); ++i) {
    const auto& line = learned.form.candidates[i].lines.front();
    std::printf("%3zu  %-4s x %6.1f  y %6.1f mm  %zu dòng  %s %s\n", i + 1, contest.candidates[i].id.c_str(), line.x_mm,
                line.y_mm, learned.form.candidates[i].lines.size(),
                std::string{to_text(contest.candidates[i].honorific)}.c_str(), learned.form.candidates[i].name.c_str());
  }
  for (const auto& warning : learned.warnings)
    std::printf("Chú ý: %s | %s [%s]\n", warning.vi.c_str(), warning.en.c_str(), warning.id.c_str());
  std::printf("Hãy mở và xác nhận | open and confirm: %s\n", picture.c_str());
}

}  // namespace

int run_template_learn(const TemplateLearnOptions& options) {
  const auto election = election::load(options.election);
  if (!election) return refuse(election.error());
  const election::Contest* contest = election->find_contest(options.contest);
  if (contest == nullptr) return refuse(fail(ErrorCode::kUnknownContest, options.contest));
  const auto scans = load_scans(options.scans);
  if (!scans) return refuse(scans.error());
  const auto learned = learning::learn_template(*election, *contest, *scans);
  if (!learned) {
    refuse(learned.error());
    return exit_code(learned.error().code);
  }
  if (const auto done = write_files(*learned, *contest, options.out); !done) return refuse(done.error());
  if (options.json)
    print_json(*learned);
  else
    print_text(*learned, *contest, options.out / (contest->id + ".learned.png"));
  return kDone;
}

}  // namespace kiemphieu::cli
