"""Rules about core kinds."""

from __future__ import annotations

from gwsim.resources.cluster import Secret
from gwsim.resources.rules import secrets
from gwsim.resources.rules.tables.rule import Tables, always

TABLES = Tables({Secret: always(secrets.data_is_base64)})
