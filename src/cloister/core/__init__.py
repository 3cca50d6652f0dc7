"""Ids, errors, clock, canonical bytes, action names and the audit event: standard library only."""
