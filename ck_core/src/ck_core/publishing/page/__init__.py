"""Pages that hold pictures and need no network: the frame of a report and of a single picture.

Texts are escaped by Jinja; pictures are JSON that no parser takes for HTML; the page's policy
(Content-Security-Policy) lets no script run but the page's own, known by their digests.
"""
