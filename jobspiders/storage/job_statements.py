"""The SQL of matching. PostgreSQL 14 and newer."""

from __future__ import annotations

#: Key of the advisory lock under which postings are looked up and given their jobs.
LOCK_KEY = 0x6A6F626D
#: Who writes postings takes it first, and who holds rows of postings never waits for it. Only a batch that merely
#: sees postings again does without: it waits for no row either.
LOCK = f"SELECT pg_advisory_xact_lock({LOCK_KEY})"

#: Fields of a fingerprint that are columns of posting_signatures; the others are columns of postings.
FINGERPRINT = (
    *("ats", "company", "title", "ranks", "places", "remote", "requisition", "apply_hash", "salary_min"),
    *("salary_max", "currency", "posted", "language", "letters", "sketch"),
)
_FINGERPRINT = ", ".join(f"s.{name}" for name in FINGERPRINT)
_DAY = "floor(extract(epoch FROM p.{0}) / 86400)::integer"
_MEMBER = f"""p.id, p.job_id::text AS job_id, {_DAY.format("first_seen")} AS first_day,
    {_DAY.format("closed_at")} AS closed_day, p.board, p.external_id, {_FINGERPRINT}"""

#: Columns of posting_signatures in the order in which they are written: what always has one size comes first.
SIGNATURE = (
    *(
        "posting_id",
        "remote",
        "letters",
        "ats",
        "company",
        "title",
        "ranks",
        "places",
        "requisition",
        "currency",
    ),
    *("language", "apply_hash", "salary_min", "salary_max", "posted", "sketch", "exact_keys", "loose_keys"),
)
COPY_SIGNATURES = f"COPY posting_signatures ({', '.join(SIGNATURE)}) FROM STDIN (FORMAT BINARY)"

#: Ordered by key, so that neighbours in the index are written together. Of postings that are not new some may be
#: there; looking for these costs a third more.
INSERT_BANDS = (
    "INSERT INTO posting_bands (key, posting_id) SELECT * FROM unnest(%s::bigint[], %s::bigint[]) ORDER BY 1"
)
INSERT_BANDS_AGAIN = f"{INSERT_BANDS} ON CONFLICT DO NOTHING"
DELETE_BANDS = """
DELETE FROM posting_bands b USING (
    SELECT unnest(s.exact_keys || s.loose_keys) AS key, s.posting_id
    FROM posting_signatures s WHERE s.posting_id = ANY(%s)
) k WHERE b.key = k.key AND b.posting_id = k.posting_id
"""
DELETE_SIGNATURES = "DELETE FROM posting_signatures WHERE posting_id = ANY(%s)"

#: The newest postings under each of some keys; of a loose key NULL where there are as many as are looked for.
FIND = """
SELECT key, CASE WHEN exact OR cardinality(others) < %(most)s THEN others END FROM (
    SELECT k.key, k.exact, ARRAY(
        SELECT b.posting_id FROM posting_bands b WHERE b.key = k.key ORDER BY b.posting_id DESC LIMIT %(most)s
    ) AS others
    FROM (
        SELECT unnest(%(exact)s::bigint[]) AS key, true AS exact UNION ALL SELECT unnest(%(loose)s::bigint[]), false
    ) k
    OFFSET 0
) f WHERE others <> '{}'
"""

#: The members of the jobs of some postings, oldest first.
MEMBERS = """
SELECT ARRAY(SELECT q.id FROM postings q WHERE q.job_id = w.job_id ORDER BY q.id)
FROM (SELECT DISTINCT job_id FROM postings WHERE id = ANY(%s::bigint[])) w
"""
CANDIDATES = f"""
SELECT {_MEMBER} FROM postings p JOIN posting_signatures s ON s.posting_id = p.id
WHERE p.id = ANY(%s::bigint[]) AND s.posting_id = ANY(%s::bigint[]) ORDER BY p.id
"""
ONE = f"""
SELECT {_MEMBER}, p.url, p.title AS full_title, p.company AS full_company, p.closed_at, p.reposted_of
FROM postings p LEFT JOIN posting_signatures s ON s.posting_id = p.id
"""

MERGE = """
UPDATE postings p SET job_id = k.kept
FROM unnest(%(kept)s::uuid[], %(absorbed)s::uuid[]) AS k (kept, absorbed)
WHERE p.job_id = k.absorbed AND p.id <> ALL(%(but)s)
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
