#include <algorithm>

#include "config/json/json.h"
#include "firmware-host/selftest/checks.h"
#include "firmware-host/selftest/selftest.h"

namespace kiemphieu::selftest {
namespace {

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&') out += "&amp;";
    else if (c == '<') out += "&lt;";
    else if (c == '>') out += "&gt;";
    else out.push_back(c);
  }
  return out;
}

std::string_view word_vi(Verdict verdict) {
  switch (verdict) {
    case Verdict::kPass: return "ĐẠT";
    case Verdict::kWarn: return "CẦN XEM";
    case Verdict::kFail: return "KHÔNG ĐẠT";
    case Verdict::kSkipped: return "BỎ QUA";
  }
  return "";
}

constexpr std::string_view kPageHead = R"(<!doctype html>
<html lang="vi"><head><meta charset="utf-8"><title>Tự kiểm tra máy kiểm phiếu</title>
<style>
body { font: 20px/1.45 "Noto Sans", "DejaVu Sans", sans-serif; color: #14202b; background: #fff;
       max-width: 54rem; margin: 1.5rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; margin: 0 0 .3rem; }
.sum { font-size: 1.35rem; font-weight: 700; padding: .7rem 1rem; border-radius: .5rem; color: #fff; }
.sum.pass { background: #0b5d3b; } .sum.fail { background: #a31621; }
li { list-style: none; border-bottom: 1px solid #c9c4b8; padding: .7rem 0;
     display: grid; grid-template-columns: 9.5rem 1fr; gap: .2rem 1rem; }
ul { padding: 0; } b.pass { color: #0b5d3b; } b.fail { color: #a31621; } b.warn { color: #8a5300; } b.skipped { color: #47535f; }
li p { margin: 0; grid-column: 2; } .do { font-weight: 700; }
</style></head><body>
)";

}  // namespace

std::string_view to_text(Verdict verdict) {
  switch (verdict) {
    case Verdict::kPass: return "pass";
    case Verdict::kWarn: return "warn";
    case Verdict::kFail: return "fail";
    case Verdict::kSkipped: return "skipped";
  }
  return "";
}

bool Report::passed() const {
  return std::ranges::none_of(checks, [](const Check& check) { return check.verdict == Verdict::kFail; });
}

Check pass(std::string id, std::string title_vi, std::string found_vi, std::string found_en) {
  return {std::move(id), std::move(title_vi), Verdict::kPass, std::move(found_vi), {}, std::move(found_en), {}};
}

Check fail_with(std::string id, std::string title_vi, const Error& error) {
  const ErrorInfo& row = info(error.code);
  return {std::move(id), std::move(title_vi), Verdict::kFail, std::string{row.vi_what},
          std::string{row.vi_do}, error.log_line(), std::string{row.id}};
}

std::string to_json(const Report& report) {
  json::OrderedJson checks = json::OrderedJson::array();
  for (const Check& check : report.checks) {
    checks.push_back({{"id", check.id},
                      {"verdict", to_text(check.verdict)},
                      {"title_vi", check.title_vi},
                      {"found_vi", check.found_vi},
                      {"do_vi", check.do_vi},
                      {"found_en", check.found_en},
                      {"error", check.error}});
  }
  const json::OrderedJson object = {
      {"station", report.station}, {"passed", report.passed()}, {"checks", std::move(checks)}};
  return object.dump();
}

std::string to_page(const Report& report) {
  std::string page{kPageHead};
  page += "<h1>Tự kiểm tra máy kiểm phiếu</h1><p>Khu vực bỏ phiếu: " + escaped(report.station) + "</p>";
  page += report.passed() ? "<p class=\"sum pass\">Máy sẵn sàng kiểm phiếu.</p><ul>"
                          : "<p class=\"sum fail\">Máy CHƯA sẵn sàng: làm theo các dòng KHÔNG ĐẠT.</p><ul>";
  for (const Check& check : report.checks) {
    page += "<li><b class=\"" + std::string{to_text(check.verdict)} + "\">" + std::string{word_vi(check.verdict)} +
            "</b><span>" + escaped(check.title_vi) + "</span><p>" + escaped(check.found_vi) + "</p>";
    if (!check.do_vi.empty()) page += "<p class=\"do\">Việc cần làm: " + escaped(check.do_vi) + "</p>";
    page += "</li>\n";
  }
  return page + "</ul></body></html>\n";
}

}  // namespace kiemphieu::selftest
