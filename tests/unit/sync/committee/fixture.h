#pragma once
/// The example election, one station of it, and records as that station makes them.

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "config/election/election.h"
#include "sync/wire/body.h"
#include "sync/wire/envelope.h"

namespace kiemphieu::test {

inline const std::string kStation = "dl-eakly-03";

inline const election::Election& example_election() {
  static const election::Election loaded = election::load("config/examples/election.json").value();
  return loaded;
}

inline wire::BatchTotal example_total(std::uint64_t batch) {
  wire::BatchTotal total{.contest = "qh-1",
                         .batch = batch,
                         .seats = 3,
                         .collected = Count{10},
                         .valid = Count{8},
                         .invalid = Count{2},
                         .classes = {Count{1}, Count{3}, Count{4}},
                         .candidates = {}};
  const std::uint64_t votes[] = {8, 7, 4, 0, 0};
  for (std::size_t i = 0; i < 5; ++i)
    total.candidates.push_back({example_election().find_contest("qh-1")->candidates[i].id, Count{votes[i]}});
  return total;
}

/// Writes a station's chain; every part can be falsified.
class Chain {
 public:
  crypto::SigningKey key = crypto::SigningKey::from_seed({1, 2, 3});
  std::string station = kStation;
  Digest election = example_election().digest;
  wire::ChainHead head;

  Bytes next(std::string_view kind, std::string body) {
    const Bytes bytes = wire::encode(*wire::sign({.station = station,
                                                 .election = election,
                                                 .sequence = head.sequence + 1,
                                                 .previous = head.digest,
                                                 .kind = std::string{kind},
                                                 .body = std::move(body),
                                                 .signature = {}},
                                                key));
    head = {.sequence = head.sequence + 1, .digest = wire::record_digest(bytes)};
    return bytes;
  }
  Bytes status(std::string state) {
    return next("status", wire::encode(wire::Status{.state = std::move(state)}));
  }
  Bytes total(std::uint64_t batch) { return next("batch_total", wire::encode(example_total(batch))); }
};

}  // namespace kiemphieu::test
