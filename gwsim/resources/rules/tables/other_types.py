"""Rules about types of other releases."""

from __future__ import annotations

from gwsim.resources.releases.other_types import NewerSessionPersistence
from gwsim.resources.rules import sessions
from gwsim.resources.rules.tables.rule import Tables, always

TABLES = Tables(
    {
        NewerSessionPersistence: always(
            sessions.permanent_session_has_timeout,
            sessions.session_has_its_field,
            sessions.session_has_no_other_field,
        ),
    }
)
