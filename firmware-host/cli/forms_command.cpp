#include <cstdio>

#include "config/election/election.h"
#include "firmware-host/cli/commands.h"
#include "tally/forms/deck.h"
#include "tally/forms/print.h"

namespace kiemphieu::cli {

int run_forms(const FormsOptions& options) {
  const auto election = election::load(options.election);
  if (!election) return refuse(election.error());
  const election::Station* station = election->find_station(options.station);
  if (station == nullptr) return refuse(fail(ErrorCode::kUnknownStation, options.station));
  forms::PrintOptions print;
  print.machine_marks = options.machine_marks;
  if (const auto done = forms::print_forms(*election, *station, print, options.out); !done) return refuse(done.error());
  if (options.test_deck) {
    if (const auto done = forms::print_test_deck(*election, *station, print, options.out); !done)
      return refuse(done.error());
  }
  std::printf("%s\n", options.out.c_str());
  return kDone;
}

}  // namespace kiemphieu::cli
