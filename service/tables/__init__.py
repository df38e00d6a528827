"""The tables of the pages as files, CSV and JSON: what a column is called, and where it comes from."""
