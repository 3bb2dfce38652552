"""How many examples: `pytest --hypothesis-profile=quick` for a short look."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "gwsim",
    max_examples=2000,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.register_profile("quick", settings.get_profile("gwsim"), max_examples=100)
settings.register_profile("deep", settings.get_profile("gwsim"), max_examples=20_000, derandomize=False)
settings.load_profile("gwsim")
