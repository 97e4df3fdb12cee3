"""The rules of the data set. Imports the schemas and nothing else of the project."""
