"""Writes: keyword-only, one transaction each, refused by RuleError before anything is written."""
