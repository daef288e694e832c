#include "tests/forge/truth_json.h"

#include "config/json/json.h"

namespace kiemphieu::forge {
namespace {

using json::OrderedJson;

OrderedJson sheet_object(const TruthSheet& sheet) {
  const SheetTruth& truth = sheet.truth;
  OrderedJson object{
      {"file", sheet.file}, {"contest", truth.contest}, {"validity", nullptr}, {"elects", truth.elects}};
  if (truth.validity) object["validity"] = election::to_text(*truth.validity);
  object["candidates"] = OrderedJson::object();
  object["shapes"] = OrderedJson::object();
  for (const CandidateTruth& candidate : truth.candidates) {
    object["candidates"][candidate.id] = election::to_text(candidate.mark);
    object["shapes"][candidate.id] = election::to_text(candidate.shape);
  }
  object["expected"] = to_text(truth.expected);
  object["reasons"] = OrderedJson::array();
  for (const election::Reason reason : truth.reasons) object["reasons"].push_back(election::to_text(reason));
  return object;
}

OrderedJson totals_object(const TruthTotals& totals) {
  OrderedJson classes = OrderedJson::object(), candidates = OrderedJson::array();
  for (std::size_t k = 1; k <= totals.classes.size(); ++k) classes[std::to_string(k)] = totals.classes[k - 1];
  for (const auto& [id, votes] : totals.votes) candidates.push_back({{"id", id}, {"votes", votes}});
  return {{"contest", totals.contest},
          {"seats", totals.seats},
          {"stations_reporting", 1},
          {"collected", totals.collected},
          {"valid", totals.valid},
          {"invalid", totals.invalid},
          {"classes", classes},
          {"candidates", candidates},
          {"in_review", 0},
          {"last_sequence", 0}};
}

}  // namespace

std::string to_json(const TruthSheet& sheet) { return sheet_object(sheet).dump(); }

std::string to_json(const TruthFile& truth) {
  OrderedJson document{{"version", 1},
                       {"election", truth.election},
                       {"station", truth.station},
                       {"seed", truth.seed},
                       {"physics", truth.physics},
                       {"sheets", OrderedJson::array()},
                       {"totals", OrderedJson::array()}};
  for (const TruthSheet& sheet : truth.sheets) document["sheets"].push_back(sheet_object(sheet));
  for (const TruthTotals& totals : truth.totals) document["totals"].push_back(totals_object(totals));
  return document.dump(1) + "\n";
}

}  // namespace kiemphieu::forge
