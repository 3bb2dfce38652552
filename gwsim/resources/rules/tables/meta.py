"""Rules about what kinds share."""

from __future__ import annotations

from gwsim.resources.meta import BackendObjectReference
from gwsim.resources.rules import parents
from gwsim.resources.rules.tables.rule import Tables, always

TABLES = Tables({BackendObjectReference: always(parents.service_has_port)})
