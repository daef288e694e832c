#pragma once
/// The example election, one station of it, and records as that station makes them.

#include <doctest/doctest.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "config/election/election.h"
#include "sync/committee/receiver.h"
#include "sync/wire/body.h"
#include "sync/wire/envelope.h"
#include "tests/unit/sync/support/client.h"
#include "tests/unit/sync/support/postgres.h"

namespace kiemphieu::test {

inline const std::string kStation = "dl-eakly-03";

inline const election::Election& example_election() {
  static const election::Election loaded = election::load("config/examples/election.json").value();
  return loaded;
}

/// The example with hours of the day.
inline const election::Election& example_day() {
  static const election::Election day = [] {
    election::Election copy = example_election();
    copy.polls_close = "19:00";
    copy.turnout_at = {"08:00", "10:30", "18:00"};
    return copy;
  }();
  return day;
}

/// A database that is there for one test, opened as often as the test wants; SQLite, or
/// PostgreSQL when the whole program runs over that.
class TestStore {
 public:
  committee::Store open(const std::vector<std::string>& stations = {kStation}, const Digest& election = example_election().digest) {
    return try_open(stations, election).value();
  }
  Result<committee::Store> try_open(const std::vector<std::string>& stations, const Digest& election) {
    if (!over_postgres()) return committee::Store::open(folder_.path() / "c.db", election, stations);
    if (address_.empty()) address_ = new_postgres_database();
    auto connection = sql::open_postgres(address_);
    if (!connection) return std::move(connection).error();
    return committee::Store::open(*std::move(connection), election, stations);
  }
  static bool over_postgres() {
    const char* kind = std::getenv("KP_TEST_STORE");
    return kind != nullptr && std::string_view{kind} == "postgres";
  }

 private:
  TemporaryFolder folder_;
  std::string address_;
};

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
