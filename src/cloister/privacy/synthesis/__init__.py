"""Synthetic tables under differential privacy, and what they are worth and give away.

:func:`synthesise` draws a table of invented people from a graphical model of noisy marginals: MST (McKenna, Miklau and
Sheldon 2021), estimated with private-pgm, which the extra ``synth`` installs. :func:`compare` reports fidelity, utility
(train on synthetic, test on real), copies and attacks side by side, against people whom the model never saw.
"""

from cloister.privacy.synthesis.columns import SynthColumn, columns_of
from cloister.privacy.synthesis.compare import Comparison, compare
from cloister.privacy.synthesis.mst import SynthesisConfig, SynthesisReport, cost_of, synthesise

__all__ = [
    "Comparison",
    "SynthColumn",
    "SynthesisConfig",
    "SynthesisReport",
    "columns_of",
    "compare",
    "cost_of",
    "synthesise",
]
