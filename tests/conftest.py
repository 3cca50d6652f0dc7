"""Settings for every suite."""

from hypothesis import settings

# Machines are noisy: a property is about values, never about how long one example takes. The same examples each time,
# so that a red run means a change; pytest --hypothesis-profile=new draws others.
settings.register_profile("same", deadline=None, derandomize=True)
settings.register_profile("new", deadline=None)
settings.load_profile("same")
