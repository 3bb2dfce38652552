"""Cross-field rules of session persistence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from gwsim.addresses import FieldPath
from gwsim.resources.admission.problems import Problem
from gwsim.resources.routes import SessionPersistence

if TYPE_CHECKING:
    from gwsim.resources.releases.other_types import NewerSessionPersistence

SESSION_FIELDS: Mapping[str, str] = MappingProxyType({"Cookie": "cookie", "Header": "header"})


def permanent_cookie_has_timeout(session: SessionPersistence, path: FieldPath) -> Iterator[Problem]:
    """Check that a permanent cookie says how long it lasts."""
    config = session.cookie_config
    if config is not None and config.lifetime_type == "Permanent" and session.absolute_timeout is None:
        yield _no_timeout(path)


def cookie_config_is_for_cookies(session: SessionPersistence, path: FieldPath) -> Iterator[Problem]:
    """Check that settings of cookies come with type Cookie."""
    if session.cookie_config is not None and session.type != "Cookie":
        message = f"expected no cookieConfig with type {session.type}, found one"
        yield Problem(
            "CookieConfigNotAllowed", (*path, "cookieConfig"), message, "use type: Cookie, or remove it"
        )


def permanent_session_has_timeout(session: NewerSessionPersistence, path: FieldPath) -> Iterator[Problem]:
    """Check that a permanent cookie says how long it lasts, as the release after 1.6 writes it."""
    cookie = session.cookie
    if cookie is not None and cookie.lifetime_type == "Permanent" and session.absolute_timeout is None:
        yield _no_timeout(path)


def session_has_its_field(session: NewerSessionPersistence, path: FieldPath) -> Iterator[Problem]:
    """Check that the settings of the type are there."""
    name = SESSION_FIELDS[session.type]
    if getattr(session, name) is None:
        message = f"expected {name} with type {session.type}, found none"
        yield Problem("SessionFieldMissing", (*path, name), message, f"add {name}")


def session_has_no_other_field(session: NewerSessionPersistence, path: FieldPath) -> Iterator[Problem]:
    """Check that the settings of the other type are not there."""
    for type_, name in SESSION_FIELDS.items():
        if type_ != session.type and getattr(session, name) is not None:
            message = f"expected no {name} with type {session.type}, found one"
            yield Problem(
                "SessionFieldMismatch", (*path, name), message, f"use type: {type_}, or remove {name}"
            )


def _no_timeout(path: FieldPath) -> Problem:
    message = "expected absoluteTimeout with lifetimeType Permanent, found none"
    return Problem("TimeoutMissing", (*path, "absoluteTimeout"), message, "add absoluteTimeout, such as 24h")
