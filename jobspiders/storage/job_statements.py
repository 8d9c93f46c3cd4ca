"""The SQL of matching. PostgreSQL 14 and newer."""

from __future__ import annotations

from jobspiders.matching.keys import MARK_BITS

#: Key of the advisory lock under which postings are looked up and given their jobs.
LOCK_KEY = 0x6A6F626D
#: The order of locks of all processes: see ``upsert``.
LOCK = f"SELECT pg_advisory_xact_lock({LOCK_KEY})"
LOCK_AT_ONCE = f"""
SELECT CASE WHEN pg_try_advisory_xact_lock({LOCK_KEY}) THEN set_config('lock_timeout', %s, true) END IS NOT NULL
"""

#: The columns of posting_signatures that are fields of a fingerprint.
FINGERPRINT = (
    *("board", "external_id", "ats", "company", "title", "ranks", "places", "remote", "requisition"),
    *("apply_hash", "salary_min", "salary_max", "currency", "posted", "language", "letters", "sketch"),
)
_FINGERPRINT = ", ".join(f"s.{name}" for name in FINGERPRINT)
_SIGNED_OR_NOT = ", ".join(
    f"{'s' if name not in ('board', 'external_id') else 'p'}.{name}" for name in FINGERPRINT
)
_CLOSED_DAY = "floor(extract(epoch FROM p.closed_at) / 86400)::integer"

#: Columns of posting_signatures in the order in which they are written: what always has one size comes first.
SIGNATURE = (
    *(
        "posting_id",
        "job_id",
        "first_day",
        "remote",
        "letters",
        "board",
        "external_id",
        "ats",
        "company",
        "title",
    ),
    *("ranks", "places", "requisition", "currency", "language", "apply_hash", "salary_min", "salary_max"),
    *("posted", "sketch", "keys"),
)
COPY_SIGNATURES = f"COPY posting_signatures ({', '.join(SIGNATURE)}) FROM STDIN (FORMAT BINARY)"

#: Ordered by key, so that neighbours in the index are written together.
COPY_BANDS = "COPY posting_bands (key, entry) FROM STDIN (FORMAT BINARY)"
#: Of postings that are not new some may be there.
INSERT_BANDS_AGAIN = """
INSERT INTO posting_bands (key, entry) SELECT * FROM unnest(%s::bigint[], %s::bigint[]) ORDER BY 1
ON CONFLICT DO NOTHING
"""
DELETE_BANDS = f"""
DELETE FROM posting_bands b USING (
    SELECT unnest(s.keys) AS key, s.posting_id FROM posting_signatures s WHERE s.posting_id = ANY(%(ids)s)
) k WHERE b.key = k.key AND b.entry >= k.posting_id << {MARK_BITS} AND b.entry < (k.posting_id + 1) << {MARK_BITS}
"""
DELETE_SIGNATURES = "DELETE FROM posting_signatures WHERE posting_id = ANY(%(ids)s)"

#: The newest entries under each of some exact keys, newest first.
FIND_EXACT = """
SELECT k.key, b.entry FROM unnest(%s::bigint[]) AS k (key) CROSS JOIN LATERAL (
    SELECT entry FROM posting_bands WHERE key = k.key ORDER BY entry DESC LIMIT %s
) b
"""
#: All entries under some loose keys, which have few; NULL where they are too many. The keys as a subquery: nobody
#: estimates how many they are, so that they are always looked up in the index, in one pass.
FIND_LOOSE = """
SELECT key, CASE WHEN count(*) < %s THEN array_agg(entry) END
FROM posting_bands WHERE key = ANY((SELECT %s::bigint[])::bigint[]) GROUP BY key
"""

#: The members of the jobs of some postings, oldest first.
MEMBERS = """
SELECT ARRAY(SELECT q.posting_id FROM posting_signatures q WHERE q.job_id = w.job_id ORDER BY q.posting_id)
FROM (SELECT DISTINCT job_id FROM posting_signatures WHERE posting_id = ANY(%s::bigint[])) w
"""
#: Whether one is closed comes from an index that has nothing else: rows of postings are wide.
CANDIDATES = f"""
SELECT s.posting_id, s.job_id::text, s.first_day,
    (SELECT {_CLOSED_DAY} FROM postings p WHERE p.id = s.posting_id AND p.closed_at IS NOT NULL), {_FINGERPRINT}
FROM posting_signatures s WHERE s.posting_id = ANY(%s::bigint[]) ORDER BY s.posting_id
"""
ONE = f"""
SELECT p.id, p.job_id::text AS job_id, s.first_day, {_CLOSED_DAY} AS closed_day, {_SIGNED_OR_NOT},
    p.url, p.title AS full_title, p.company AS full_company, p.closed_at, p.reposted_of
FROM postings p LEFT JOIN posting_signatures s ON s.posting_id = p.id
"""

MERGE = """
UPDATE postings p SET job_id = k.kept
FROM unnest(%(kept)s::uuid[], %(absorbed)s::uuid[]) AS k (kept, absorbed)
WHERE p.job_id = k.absorbed AND p.id <> ALL(%(but)s)
"""
#: What stands beside the fingerprints of stored postings.
MERGE_SIGNATURES = """
UPDATE posting_signatures s SET job_id = k.kept
FROM unnest(%(kept)s::uuid[], %(absorbed)s::uuid[]) AS k (kept, absorbed)
WHERE s.job_id = k.absorbed AND s.posting_id <> ALL(%(but)s)
"""
ASSIGN_SIGNATURES = """
UPDATE posting_signatures s SET job_id = k.job_id
FROM unnest(%(ids)s::bigint[], %(jobs)s::uuid[]) AS k (id, job_id)
WHERE s.posting_id = k.id AND s.job_id <> k.job_id
"""
ASSIGN = """
UPDATE postings p SET job_id = k.job_id
FROM unnest(%(ids)s::bigint[], %(jobs)s::uuid[]) AS k (id, job_id)
WHERE p.id = k.id
"""
LINK = """
INSERT INTO job_links (first, second, relation, score, reasons, linked_at)
SELECT k.first, k.second, k.relation, k.score, k.reasons, %(at)s
FROM jsonb_to_recordset(%(links)s) AS k (first bigint, second bigint, relation text, score float8, reasons text[])
ON CONFLICT (first, second) DO UPDATE SET
    relation = excluded.relation, score = excluded.score, reasons = excluded.reasons, linked_at = excluded.linked_at
"""
#: Links between postings of which one left their job.
DELETE_VOID_LINKS = """
DELETE FROM job_links l USING postings a, postings b
WHERE (l.first = ANY(%(ids)s) OR l.second = ANY(%(ids)s)) AND l.relation = 'duplicate'
  AND a.id = l.first AND b.id = l.second AND a.job_id <> b.job_id
"""
LOG = """
INSERT INTO job_log (change, job_id, other_job_id, postings, crawl_id, logged_at)
SELECT k.change, k.job_id, k.other_job_id, k.postings, %(crawl)s, %(at)s
FROM jsonb_to_recordset(%(changes)s) AS k (change text, job_id uuid, other_job_id uuid, postings bigint[])
"""
REPOST = """
UPDATE postings p SET reposted_of = k.earlier
FROM unnest(%(later)s::bigint[], %(earlier)s::bigint[]) AS k (later, earlier)
WHERE p.id = k.later AND p.reposted_of IS DISTINCT FROM k.earlier
"""
