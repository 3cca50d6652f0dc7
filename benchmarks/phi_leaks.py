"""Planted identifiers through every channel of cloister.phi: how many come out. Prints a table, then one JSON line.

    python benchmarks/phi_leaks.py [--show]

1,200 identifiers of twenty kinds are drawn anew with a fixed seed: names both from the Census lists in the package and
invented by syllables (so in no list), numbers, dates, addresses. Each goes through each channel on its own; an identifier
has leaked when one of its telling parts stands as a word in what came out. ``benchmarks/phi.py`` calls :func:`measure`.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from _phi_channels import CHANNELS, IPYTHON, child_process, free_text, ipython
from _phi_leak_costs import hostile, log_cost, passed_through, shadow_copies
from _phi_planted import identifiers, leaked

SEED = 20260131


Bar = tuple[str, Any, str, bool]  # name, figure, what it has to be, whether it is


def measure(seed: int = SEED) -> dict[str, Any]:
    """``figures`` by name, ``bars`` as rows, and whether all are ``met``; ``leaked`` sums over all channels."""
    planted = identifiers(seed)
    bars: list[Bar] = [("identifiers planted in each channel", len(planted), ">= 1000", len(planted) >= 1000)]
    leaks: dict[str, int | None] = {}
    for name, channel in CHANNELS.items():
        escaped = [(kind, text) for kind, text, parts in planted if leaked(channel(text), parts)]
        leaks[name] = len(escaped)
        if escaped and "--show" in sys.argv:
            print(name, escaped[:12], file=sys.stderr)
    leaks["a child process's own output"] = child_process(planted)
    leaks[f"IPython ({IPYTHON})"] = ipython(planted)
    bars += [
        (f"leaks: {name}", "not installed" if count is None else count, "0", count == 0)
        for name, count in leaks.items()
    ]
    cost, found = log_cost(), shadow_copies()
    seconds, memory = hostile()
    bars += [
        ("log record, microseconds of CPU", round(cost, 2), "<= 25", cost <= 25),
        ("shadow copies found", f"{found:.1%}", "100%", found == 1),
        ("bombs and huge lines, CPU seconds", round(seconds, 2), "<= 30", seconds <= 30),
        ("bombs and huge lines, MiB more", round(memory), "<= 600", memory <= 600),
    ]
    lines, prompts = passed_through()
    figures = {
        "identifiers": len(planted), "channels": len(leaks), "leaked": sum(count or 0 for count in leaks.values()),
        "by_channel": leaks, "log_us": round(cost, 2), "harmless_lines": lines, "harmless_prompts": prompts,
        "shadow_copies": found, "hostile_cpu_s": round(seconds, 2), "hostile_mib": round(memory),
        "free_text_leaks": round(free_text(planted), 4),
    }  # fmt: skip
    return {"figures": figures, "bars": bars, "met": all(met for *_, met in bars)}


def main() -> None:
    found = measure(int(sys.argv[1]) if sys.argv[1:2] and sys.argv[1].isdigit() else SEED)
    figures = found["figures"]
    width = max(len(name) for name, *_ in found["bars"])
    for name, figure, bar, met in found["bars"]:
        print(f"{name:<{width}}  {figure!s:>14}  {bar:>8}  {'met' if met else 'NOT MET'}")
    print(f"{'for information: harmless training lines unchanged':<{width}}  {figures['harmless_lines']:>14.1%}")
    print(f"{'for information: harmless clinical prompts unchanged':<{width}}  {figures['harmless_prompts']:>14.1%}")
    print(f"{'for information: leaks of the text engine alone':<{width}}  {figures['free_text_leaks']:>14.1%}")
    bars = {name: bar for name, _, bar, _ in found["bars"]}
    print(json.dumps({"name": "phi_leaks", "figures": figures, "bars": bars, "met": found["met"]}))


if __name__ == "__main__":
    main()
