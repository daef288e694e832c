"""A station's folder looked at from outside, without any code of the product:
what its journal says, counted again, and what was told to the committee.
"""

import collections
import json
import pathlib
import sqlite3

PREFIX, DIGEST, SIGNATURE = 16, 32, 64  # bytes of an envelope, docs/formats/wire.md


def open_to_read(path):
    return sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=20)


def told(envelope):
    """Kind and body of one record to the committee."""
    at = PREFIX + 1 + envelope[PREFIX] + DIGEST + 8 + DIGEST
    kind_end = at + 1 + envelope[at]
    return envelope[at + 1:kind_end].decode(), json.loads(envelope[kind_end + 4:len(envelope) - SIGNATURE])


class Account:
    """The journal and the outbox of one moment."""

    def __init__(self, folder):
        database = open_to_read(pathlib.Path(folder) / "journal.db")
        try:
            database.execute("BEGIN")
            rows = database.execute("SELECT kind, body FROM journal ORDER BY sequence").fetchall()
            self.envelopes = [bytes(row[0]) for row in
                              database.execute("SELECT envelope FROM outbox_records ORDER BY sequence")]
        finally:
            database.close()
        self.records = [(kind, json.loads(body)) for kind, body in rows]
        self.sheets, self.decisions, self.contest, self.settled, self.voided = {}, {}, {}, {}, set()
        for kind, body in self.records:
            if kind == "batch_opened":
                self.contest[body["batch"]] = body["contest"]
            elif kind == "sheet_recorded":
                self.sheets[body["batch"], body["position"]] = body
            elif kind == "team_decision":
                self.decisions[body["batch"], body["position"]] = body
            elif kind == "batch_settled":
                self.settled[body["batch"]] = body["totals"]
            elif kind == "batch_voided":
                self.voided.add(body["batch"])

    def count(self, kind):
        return sum(1 for each, _ in self.records if each == kind)

    def in_batch(self, batch):
        return sum(1 for at in self.sheets if at[0] == batch)

    def twice(self):
        """Pictures that count in two places."""
        seen = collections.Counter(body["image"] for (batch, _), body in self.sheets.items()
                                   if batch not in self.voided and body["form"] == "ballot")
        return [image for image, times in seen.items() if times > 1]

    def recounted(self):
        """Contest → (valid, invalid, votes by candidate), sheet by sheet."""
        totals = {contest: [0, 0, collections.Counter()] for contest in self.contest.values()}
        for at, sheet in self.sheets.items():
            if at[0] in self.voided or sheet["form"] != "ballot" and at not in self.decisions:
                continue
            said = self.decisions.get(at)
            if said is None and sheet["outcome"] != "accepted" or said and said["not_a_ballot"]:
                continue
            validity = said["validity"] if said else sheet["validity"]
            row = totals[self.contest[at[0]]]
            if validity == "valid":
                row[0] += 1
                row[2].update(said["elected"] if said else
                              [c["id"] for c in sheet["candidates"] if c["mark"] == "kept"])
            else:
                row[1] += 1
        return totals

    def wrong(self):
        """What does not agree in it, in words."""
        found = [f"picture {image} counts twice" for image in self.twice()]
        totals = {}
        for envelope in self.envelopes:
            kind, body = told(envelope)
            if kind == "batch_total":
                if body["batch"] in totals:
                    found.append(f"batch {body['batch']} was told twice")
                totals[body["batch"]] = body
        if set(totals) != set(self.settled):
            found.append(f"told are the batches {sorted(totals)}, settled {sorted(self.settled)}")
        for batch in set(totals) & set(self.settled):
            for key in ("collected", "valid", "invalid"):
                if totals[batch][key] != self.settled[batch][key]:
                    found.append(f"batch {batch}: {key} told as {totals[batch][key]}, settled as {self.settled[batch][key]}")
        return found

    def differs_from(self, rows):
        """Where the product's totals (rows by contest) are not the recount."""
        found = []
        rows = {row["contest"]: row for row in rows}
        for contest, (valid, invalid, votes) in self.recounted().items():
            row = rows[contest]
            if (row["valid"], row["invalid"]) != (valid, invalid):
                found.append(f"{contest}: {row['valid']} valid, {row['invalid']} invalid, recounted {valid}, {invalid}")
            for candidate in row["candidates"]:
                if candidate["votes"] != votes[candidate["id"]]:
                    found.append(f"{contest} {candidate['id']}: {candidate['votes']} votes, recounted {votes[candidate['id']]}")
        return found
