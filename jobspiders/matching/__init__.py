"""Which postings are the same job. Pure: whoever stores postings calls this room with what it looked up.

For each batch of new (or changed) postings a writer

1. signs the descriptions (``signature.sign_all``), reads the fingerprints (``fingerprint.read_fingerprint``)
   and keeps both the fingerprint's columns and the keys (``keys.exact_keys``, ``keys.loose_keys``);
2. looks up, for every key, the newest ``keys.MAX_FOUND`` postings, adds those of the batch
   (``keys.share_key``), and lets ``keys.choose_candidates`` say which of them to compare;
3. loads these postings with all members of their jobs (at most ``cluster.MAX_MEMBERS`` of one) as
   ``fingerprint.Candidate``;
4. calls ``cluster.assign`` and writes its ``Plan``: job ids, links with score and reasons, merges, splits.

``decision.decide`` explains any pair at any time from the two fingerprints alone.
"""
