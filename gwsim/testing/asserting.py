"""Assertions about routes, for tests in Python."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gwsim.routing.decision import Decision
    from gwsim.routing.request import Request
    from gwsim.simulation import Simulation


def assert_routes(simulation: Simulation, request: Request | str, /, **expected: object) -> Decision:
    """
    Assert that a request is answered as expected; the error says what is not so, and why.

    >>> import gwsim
    >>> storefront = gwsim.load("scenarios/storefront")
    >>> cart = gwsim.Request.get("https://shop.example.com/cart", headers={"x-canary": "true"})
    >>> assert_routes(storefront, cart, route="shop/cart#0", backend="cart-canary:80").action.value
    'forward'

    Args:
        request: or a text: a URL, `METHOD URL`, or a whole curl command.
        expected: fields of the decision as its JSON has them, each as partial as it pleases, with None for
            what must not be there; and `backend`, the chosen one. Objects may be named in short, as
            `[KIND/][NAMESPACE/]NAME[:PORT][#RULE]`.

    Returns:
        The decision, with its trace.

    Raises:
        AssertionError: something is not as expected.
        RequestError: the request cannot be sent.
        TypeError: an expected field is none of a decision.
    """
    __tracebackhide__ = True
    from gwsim.analysis.expecting.judging import ANSWER_FIELDS, judge_answer
    from gwsim.reading.traffic import request_from_words
    from gwsim.rendering.reports.failures import failure_text

    unknown = sorted(set(expected) - set(ANSWER_FIELDS))
    if unknown:
        raise TypeError(f"expected fields of a decision, found {', '.join(unknown)}")
    if isinstance(request, str):
        words = request.split()
        request = request_from_words(words if len(words) == 2 else [request])
    decision = simulation.trace(request)
    verdict = judge_answer(request, decision, expected)
    if not verdict.passed:
        raise AssertionError(failure_text(simulation, verdict, color=False))
    return decision
