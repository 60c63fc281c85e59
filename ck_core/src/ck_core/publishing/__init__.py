"""Pictures and reports: what an experiment found, for people to look at.

Needs the extra ``plots``; the core goes without.
"""
