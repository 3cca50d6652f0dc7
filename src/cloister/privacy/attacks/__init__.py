"""Attacks as evidence: what was attacked, with what knowledge, how well it went, and two controls that must come
out right before a verdict counts."""
