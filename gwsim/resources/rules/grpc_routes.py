"""Cross-field rules of GRPCRoutes that HTTPRoutes do not have."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gwsim.addresses import FieldPath
from gwsim.resources.admission.problems import Problem, shown
from gwsim.resources.grpc_routes import GRPCMethodMatch

# RE2 without case takes the long s and the sign of Kelvin for s and k.
_LETTER = "[A-Za-z_\u017f\u212a]"
SERVICE = re.compile(rf"\.?{_LETTER}[A-Za-z_0-9\u017f\u212a]*(\.{_LETTER}[A-Za-z_0-9\u017f\u212a]*)*")
METHOD = re.compile(r"[A-Za-z_][A-Za-z_0-9]*")


def method_match_says_something(match: GRPCMethodMatch, path: FieldPath) -> Iterator[Problem]:
    """Check that a condition on the method has a service or a method; an empty one counts."""
    if match.service is None and match.method is None:
        message = "expected service or method, found neither"
        yield Problem("MethodMatchEmpty", path, message, "add one of them, or remove method")


def exact_names_are_legal(match: GRPCMethodMatch, path: FieldPath) -> Iterator[Problem]:
    """Check that what is compared exactly can be a name of gRPC."""
    if match.type != "Exact":
        return
    if match.service is not None and not SERVICE.fullmatch(match.service):
        message = f"expected the full name of a gRPC service, found {shown(match.service)}"
        advice = "write it as package.Service; for a pattern, use type: RegularExpression"
        yield Problem("InvalidPattern", (*path, "service"), message, advice)
    if match.method is not None and not METHOD.fullmatch(match.method):
        message = f"expected the name of a gRPC method, found {shown(match.method)}"
        advice = "write it without its service; for a pattern, use type: RegularExpression"
        yield Problem("InvalidPattern", (*path, "method"), message, advice)
