#include "sync/committee/schema.h"

namespace kiemphieu::committee {
namespace {

// What follows from the records; sqlite and PostgreSQL alike. Numbers are 64 bits.
//   piles     settled piles that count          counted  what a station says of a contest
//   numbers   sums over the stations of a shard  turnout  voters who voted by an hour
constexpr std::string_view kDerivedTables = R"sql(
CREATE TABLE piles(
  station TEXT NOT NULL,
  contest TEXT NOT NULL,
  batch   BIGINT NOT NULL,
  body    TEXT NOT NULL,
  PRIMARY KEY(station, contest, batch)
);
CREATE TABLE counted(
  station         TEXT NOT NULL,
  contest         TEXT NOT NULL,
  piles           TEXT NOT NULL,
  tally           TEXT NOT NULL,
  result          TEXT NOT NULL,
  result_sequence BIGINT NOT NULL,
  PRIMARY KEY(station, contest)
);
CREATE TABLE in_review(
  station TEXT NOT NULL,
  contest TEXT NOT NULL,
  sheets  BIGINT NOT NULL,
  PRIMARY KEY(station, contest)
);
CREATE TABLE turnout(
  station TEXT NOT NULL,
  contest TEXT NOT NULL,
  hour    TEXT NOT NULL,
  voted   BIGINT NOT NULL,
  PRIMARY KEY(station, contest, hour)
);
CREATE TABLE objections(
  station    TEXT NOT NULL,
  sequence   BIGINT NOT NULL,
  contest    TEXT NOT NULL,
  code       TEXT NOT NULL,
  detail     TEXT NOT NULL,
  settled_by BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY(station, sequence, contest, code)
);
-- stations, collected, valid, invalid, in_review, class:K, votes:ID, voted:HH:MM; with no
-- contest: records
CREATE TABLE numbers(
  shard   BIGINT NOT NULL,
  contest TEXT NOT NULL,
  field   TEXT NOT NULL,
  value   BIGINT NOT NULL,
  PRIMARY KEY(shard, contest, field)
);
-- Final results that came before the records before them (a photograph of QR codes).
CREATE TABLE held(
  station  TEXT NOT NULL,
  sequence BIGINT NOT NULL,
  envelope BYTEA NOT NULL,
  PRIMARY KEY(station, sequence)
);
CREATE TABLE audit(
  number  BIGINT PRIMARY KEY,
  at      BIGINT NOT NULL,
  station TEXT NOT NULL,
  act     TEXT NOT NULL,
  detail  TEXT NOT NULL
);
)sql";

constexpr storage::Migration kSqlite[] = {{1, R"sql(
CREATE TABLE election(
  only_row INTEGER PRIMARY KEY CHECK(only_row = 1),
  digest   BLOB NOT NULL CHECK(length(digest) = 32)
) STRICT;
CREATE TABLE stations(
  id           TEXT PRIMARY KEY,
  sequence     INTEGER NOT NULL DEFAULT 0,
  digest       BLOB NOT NULL DEFAULT (zeroblob(32)),
  lifecycle    TEXT NOT NULL DEFAULT '',
  conflict     INTEGER NOT NULL DEFAULT 0,
  last_contact INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE records(
  station  TEXT NOT NULL REFERENCES stations(id),
  sequence INTEGER NOT NULL,
  envelope BLOB NOT NULL,
  PRIMARY KEY(station, sequence)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER records_keep BEFORE DELETE ON records BEGIN SELECT RAISE(ABORT, 'records are never deleted'); END;
CREATE TRIGGER records_same BEFORE UPDATE ON records BEGIN SELECT RAISE(ABORT, 'records are never changed'); END;
CREATE TABLE conflicts(
  station  TEXT NOT NULL REFERENCES stations(id),
  sequence INTEGER NOT NULL,
  envelope BLOB NOT NULL,
  UNIQUE(station, envelope)
) STRICT;
CREATE TABLE batches(
  station TEXT NOT NULL REFERENCES stations(id),
  contest TEXT NOT NULL,
  batch   INTEGER NOT NULL,
  PRIMARY KEY(station, contest, batch)
) STRICT, WITHOUT ROWID;
CREATE TABLE in_review(
  station TEXT NOT NULL REFERENCES stations(id),
  contest TEXT NOT NULL,
  sheets  INTEGER NOT NULL,
  PRIMARY KEY(station, contest)
) STRICT, WITHOUT ROWID;
-- Sums over all stations: collected, valid, invalid, in_review, stations, class:K, votes:ID.
CREATE TABLE numbers(
  contest TEXT NOT NULL,
  field   TEXT NOT NULL,
  value   INTEGER NOT NULL CHECK(value >= 0),
  PRIMARY KEY(contest, field)
) STRICT, WITHOUT ROWID;
CREATE TABLE accepted(
  only_row INTEGER PRIMARY KEY CHECK(only_row = 1),
  records  INTEGER NOT NULL
) STRICT;
INSERT INTO accepted VALUES(1, 0);
)sql"},
                                             {2, R"sql(
-- Piles from before this version all count as having ballots.
ALTER TABLE batches ADD COLUMN collected INTEGER NOT NULL DEFAULT 1;
-- The tally sheet that counts, one a station and contest counted by hand: its body.
-- What it replaced stays in records.
CREATE TABLE tallies(
  station TEXT NOT NULL REFERENCES stations(id),
  contest TEXT NOT NULL,
  body    TEXT NOT NULL,
  PRIMARY KEY(station, contest)
) STRICT, WITHOUT ROWID;
)sql"},
                                             {3, R"sql(
-- Machines that took a station's count over, in their order; the first machine's key is in the settings.
CREATE TABLE signers(
  station    TEXT NOT NULL REFERENCES stations(id),
  epoch      INTEGER NOT NULL CHECK(epoch >= 2),
  public_key BLOB NOT NULL CHECK(length(public_key) = 32),
  PRIMARY KEY(station, epoch)
) STRICT, WITHOUT ROWID;
-- Records of the machine before that the next one did not know. They count no more.
CREATE TABLE set_aside(
  station  TEXT NOT NULL REFERENCES stations(id),
  sequence INTEGER NOT NULL,
  envelope BLOB NOT NULL,
  UNIQUE(station, envelope)
) STRICT;
DROP TRIGGER records_keep;
CREATE TRIGGER records_keep BEFORE DELETE ON records
  WHEN NOT EXISTS (SELECT 1 FROM set_aside WHERE station = OLD.station AND envelope = OLD.envelope)
  BEGIN SELECT RAISE(ABORT, 'records are never deleted'); END;
)sql"},
                                             {4, R"sql(
-- How often a sealed station was reopened, by its statuses.
ALTER TABLE stations ADD COLUMN reopened INTEGER NOT NULL DEFAULT 0;
)sql"},                                             {5, R"sql(
DROP TABLE batches;
DROP TABLE tallies;
DROP TABLE in_review;
DROP TABLE numbers;
UPDATE stations SET lifecycle = '', reopened = 0;
ALTER TABLE stations ADD COLUMN must_derive INTEGER NOT NULL DEFAULT 0;
UPDATE stations SET must_derive = 1 WHERE sequence > 0;
)sql"},
                                             {6, kDerivedTables},
                                             {7, R"sql(
INSERT INTO numbers SELECT 0, '', 'records', records FROM accepted;
DROP TABLE accepted;
CREATE TRIGGER audit_keep BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log is never shortened'); END;
CREATE TRIGGER audit_same BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log is never changed'); END;
)sql"}};

// Records lie in partitions by station: each stays small enough to be kept up (vacuum,
// index depth) at the size of the country, and a station's records lie together.
constexpr storage::Migration kPostgres[] = {{1, R"sql(
CREATE TABLE election(
  only_row BIGINT PRIMARY KEY CHECK(only_row = 1),
  digest   BYTEA NOT NULL CHECK(length(digest) = 32)
);
CREATE TABLE stations(
  id           TEXT PRIMARY KEY,
  sequence     BIGINT NOT NULL DEFAULT 0,
  digest       BYTEA NOT NULL DEFAULT decode(repeat('00', 32), 'hex'),
  lifecycle    TEXT NOT NULL DEFAULT '',
  conflict     BIGINT NOT NULL DEFAULT 0,
  last_contact BIGINT NOT NULL DEFAULT 0,
  reopened     BIGINT NOT NULL DEFAULT 0,
  must_derive  BIGINT NOT NULL DEFAULT 0
) WITH (fillfactor = 70);
CREATE TABLE records(
  station  TEXT NOT NULL,
  sequence BIGINT NOT NULL,
  envelope BYTEA NOT NULL,
  PRIMARY KEY(station, sequence)
) PARTITION BY HASH(station);
DO $$ BEGIN
  FOR i IN 0..15 LOOP
    EXECUTE format('CREATE TABLE records_%s PARTITION OF records FOR VALUES WITH (MODULUS 16, REMAINDER %s)', i, i);
  END LOOP;
END $$;
CREATE TABLE conflicts(
  station  TEXT NOT NULL,
  sequence BIGINT NOT NULL,
  envelope BYTEA NOT NULL
);
CREATE UNIQUE INDEX conflicts_once ON conflicts(station, sequence, sha256(envelope));
CREATE TABLE signers(
  station    TEXT NOT NULL,
  epoch      BIGINT NOT NULL CHECK(epoch >= 2),
  public_key BYTEA NOT NULL CHECK(length(public_key) = 32),
  PRIMARY KEY(station, epoch)
);
CREATE TABLE set_aside(
  station  TEXT NOT NULL,
  sequence BIGINT NOT NULL,
  envelope BYTEA NOT NULL
);
CREATE UNIQUE INDEX set_aside_once ON set_aside(station, sequence, sha256(envelope));
CREATE FUNCTION keep_for_ever() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN RAISE EXCEPTION '% is never changed or shortened', TG_TABLE_NAME; END $$;
CREATE FUNCTION keep_unless_set_aside() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF NOT EXISTS (SELECT 1 FROM set_aside WHERE station = OLD.station AND sequence = OLD.sequence AND envelope = OLD.envelope)
  THEN RAISE EXCEPTION 'records are never deleted'; END IF;
  RETURN OLD;
END $$;
CREATE TRIGGER records_same BEFORE UPDATE ON records FOR EACH ROW EXECUTE FUNCTION keep_for_ever();
CREATE TRIGGER records_keep BEFORE DELETE ON records FOR EACH ROW EXECUTE FUNCTION keep_unless_set_aside();
)sql"},
                                               {2, kDerivedTables},
                                               {3, R"sql(
ALTER TABLE audit ALTER COLUMN number ADD GENERATED BY DEFAULT AS IDENTITY;
CREATE TRIGGER audit_same BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION keep_for_ever();
)sql"}};

}  // namespace

std::span<const storage::Migration> migrations(sql::Engine engine) {
  if (engine == sql::Engine::kPostgres) return kPostgres;
  return kSqlite;
}

}  // namespace kiemphieu::committee
