"""Settings for every suite."""

from hypothesis import settings
from hypothesis.internal.conjecture import providers

# Machines are noisy: a property is about values, never about how long one example takes. The same examples each time,
# so that a red run means a change; pytest --hypothesis-profile=new draws others.
settings.register_profile("same", deadline=None, derandomize=True)
settings.register_profile("new", deadline=None)
settings.load_profile("same")
# Hypothesis also tries constants that stand in the code which is imported at that moment: which that is depends on the
# tests that ran before in the same process, so the examples would. No code's constants are tried.
assert callable(providers._get_local_constants)
providers._get_local_constants = lambda: providers._local_constants
