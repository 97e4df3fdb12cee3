"""The standard: tables, fields, code lists and versions. Imports nothing else of the project."""
