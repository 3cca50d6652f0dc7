"""Thin commands: parse, call one operation, print. Nothing is decided here."""
