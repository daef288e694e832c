#pragma once
/// The known-answer deck: ballots already struck and stamped, to be printed,
/// scanned and compared by the self-test. Every page says outside its frame that
/// it is worth nothing. Format of test-deck.json: docs/formats/template.md.

#include <filesystem>
#include <string>
#include <vector>

#include "config/base/digest.h"
#include "config/base/result.h"
#include "config/election/election.h"
#include "tally/forms/page.h"
#include "tally/forms/print.h"

namespace kiemphieu::forms {

struct ExpectedCandidate {
  std::string id;
  election::Mark mark = election::Mark::kKept;
  election::MarkShape shape = election::MarkShape::kNone;
};

/// What reading and counting must make of one page.
struct ExpectedPage {
  int page = 0;  ///< from 1, in print order
  std::string contest;
  std::string name;  ///< of the case: "valid_equal", "no_seal" …
  election::Outcome outcome = election::Outcome::kAccepted;
  election::Validity validity = election::Validity::kValid;
  int elects = 0;
  std::vector<election::Reason> reasons;
  std::vector<ExpectedCandidate> candidates;
  bool sealed = true;
};

struct TestDeck {
  Digest election;
  std::string station;
  std::vector<BoxMm> warnings;  ///< of every page: where it says that it is worth nothing
  std::vector<ExpectedPage> expected;
};

struct ComposedDeck {
  TestDeck deck;
  std::vector<Page> pages;  ///< one for each of deck.expected
};

/// Per contest: as many left as seats, fewer, too many, all struck, none struck,
/// no seal, part of a name struck, slanted and crossed strikes, and one of two
/// name lines where a candidate has two. The expected answers follow the
/// election's rule table. Errors: as compose_ballot().
Result<ComposedDeck> compose_test_deck(const election::Election& election, const election::Station& station,
                                       const PrintOptions& options);

/// Writes test-deck.pdf and test-deck.json into `out_dir`, durably.
Result<void> print_test_deck(const election::Election& election, const election::Station& station,
                             const PrintOptions& options, const std::filesystem::path& out_dir);

/// Reads test-deck.json. Errors: kFileNotFound, kTemplateInvalid (with the place).
Result<TestDeck> load_test_deck(const std::filesystem::path& path);
Result<TestDeck> parse_test_deck(std::string_view json_text);

}  // namespace kiemphieu::forms
