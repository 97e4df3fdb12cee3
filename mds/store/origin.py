"""Names of the store that are needed where SQLAlchemy is not: it takes a second to import."""

ORIGIN = ("receipt_id", "provider_code", "rp_start", "rp_end", "schema_version")
"""Where each data row comes from: the receipt under which it was accepted, and the version in which it was sent."""
