"""Laws of the small parts, each against a naive oracle or an equation."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Sequence
from fractions import Fraction

from hypothesis import assume, example, given
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from gwsim.addresses import GATEWAY_GROUP, Address, ObjectKey, RuleKey
from gwsim.binding.attaching.attachment import EffectiveHostname
from gwsim.binding.hostnames import ANY, hits, host_patterns, intersection, specificity
from gwsim.binding.topology import Age
from gwsim.implementations import SPEC
from gwsim.resources.filters import HTTPHeader, HTTPHeaderFilter, HTTPPathModifier
from gwsim.resources.meta import canonical_duration, duration_ms
from gwsim.routing.answering.backends import choose, shares
from gwsim.routing.answering.filtering import edit_headers, header_edits, join_edits, replace_path
from gwsim.routing.decision import HeaderEdits
from gwsim.routing.precedence import Precedence, deciding_field, precedence_of
from gwsim.routing.reaching.matching import has_prefix
from gwsim.routing.request import Headers, Request, bare_host
from gwsim.testing.strategies import http_matches

FRONTS = ("", "a.", "b.", "aa.", "a.a.", "b.a.", "a.b.", "aa.a.", "a.b.a.")
NAMES_OF_HOSTS = tuple(
    f"{front}{domain}" for domain in ("com", "a.com", "aa.com", "test") for front in FRONTS
)
HOSTS = st.sampled_from(NAMES_OF_HOSTS)
PATTERNS = st.sampled_from((ANY, *NAMES_OF_HOSTS, *(f"*.{name}" for name in NAMES_OF_HOSTS)))
"""In small pools, so that they meet."""


def patterns_near(host: str) -> SearchStrategy[str]:
    """Patterns of which most stand for the host."""
    labels = host.split(".")
    wildcards = (f"*.{'.'.join(labels[index:])}" for index in range(len(labels)))
    return st.sampled_from((host, ANY, *wildcards, f"a.{host}"))


NEAR = HOSTS.flatmap(lambda host: st.tuples(patterns_near(host), patterns_near(host), patterns_near(host)))
NEAR_HOST = HOSTS.flatmap(lambda host: st.tuples(patterns_near(host), patterns_near(host), st.just(host)))


# Hostnames


@given(PATTERNS, PATTERNS)
def test_intersection_is_commutative(one: str, other: str) -> None:
    assert intersection(one, other) == intersection(other, one)


@given(PATTERNS)
def test_intersection_is_idempotent_and_any_is_its_unit(one: str) -> None:
    assert intersection(one, one) == intersection(one, ANY) == one


@given(st.one_of(NEAR, st.tuples(PATTERNS, PATTERNS, PATTERNS)))
def test_intersection_is_associative(patterns: tuple[str, str, str]) -> None:
    one, two, three = patterns

    def join(first: str | None, second: str | None) -> str | None:
        return None if first is None or second is None else intersection(first, second)

    assert join(join(one, two), three) == join(one, join(two, three))


@given(st.one_of(NEAR_HOST, st.tuples(PATTERNS, PATTERNS, HOSTS)))
@example(("*.a.com", "*.com", "a.com"))
@example(("*.a.com", "*.com", "aa.com"))
@example(("*.a.com", "*.com", "x.a.com"))
def test_a_host_is_hit_by_an_intersection_iff_it_is_hit_by_both(case: tuple[str, str, str]) -> None:
    one, other, host = case
    common = intersection(one, other)
    assert (common is not None and hits(common, host)) == (hits(one, host) and hits(other, host))


@given(st.one_of(NEAR, st.tuples(PATTERNS, PATTERNS, PATTERNS)))
def test_what_lies_within_another_hostname_is_more_specific(patterns: tuple[str, str, str]) -> None:
    one, other, _ = patterns
    if intersection(one, other) == one and one != other:
        assert specificity(one) > specificity(other)


@given(PATTERNS, HOSTS)
def test_a_pattern_is_hit_as_its_labels_say(pattern: str, host: str) -> None:
    wanted, actual = pattern.split("."), host.split(".")
    if wanted[0] == "*":
        expected = len(actual) >= len(wanted) and actual[len(actual) - len(wanted) + 1 :] == wanted[1:]
    else:
        expected = actual == wanted
    assert hits(pattern, host) == expected


@given(HOSTS, st.lists(PATTERNS, max_size=8))
def test_host_patterns_are_those_that_hit_the_most_specific_first(host: str, others: Sequence[str]) -> None:
    found = list(host_patterns(host))
    assert found == sorted(set(found), key=specificity, reverse=True)
    assert all(hits(pattern, host) for pattern in found)
    assert {pattern for pattern in others if hits(pattern, host)} <= set(found)


# Precedence

ROUTES = tuple(ObjectKey(GATEWAY_GROUP, "HTTPRoute", place, name) for place in ("a", "b") for name in "ab")
AGES = (Age(unknown=False, seconds=1.0), Age(unknown=False, seconds=2.0), Age(unknown=True, seconds=0.0))
PRECEDENCES: SearchStrategy[Precedence] = st.builds(
    lambda route, ages, rule, match, hostname, taken: precedence_of(
        RuleKey(route, rule, match), taken, EffectiveHostname(hostname, hostname), AGES[ages], SPEC
    ),
    st.sampled_from(ROUTES),
    st.integers(0, 2),
    st.integers(0, 1),
    st.integers(0, 1),
    PATTERNS,
    http_matches(paths=("/", "/a", "/a/", "/a/a", "/a/a/")),
)


@given(PRECEDENCES, PRECEDENCES, PRECEDENCES)
def test_precedence_is_a_total_order(one: Precedence, two: Precedence, three: Precedence) -> None:
    assert (one < two) + (one == two) + (two < one) == 1
    if one <= two <= three:
        assert one <= three


@given(PRECEDENCES, PRECEDENCES)
def test_the_deciding_field_is_the_first_that_differs(one: Precedence, two: Precedence) -> None:
    field = deciding_field(one, two)
    assert field == deciding_field(two, one)
    if field is None:
        assert one == two
    else:
        assert (getattr(one, field) < getattr(two, field)) == (one < two)
        place = Precedence._fields.index(field)
        assert one[:place] == two[:place]
        assert one[place] != two[place]


@given(st.lists(PRECEDENCES, max_size=6), st.integers(0, 99))
def test_the_order_of_the_documents_has_no_effect_on_precedence(several: list[Precedence], seed: int) -> None:
    shuffled = random.Random(seed).sample(several, len(several))
    assert sorted(shuffled) == sorted(several)


# Splits

WEIGHTS = st.lists(st.one_of(st.integers(0, 4), st.integers(0, 1_000_000)), max_size=6)


@given(WEIGHTS)
def test_fractions_sum_to_one_unless_every_weight_is_zero(weights: list[int]) -> None:
    assert sum(shares(weights)) == (1 if any(weights) else 0)
    assert len(shares(weights)) == len(weights)


@given(WEIGHTS)
def test_fractions_are_in_the_ratio_of_the_weights(weights: list[int]) -> None:
    fractions = shares(weights)
    for index, weight in enumerate(weights):
        for other, rival in enumerate(weights):
            assert fractions[index] * rival == fractions[other] * weight


@given(WEIGHTS, st.floats(0, 1, exclude_max=True))
def test_a_draw_falls_on_the_backend_whose_interval_holds_it(weights: list[int], draw: float) -> None:
    chosen = choose(shares(weights), draw)
    if not any(weights):
        assert chosen is None
        return
    assert chosen is not None
    total = sum(weights)
    below = Fraction(sum(weights[:chosen]), total)
    assert below <= Fraction(repr(draw)) < below + Fraction(weights[chosen], total)


@given(st.lists(st.integers(0, 64), min_size=1, max_size=6), st.data())
def test_a_share_begins_and_ends_exactly_at_its_bounds(weights: list[int], data: st.DataObject) -> None:
    power = 1 << 12
    assume(0 < sum(weights) <= power)
    weights.append(power - sum(weights))
    fractions = shares(weights)
    index = data.draw(st.sampled_from([place for place, weight in enumerate(weights) if weight]))
    start = float(sum(fractions[:index]))
    end = float(sum(fractions[: index + 1]))
    assert choose(fractions, start) == index
    assert choose(fractions, math.nextafter(end, 0)) == index
    assert end == 1 or choose(fractions, end) != index
    assert start == 0 or choose(fractions, math.nextafter(start, 0)) != index


# Paths

PREFIXES = st.builds(
    lambda parts, slash: "/" + "/".join(parts) + (slash if parts else ""),
    st.lists(st.sampled_from(("a", "b", "ab")), max_size=2),
    st.sampled_from(("", "/")),
)
SENT = st.lists(st.sampled_from(("a", "b", "ab", "")), max_size=4).map(lambda parts: "/" + "/".join(parts))


def segments(path: str) -> list[str]:
    """The oracle: what stands between slashes; a prefix has no last empty segment."""
    return path.split("/")[1:]


@given(PREFIXES, SENT)
@example("/", "/")
@example("/a", "/ab")
@example("/a/", "/a")
@example("/a", "/a//b")
def test_a_prefix_takes_the_paths_that_begin_with_its_segments(prefix: str, path: str) -> None:
    wanted = segments(prefix.removesuffix("/")) if prefix != "/" else []
    assert has_prefix(prefix, path) == (segments(path)[: len(wanted)] == wanted)


@given(PREFIXES)
def test_a_prefix_takes_itself(prefix: str) -> None:
    assert has_prefix(prefix, prefix)


@given(PREFIXES, PREFIXES, SENT)
def test_prefixes_are_transitive(one: str, two: str, path: str) -> None:
    if has_prefix(one, two) and has_prefix(two, path):
        assert has_prefix(one, path)


@given(PREFIXES, SENT)
def test_a_trailing_slash_changes_no_prefix(prefix: str, path: str) -> None:
    assert has_prefix(prefix.removesuffix("/") + "/", path) == has_prefix(prefix, path)


def replaced(prefix: str, replacement: str, path: str) -> str:
    """The oracle: the algorithm and the tables of HTTPPathModifier.replacePrefixMatch."""
    rest = path[len(prefix.removesuffix("/")) :]
    changed = replacement.removesuffix("/") + rest if rest else replacement or "/"
    return changed if changed.startswith("/") else f"/{changed}"


@given(PREFIXES, st.sampled_from(("", "/", "/x", "/x/", "/x/y", "x")), SENT, st.sampled_from(("", "?q=/a")))
@example("/foo", "", "/foo", "")
@example("/foo/", "/xyz", "/foo", "")
@example("/", "/xyz", "/", "")
def test_a_replaced_prefix_is_that_of_the_table(prefix: str, replacement: str, tail: str, query: str) -> None:
    path = prefix.removesuffix("/") + (tail if tail != "/" else "") or "/"
    assert has_prefix(prefix, path)
    modifier = HTTPPathModifier("ReplacePrefixMatch", replace_prefix_match=replacement)
    assert replace_path(modifier, path + query, prefix, SPEC) == replaced(prefix, replacement, path) + query


@given(st.sampled_from(("", "/", "/x", "x/")), SENT, st.sampled_from(("", "?", "?q=1?")))
def test_a_replaced_path_keeps_the_query_alone(replacement: str, path: str, query: str) -> None:
    modifier = HTTPPathModifier("ReplaceFullPath", replace_full_path=replacement)
    expected = "/" + replacement.removeprefix("/")
    assert replace_path(modifier, path + query, None, SPEC) == expected + query.partition("?")[1] + query[1:]


# Headers

NAMES = st.sampled_from(("x-a", "X-A", "x-b", "X-b", "x-c"))
VALUES = st.sampled_from(("1", "2", "3,4"))
HEADERS: SearchStrategy[Headers] = st.lists(st.tuples(NAMES, VALUES), max_size=5).map(tuple)
FILTERS = st.builds(
    HTTPHeaderFilter,
    set=st.lists(st.builds(HTTPHeader, NAMES, VALUES), max_size=3).map(tuple),
    add=st.lists(st.builds(HTTPHeader, NAMES, VALUES), max_size=3).map(tuple),
    remove=st.lists(NAMES, max_size=3).map(tuple),
)
EDITS: SearchStrategy[HeaderEdits] = FILTERS.map(
    lambda spec: header_edits(spec, Address(ObjectKey("", "HTTPRoute", "a", "b")), SPEC)[0]
)


def multimap(headers: Headers) -> dict[str, str]:
    """What headers say: names in lower case, values of one name joined."""
    joined: dict[str, str] = {}
    for name, value in headers:
        lowered = name.lower()
        joined[lowered] = f"{joined[lowered]},{value}" if lowered in joined else value
    return joined


def edited(headers: Headers, edits: HeaderEdits) -> dict[str, str]:
    """The oracle: one name at a time."""
    values = multimap(headers)
    for name, value in edits.set:
        values[name.lower()] = value
    for name, value in edits.add:
        values[name.lower()] = f"{values[name.lower()]},{value}" if name.lower() in values else value
    for name in edits.remove:
        values.pop(name.lower(), None)
    return values


@given(HEADERS, EDITS)
def test_edited_headers_say_what_each_name_s_action_says(headers: Headers, edits: HeaderEdits) -> None:
    assert multimap(edit_headers(headers, edits)) == edited(headers, edits)


@given(HEADERS, EDITS)
def test_headers_without_an_action_keep_their_order_and_spelling(
    headers: Headers, edits: HeaderEdits
) -> None:
    names = {name.lower() for name in (*dict(edits.set), *dict(edits.add), *edits.remove)}
    kept = [pair for pair in edit_headers(headers, edits) if pair[0].lower() not in names]
    assert kept == [pair for pair in headers if pair[0].lower() not in names]


@given(FILTERS)
def test_each_name_has_one_action_the_first_of_set_add_and_remove(spec: HTTPHeaderFilter) -> None:
    edits, step = header_edits(spec, Address(ObjectKey("", "HTTPRoute", "a", "b")), SPEC)
    written = [each.name.lower() for each in (*spec.set, *spec.add)] + [name.lower() for name in spec.remove]
    kept = [name.lower() for name in (*(each for each, _ in (*edits.set, *edits.add)), *edits.remove)]
    assert kept == list(dict.fromkeys(written))
    assert step.selected == (len(kept) == len(written))


@given(HEADERS, EDITS, EDITS)
def test_joined_edits_do_what_one_after_the_other_does(
    headers: Headers, first: HeaderEdits, then: HeaderEdits
) -> None:
    one_by_one = edit_headers(edit_headers(headers, first), then)
    assert multimap(edit_headers(headers, join_edits(first, then))) == multimap(one_by_one)


# Durations

UNITS = {"h": 3_600_000, "m": 60_000, "s": 1000, "ms": 1}


@given(st.lists(st.tuples(st.integers(0, 99999), st.sampled_from(tuple(UNITS))), min_size=1, max_size=4))
def test_a_duration_keeps_its_length_in_its_canonical_form(parts: list[tuple[int, str]]) -> None:
    text = "".join(f"{number}{unit}" for number, unit in parts)
    assert duration_ms(text) == sum(number * UNITS[unit] for number, unit in parts)
    canonical = canonical_duration(text)
    assert duration_ms(canonical) == duration_ms(text)
    assert canonical_duration(canonical) == canonical


# Requests

WIRE: SearchStrategy[dict[str, object]] = st.fixed_dictionaries(
    {
        "id": st.one_of(st.integers(), st.text(max_size=3), st.lists(st.booleans(), max_size=2)),
        "protocol": st.sampled_from(("HTTP", "HTTPS", "TLS", "TCP", "UDP")),
        "port": st.integers(1, 65535),
        "method": st.sampled_from(("GET", "POST", "OPTIONS", "PROPFIND")),
        "path": SENT,
        "headers": st.lists(st.tuples(NAMES, VALUES).map(list), max_size=3),
        "draw": st.floats(0, 1, exclude_max=True),
    },
    optional={
        "host": st.sampled_from(("a.com", "A.com:80", "[::1]:80", "")),
        "gateway": st.just("infra/edge"),
        "sni": st.sampled_from((None, "a.com")),
        "connectionSNI": st.sampled_from((None, "b.com")),
        "clientCertificate": st.just({"secret": "a/b"}),
        "grpc": st.just({"service": "a.B", "method": "C"}),
        "websocket": st.booleans(),
        "source": st.just({"namespace": "a", "address": "10.0.0.1"}),
        "service": st.just("a/b"),
    },
)


@given(WIRE)
def test_a_request_keeps_every_field_of_its_json(wire: dict[str, object]) -> None:
    request = Request.from_dict(json.loads(json.dumps(wire)))
    names = {"connectionSNI": "connection_sni", "clientCertificate": "client_certificate"}
    for field, value in wire.items():
        if field == "path" and "grpc" in wire:
            assert request.path == "/a.B/C"
            continue
        kept = getattr(request, names.get(field, field))
        if field == "headers":
            assert [list(pair) for pair in kept] == value
        elif isinstance(value, dict):
            assert {name: getattr(kept, name) for name in value} == value
        else:
            assert kept == value


@given(WIRE)
def test_a_request_does_not_depend_on_the_order_of_its_fields(wire: dict[str, object]) -> None:
    assert Request.from_dict(wire) == Request.from_dict(dict(reversed(wire.items())))


@given(HOSTS, st.sampled_from(("", ":80", ".", ".:8080")))
def test_a_host_is_bare_without_port_case_and_last_dot(host: str, tail: str) -> None:
    assert bare_host(host.upper() + tail) == host
    assert bare_host(bare_host(host + tail)) == host
