"""The checks of the merged store: each a declaration with SQL, run as Great Expectations suites inside DuckDB.

Declaring them imports nothing heavy; only `run` imports Great Expectations.
"""
