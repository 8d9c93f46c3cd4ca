"""The SQL of the writer, made from the columns once. PostgreSQL 14 and newer."""

from __future__ import annotations

from jobspiders.storage.rows import COLUMNS, NAMES, Kind

_TYPES: dict[Kind, str] = {
    "text": "text",
    "time": "timestamptz",
    "list": "text[]",
    "json": "jsonb",
    "float": "double precision",
    "integer": "integer",
    "hash": "bytea",
    "bigint": "bigint",
}
#: What a listing row, which comes without them, leaves as it is.
_DETAIL = ("description", "description_html", "raw")
_OWN = {"board", "external_id", "scope", "last_seen", "listing_hash", *_DETAIL}
_NAMES = ", ".join(NAMES)

#: Ids for new postings, in the order in which they are given.
NEW_IDS = "SELECT nextval(pg_get_serial_sequence('postings', 'id')) FROM generate_series(1, %s)"
#: New postings go straight into the table; what a row has beside its own fields comes first.
COPY_NEW = f"""
COPY postings (id, job_id, company_id, first_seen, detail_fetched_at, first_crawl_id, last_crawl_id, {_NAMES})
FROM STDIN (FORMAT BINARY)
"""
AWAIT_SEARCH = "INSERT INTO posting_search (posting_id) SELECT unnest(%s::bigint[])"

#: Known postings that say something else now wait here for UPDATE.
CREATE_INCOMING = (
    "CREATE TEMPORARY TABLE IF NOT EXISTS incoming (id bigint, version integer, company_id bigint, "
    + ", ".join(f"{column.name} {_TYPES[column.kind]}" for column in COLUMNS)
    + ") ON COMMIT DELETE ROWS",
    # long texts are on their way to a table that compresses them
    "ALTER TABLE incoming " + ", ".join(f"ALTER {name} SET STORAGE EXTERNAL" for name in _DETAIL),
)
COPY_INCOMING = f"COPY incoming (id, version, company_id, {_NAMES}) FROM STDIN (FORMAT BINARY)"

#: What is there of the batch.
KNOWN = """
SELECT k.n FROM json_to_recordset(%s::json) AS k (n integer, board text, external_id text)
JOIN postings p ON p.board = k.board AND p.external_id = k.external_id
"""
#: Locks what is there of the batch, in one order for all processes, and says what it is.
LOCK = """
SELECT k.n, p.id, p.content_hash = decode(k.hash, 'hex'), p.value_hash = k.value_hash::bigint,
       p.last_crawl_id IS NOT DISTINCT FROM %(crawl)s, p.last_seen > k.seen,
       p.closed_at IS NOT NULL AND p.closed_at <= k.seen,
       NOT k.described AND p.listing_hash IS NOT NULL AND p.listing_hash = k.listing_hash
FROM json_to_recordset(%(keys)s::json) AS k (
    n integer, board text, external_id text, seen timestamptz, hash text, value_hash text, listing_hash text,
    described boolean
)
JOIN postings p ON p.board = k.board AND p.external_id = k.external_id
ORDER BY p.board, p.external_id
FOR NO KEY UPDATE OF p
"""
#: The same, and an error instead of waiting where another process has one of them.
LOCK_AT_ONCE = f"{LOCK.rstrip()} NOWAIT"

COMPANIES_INSERT = """
INSERT INTO companies (key, name, url, logo, first_seen)
SELECT k.key, k.name, k.url, k.logo, k.seen
FROM json_to_recordset(%s::json) AS k (key text, name text, url text, logo text, seen timestamptz)
ORDER BY k.key
ON CONFLICT (key) DO NOTHING
"""
COMPANIES_SELECT = "SELECT key, id FROM companies WHERE key = ANY(%s)"

#: The stored side of a comparison; HTML only where it has to stand in for the text.
_STORED_COLUMNS = ", ".join(
    "CASE WHEN description IS NULL THEN description_html END AS description_html"
    if name == "description_html"
    else name
    for name in NAMES
    if name != "raw"
)
STORED = f"""
SELECT id, version, first_crawl_id, {_STORED_COLUMNS},
       EXISTS (SELECT FROM posting_versions v WHERE v.posting_id = postings.id AND v.crawl_id = %(crawl)s)
           AS changed_before
FROM postings WHERE id = ANY(%(ids)s)
"""

_SEEN_AGAIN = """
    first_seen = LEAST(p.first_seen, {seen}), last_seen = GREATEST(p.last_seen, {seen}),
    last_crawl_id = %(crawl)s, scope = COALESCE({scope}, p.scope),
    listing_hash = COALESCE({listing_hash}, p.listing_hash),
    detail_fetched_at = CASE WHEN {listing_hash} IS NULL THEN p.detail_fetched_at ELSE {seen} END,
    reopened_at = CASE WHEN p.closed_at <= {seen} THEN {seen} ELSE p.reopened_at END,
    close_reason = CASE WHEN p.closed_at <= {seen} THEN NULL ELSE p.close_reason END,
    closed_at = CASE WHEN p.closed_at <= {seen} THEN NULL ELSE p.closed_at END
"""

UPDATE = f"""
UPDATE postings p SET
    {", ".join(f"{name} = i.{name}" for name in NAMES if name not in _OWN)},
    {
    ", ".join(
        f"{name} = CASE WHEN i.description IS NULL AND i.description_html IS NULL THEN p.{name} ELSE i.{name} END"
        for name in _DETAIL
    )
},
    company_id = i.company_id, version = i.version,
    {_SEEN_AGAIN.format(seen="i.last_seen", scope="i.scope", listing_hash="i.listing_hash")}
FROM incoming i WHERE p.id = i.id
"""
SEARCH_AGAIN = "UPDATE posting_search SET searchable = NULL WHERE posting_id = ANY(%s)"

#: The hash of the row goes with what was read; who only saw the posting, or read it earlier, leaves it.
TOUCH = f"""
UPDATE postings p SET
    row_hash = CASE WHEN k.read THEN k.row_hash ELSE p.row_hash END,
    {_SEEN_AGAIN.format(seen="k.seen", scope="k.scope", listing_hash="k.listing_hash")}
FROM json_to_recordset(%(rows)s::json) AS k (
    id bigint, seen timestamptz, scope text, listing_hash text, read boolean, row_hash text
)
WHERE p.id = k.id
"""

VERSIONS = """
INSERT INTO posting_versions (posting_id, version, changed_at, crawl_id, changes)
SELECT k.id, k.version, k.seen, %(crawl)s, k.changes
FROM json_to_recordset(%(rows)s::json) AS k (id bigint, version integer, seen timestamptz, changes jsonb)
ON CONFLICT DO NOTHING
"""

CLOSE = """
UPDATE postings p SET closed_at = k.seen, close_reason = k.reason
FROM json_to_recordset(%s::json) AS k (board text, external_id text, reason text, scope text, seen timestamptz)
WHERE p.board = k.board AND p.external_id = k.external_id AND p.closed_at IS NULL AND p.last_seen <= k.seen
RETURNING COALESCE(k.scope, p.scope)
"""

REJECT = """
INSERT INTO rejected_postings
    (crawl_id, board, external_id, url, scope, reason, raw, fingerprint, rejected_at)
SELECT %(crawl)s, k.board, k.external_id, k.url, k.scope, k.reason, k.raw::jsonb, decode(k.fingerprint, 'hex'), k.seen
FROM json_to_recordset(%(rows)s::json) AS k (
    board text, external_id text, url text, scope text, reason text, raw text, fingerprint text, seen timestamptz
)
ON CONFLICT (crawl_id, fingerprint) DO NOTHING
RETURNING scope
"""

#: What was rejected was there: it must not be closed as absent.
SEEN_REJECTED = """
UPDATE postings p SET last_seen = GREATEST(p.last_seen, k.seen), last_crawl_id = %(crawl)s
FROM json_to_recordset(%(rows)s::json) AS k (board text, external_id text, seen timestamptz)
WHERE p.board = k.board AND p.external_id = k.external_id
"""

_COUNTED = ("new", "changed", "unchanged", "closed", "reopened", "rejected", "duplicates")

COUNT_SCOPES = f"""
INSERT INTO crawl_scopes AS s (crawl_id, scope, board, {", ".join(_COUNTED)})
SELECT %(crawl)s, k.scope, %(board)s, {", ".join(f"k.{name}" for name in _COUNTED)}
FROM json_to_recordset(%(rows)s::json) AS k (scope text, {", ".join(f"{name} integer" for name in _COUNTED)})
ORDER BY k.scope
ON CONFLICT (crawl_id, scope) DO UPDATE SET
    {", ".join(f"{name} = s.{name} + excluded.{name}" for name in _COUNTED)}
"""

END_SCOPE = """
INSERT INTO crawl_scopes (crawl_id, scope, board, complete, outcome, evidence, postings, not_modified, withheld,
                          etag, last_modified, validator_url, read_to, finished_at)
VALUES (%(crawl)s, %(scope)s, %(board)s, %(complete)s, %(outcome)s, %(evidence)s, %(postings)s, %(not_modified)s,
        %(withheld)s, %(etag)s, %(last_modified)s, %(validator_url)s, %(read_to)s, %(finished_at)s)
ON CONFLICT (crawl_id, scope) DO UPDATE SET
    complete = excluded.complete, outcome = excluded.outcome, evidence = excluded.evidence,
    postings = excluded.postings, not_modified = excluded.not_modified, withheld = excluded.withheld,
    etag = excluded.etag, last_modified = excluded.last_modified, validator_url = excluded.validator_url,
    read_to = excluded.read_to, finished_at = excluded.finished_at
"""

_EARLIER_END = """
SELECT crawl_id, postings, complete AND (outcome = 'empty' OR outcome = 'ok' AND postings > 0) AS healthy, withheld,
       extract(epoch FROM %(finished_at)s - finished_at)::float AS age
FROM crawl_scopes
WHERE board = %(board)s AND scope = %(scope)s AND crawl_id <> %(crawl)s AND outcome IS NOT NULL
"""
_HEALTHY_END = f"""
{_EARLIER_END} AND complete AND (outcome = 'empty' OR outcome = 'ok' AND postings > 0)
"""
_PERIOD_AGO = "%(finished_at)s - make_interval(secs => %(period)s)"
#: All of the last hours, and of the healthy ones the last few, and the last before those hours.
EARLIER_ENDS = f"""
SELECT postings, healthy, withheld, age FROM (
    ({_HEALTHY_END} AND finished_at <= %(finished_at)s ORDER BY finished_at DESC LIMIT %(limit)s)
    UNION
    ({_EARLIER_END} AND finished_at <= %(finished_at)s AND finished_at > {_PERIOD_AGO})
    UNION
    ({_HEALTHY_END} AND finished_at <= {_PERIOD_AGO} ORDER BY finished_at DESC LIMIT 1)
) AS earlier
ORDER BY age
"""
UNIDENTIFIED = """
SELECT count(*) FROM rejected_postings WHERE crawl_id = %(crawl)s AND scope = %(scope)s AND external_id IS NULL
"""

#: SKIP LOCKED: what another process holds it is just seeing, and this must never wait for that.
_OPEN_IN_SCOPE = """
SELECT id FROM postings
WHERE board = %(board)s AND scope = %(scope)s AND closed_at IS NULL AND last_crawl_id IS DISTINCT FROM %(crawl)s
"""
#: Closes what is absent unless that is more than ``most``; how many were absent, and how many it closed.
CLOSE_ABSENT = f"""
WITH absent AS ({_OPEN_IN_SCOPE} AND last_seen < %(started_at)s FOR NO KEY UPDATE SKIP LOCKED),
closed AS (
    UPDATE postings SET closed_at = %(finished_at)s, close_reason = 'absent'
    WHERE id IN (SELECT id FROM absent) AND (SELECT count(*) FROM absent) <= %(most)s
    RETURNING id
)
SELECT (SELECT count(*) FROM absent), (SELECT count(*) FROM closed)
"""
TOUCH_SCOPE = f"""
UPDATE postings SET last_seen = GREATEST(last_seen, %(finished_at)s), last_crawl_id = %(crawl)s
WHERE id IN ({_OPEN_IN_SCOPE} FOR NO KEY UPDATE SKIP LOCKED)
"""
COUNT_OPEN = (
    "SELECT count(*) FROM postings WHERE board = %(board)s AND scope = %(scope)s AND closed_at IS NULL"
)

_COUNTS = ", ".join(f"crawls.{name}" for name in (*_COUNTED, "withheld"))

ADVANCE = f"""
UPDATE crawls SET
    {", ".join(f"{name} = crawls.{name} + %({name})s" for name in (*_COUNTED, "withheld"))},
    journal_position = %(position)s, updated_at = GREATEST(updated_at, %(updated_at)s)
WHERE id = %(crawl)s
RETURNING {_COUNTS}
"""

_CRAWL = (
    *(
        "board",
        "arguments",
        "started_at",
        "updated_at",
        "finished_at",
        "outcome",
        "finish_reason",
        "requests",
    ),
    *("responses", "coverage", "stats", "node", "job_id", "version"),
)
_BEGIN_CRAWL = f"""
INSERT INTO crawls (id, {", ".join(_CRAWL)}, journal_position)
VALUES (%(id)s, {", ".join(f"%({name})s" for name in _CRAWL)}, %(position)s)
ON CONFLICT (id) DO UPDATE SET {{}}
RETURNING journal_position, requests, responses, started_at, {_COUNTS}
"""
BEGIN_CRAWL = _BEGIN_CRAWL.format(
    "finished_at = NULL, outcome = NULL, finish_reason = NULL, updated_at = excluded.updated_at, "
    "node = excluded.node, job_id = excluded.job_id, version = excluded.version"
)
#: For the journal of a dead process: a row that is there stays as it is.
BEGIN_CRAWL_QUIETLY = _BEGIN_CRAWL.format("id = excluded.id")
#: For a crawl that died before its end: it ended when it was last heard of.
END_DEAD_CRAWL = """
UPDATE crawls SET finished_at = COALESCE(updated_at, started_at), outcome = 'failed', finish_reason = 'killed'
WHERE id = %s AND finished_at IS NULL
"""
UPDATE_CRAWL = """
UPDATE crawls SET updated_at = %(updated_at)s, finished_at = %(finished_at)s, outcome = %(outcome)s,
    finish_reason = %(finish_reason)s, requests = %(requests)s, responses = %(responses)s, coverage = %(coverage)s,
    stats = %(stats)s, node = %(node)s, job_id = %(job_id)s
WHERE id = %(id)s
"""
#: What a killed process had read of a crawl that another one finished: all its requests were answered.
END_EARLIER_SCOPES = """
UPDATE crawl_scopes SET outcome = 'ok', evidence = 'read by an earlier process of this crawl', finished_at = %s
WHERE crawl_id = %s AND outcome IS NULL
"""
POSITION = "SELECT journal_position FROM crawls WHERE id = %s"

#: Which postings full-text search does not cover yet. A statement of its own: what INDEX_SEARCH then reads is
#: newer than the locks.
SEARCH_DUE = "SELECT posting_id FROM posting_search WHERE searchable IS NULL LIMIT %s FOR UPDATE SKIP LOCKED"
INDEX_SEARCH = """
UPDATE posting_search s SET searchable = p.searchable || setweight(
    to_tsvector('simple'::regconfig, left(coalesce(p.description, ''), 50000)), 'D')
FROM postings p WHERE p.id = s.posting_id AND s.posting_id = ANY(%s)
"""
