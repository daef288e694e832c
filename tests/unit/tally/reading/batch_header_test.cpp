#include <doctest/doctest.h>

#include "tally/reading/batch_header.h"

namespace kiemphieu::reading {

TEST_CASE("a batch header's payload is taken exactly or not at all") {
  const std::string digest = "8ec80f1eb355b648e4671226b289e81c918f45eeb16d8dc9f9dfd3cf1c4a3460";
  const auto header = parse_batch_header("KPH1/" + digest + "/dl-eakly-03/qh-1/12");
  REQUIRE(header);
  CHECK(header->election_digest_hex == digest);
  CHECK(header->station == "dl-eakly-03");
  CHECK(header->contest == "qh-1");
  CHECK(header->batch == 12);
  const std::vector<std::string> refused = {"",
                                            "KPH1",
                                            "KPH2/" + digest + "/s/c/1",
                                            "KPH1/" + digest + "/s/c",
                                            "KPH1/" + digest + "/s/c/1/x",
                                            "KPH1/" + digest + "/s/c/0",
                                            "KPH1/" + digest + "/s/c/01",
                                            "KPH1/" + digest + "/s/c/1000",
                                            "KPH1/" + digest + "/s/c/1x",
                                            "KPH1/" + digest + "/s/c/-1",
                                            "KPH1/" + digest + "/s/c/",
                                            "KPH1/" + digest + "//c/1",
                                            "KPH1/" + digest + "/-s/c/1",
                                            "KPH1/" + digest + "/S/c/1",
                                            "KPH1/" + digest.substr(1) + "/s/c/1",
                                            "KPH1/" + digest + "/" + std::string(33, 'a') + "/c/1",
                                            "KPT1/" + digest + "/s/c"};
  for (const auto& payload : refused) {
    CAPTURE(payload);
    CHECK(!parse_batch_header(payload));
  }
}

TEST_CASE("a tally sheet's payload is taken exactly or not at all") {
  const std::string digest = "8ec80f1eb355b648e4671226b289e81c918f45eeb16d8dc9f9dfd3cf1c4a3460";
  const auto code = parse_tally_sheet("KPT1/" + digest + "/dl-eakly-03/qh-1");
  REQUIRE(code);
  CHECK(code->election_digest_hex == digest);
  CHECK(code->station == "dl-eakly-03");
  CHECK(code->contest == "qh-1");
  for (const std::string& payload :
       {"KPT1/" + digest + "/s/c/1", "KPT1/" + digest + "/s", "KPT1/" + digest + "/s/",
        "KPH1/" + digest + "/s/c", "KPT1/" + digest.substr(1) + "/s/c", "KPT1/" + digest + "/s/C",
        std::string("KPT1")}) {
    CAPTURE(payload);
    CHECK(!parse_tally_sheet(payload));
  }
}

}  // namespace kiemphieu::reading
