"""Cloister: a training environment for healthcare AI whose safeguards can be proven to an outsider."""

__version__ = "0.1.0"
