"""Each cross-field rule: an object that breaks it, and the text that says so."""

from __future__ import annotations

import pytest

from tests.resources.manifests import (
    CERTIFICATES,
    EXACT_MATCH,
    HTTP,
    PREFIX_REDIRECT,
    PREFIX_REWRITE,
    REDIRECT,
    SERVICE,
    TWO_MATCHES,
    core,
    gateway,
    httproute,
    listener,
    mirror,
    rewrite_path,
    texts,
    with_filter,
    with_path,
    with_rule,
)


@pytest.mark.parametrize(
    ("manifest", "expected"),
    [
        pytest.param(
            listener("HTTP", tls=CERTIFICATES),
            "TLSNotAllowed spec.listeners[0].tls: expected no tls on a listener of protocol HTTP, found one "
            "(remove tls, or use protocol HTTPS)",
            id="tls on HTTP",
        ),
        pytest.param(
            listener("HTTPS", tls={"mode": "Passthrough"}),
            "TLSModeNotTerminate spec.listeners[0].tls.mode: expected Terminate on a listener of "
            "protocol HTTPS, "
            "found Passthrough (use protocol TLS to pass TLS through to backends)",
            id="HTTPS that passes through",
        ),
        pytest.param(
            listener("TLS"),
            "TLSMissing spec.listeners[0].tls: expected tls on a listener of protocol TLS, found none "
            "(add tls with mode Passthrough, or with mode Terminate and certificateRefs)",
            id="TLS without tls",
        ),
        pytest.param(
            listener("TCP", hostname="a.example"),
            "HostnameNotAllowed spec.listeners[0].hostname: expected no hostname on a listener of "
            "protocol TCP, "
            'found "a.example" (remove it: nothing in such a connection tells a hostname)',
            id="a hostname on TCP",
        ),
        pytest.param(
            gateway(HTTP, {**HTTP, "name": "b"}),
            "DuplicateListener spec.listeners[1]: expected another port, protocol or hostname than those of "
            'listener "http", found 80, HTTP and no hostname again (change one of the three, or join '
            "the listeners)",
            id="equal listeners",
        ),
        pytest.param(
            gateway(HTTP, {**HTTP, "port": 81}),
            'Duplicate spec.listeners[1]: expected a different name in each item, found "http" twice '
            "(join the two, or rename one of them)",
            id="equal names of listeners",
        ),
        pytest.param(
            gateway(tls={"frontend": {"default": {}, "perPort": [{"port": 1, "tls": {}}] * 2}}),
            "Duplicate spec.tls.frontend.perPort[1]: expected a different port in each item, found 1 twice "
            "(join the two, or rename one of them)",
            id="equal ports of frontends",
        ),
        pytest.param(
            listener("HTTPS", tls={}),
            "CertificateMissing spec.listeners[0].tls: expected certificateRefs or options with mode "
            "Terminate, "
            "found none (add a certificateRef to a Secret of type kubernetes.io/tls)",
            id="no certificates",
        ),
        pytest.param(
            gateway(addresses=[{"value": "1.2.3.4"}] * 2),
            'DuplicateAddress spec.addresses[1]: expected different addresses, found "1.2.3.4" twice '
            "(remove one of them)",
            id="equal addresses",
        ),
        pytest.param(
            gateway(addresses=[{"type": "Hostname", "value": "A.example"}]),
            'InvalidPattern spec.addresses[0].value: expected a hostname, found "A.example" '
            "(use a lower-case DNS name without a port)",
            id="an upper-case hostname as address",
        ),
        pytest.param(
            gateway(addresses=[{"value": "256.1.1.1"}]),
            'InvalidAddress spec.addresses[0].value: expected an IPv4 or IPv6 address, found "256.1.1.1" '
            "(use type: Hostname for a DNS name)",
            id="no IP address",
        ),
        pytest.param(
            gateway(infrastructure={"labels": {"a b": "c"}}),
            "InvalidLabel spec.infrastructure.labels.a b: expected a key in the form [PREFIX/]NAME, "
            'found "a b" '
            "(NAME has at most 63 letters, digits, '-', '_' and '.'; PREFIX is a lower-case DNS name)",
            id="a label key with a space",
        ),
        pytest.param(
            httproute(parentRefs=[{"name": "g"}, {"name": "g", "sectionName": "a"}]),
            "AmbiguousParentRef spec.parentRefs[0]: expected sectionName in all references to Gateway "
            '"g", found '
            "some without it (add sectionName to this one, or leave it out of all)",
            id="a section for one reference",
        ),
        pytest.param(
            httproute(parentRefs=[{"name": "g", "port": 1}, {"name": "g"}]),
            'AmbiguousParentRef spec.parentRefs[1]: expected port in all references to Gateway "g", found '
            "some without it (add port to this one, or leave it out of all)",
            id="a port for one reference",
        ),
        pytest.param(
            httproute(parentRefs=[{"name": "g"}, {"name": "g", "kind": "Gateway"}]),
            'DuplicateParentRef spec.parentRefs[1]: expected different references, found Gateway "g" '
            "again with "
            "the same sectionName and port (remove it, or give it another sectionName or port)",
            id="equal references after defaults",
        ),
        pytest.param(
            httproute(rules=[{"matches": [{}] * 64}, {"matches": [{}] * 64}, {}]),
            "TooManyMatches spec.rules: expected at most 128 matches in all rules together, found 129 "
            "(split the route into several)",
            id="129 matches",
        ),
        pytest.param(
            with_rule(filters=[REDIRECT], backendRefs=[SERVICE]),
            "RedirectWithBackends spec.rules[0].filters[0]: expected no RequestRedirect in a rule with "
            "backendRefs, "
            "found one (remove backendRefs: a redirected request reaches no backend)",
            id="a redirect with backends",
        ),
        pytest.param(
            with_rule(filters=[PREFIX_REDIRECT], matches=EXACT_MATCH),
            "PrefixMatchMissing spec.rules[0].matches: expected exactly one match, a PathPrefix, for the "
            "replacePrefixMatch of RequestRedirect, found one of type Exact "
            "(give each prefix a rule of its own, or use ReplaceFullPath)",
            id="a prefix redirect of an exact match",
        ),
        pytest.param(
            with_rule(filters=[PREFIX_REWRITE], matches=TWO_MATCHES),
            "PrefixMatchMissing spec.rules[0].matches: expected exactly one match, a PathPrefix, for the "
            "replacePrefixMatch of URLRewrite, found 2 matches "
            "(give each prefix a rule of its own, or use ReplaceFullPath)",
            id="a prefix rewrite of two matches",
        ),
        pytest.param(
            with_rule(backendRefs=[{**SERVICE, "filters": [PREFIX_REWRITE]}, SERVICE], matches=[]),
            "PrefixMatchMissing spec.rules[0].matches: expected exactly one match, a PathPrefix, for the "
            "replacePrefixMatch of URLRewrite in backendRefs, found 0 matches "
            "(give each prefix a rule of its own, or use ReplaceFullPath)",
            id="a backend's prefix rewrite without a match",
        ),
        pytest.param(
            with_rule(backendRefs=[{**SERVICE, "filters": [PREFIX_REDIRECT]}], matches=TWO_MATCHES),
            "PrefixMatchMissing spec.rules[0].matches: expected exactly one match, a PathPrefix, for the "
            "replacePrefixMatch of RequestRedirect in backendRefs, found 2 matches "
            "(give each prefix a rule of its own, or use ReplaceFullPath)",
            id="a backend's prefix redirect of two matches",
        ),
        pytest.param(
            with_rule(backendRefs=[{"name": "s"}]),
            "PortMissing spec.rules[0].backendRefs[0].port: expected a port in a reference to Service "
            '"s", found '
            "none (add the Service's port)",
            id="a Service without a port",
        ),
        pytest.param(
            with_path("cart"),
            "PathNotAbsolute spec.rules[0].matches[0].path.value: expected a path that begins with "
            "'/', found \"cart\" "
            "(put a '/' in front)",
            id="a relative path",
        ),
        pytest.param(
            with_path(""),
            "PathNotAbsolute spec.rules[0].matches[0].path.value: expected a path that begins with "
            "'/', found \"\" "
            "(write '/' for any path)",
            id="an empty path",
        ),
        pytest.param(
            with_path("/a/..", "Exact"),
            'PathNotNormal spec.rules[0].matches[0].path.value: expected a path without "/..", found "/a/.." '
            "(write the path as it is after normalisation)",
            id="a path that ends with dots",
        ),
        pytest.param(
            with_path("/a%2Fb"),
            "PathEncodedSlash spec.rules[0].matches[0].path.value: expected a path without an encoded "
            "'/', found "
            "\"/a%2Fb\" (use '/', or type: RegularExpression)",
            id="an encoded slash",
        ),
        pytest.param(
            with_path("/a#b"),
            "PathFragment spec.rules[0].matches[0].path.value: expected a path without '#', found \"/a#b\" "
            "(remove it: clients do not send the fragment)",
            id="a fragment",
        ),
        pytest.param(
            with_path("/a b"),
            "PathCharacters spec.rules[0].matches[0].path.value: expected a path of the characters "
            "that RFC 3986 "
            'allows, found "/a b" (percent-encode the others; for a pattern, use type: RegularExpression)',
            id="a space",
        ),
        pytest.param(
            with_rule(timeouts={"request": "1s", "backendRequest": "1m"}),
            "BackendTimeoutTooLong spec.rules[0].timeouts.backendRequest: expected at most the request "
            "timeout, 1s, "
            "found 1m (lower backendRequest, or raise request)",
            id="a longer try than the whole",
        ),
        pytest.param(
            with_filter(type="RequestRedirect"),
            "FilterFieldMissing spec.rules[0].filters[0].requestRedirect: expected requestRedirect in "
            "a filter of "
            "type RequestRedirect, found none (add requestRedirect)",
            id="a filter without its field",
        ),
        pytest.param(
            with_filter(type="CORS", cors={}, urlRewrite={}),
            "FilterFieldMismatch spec.rules[0].filters[0].urlRewrite: expected no urlRewrite in a "
            "filter of type "
            "CORS, found one (use type: URLRewrite, or remove urlRewrite)",
            id="a filter with the field of another",
        ),
        pytest.param(
            rewrite_path(type="ReplaceFullPath"),
            "FilterFieldMissing spec.rules[0].filters[0].urlRewrite.path.replaceFullPath: expected "
            "replaceFullPath "
            "with type ReplaceFullPath, found none (add replaceFullPath)",
            id="a modifier without its path",
        ),
        pytest.param(
            mirror(percent=1, fraction={"numerator": 1}),
            "PercentWithFraction spec.rules[0].filters[0].requestMirror.percent: expected either "
            "percent or fraction, "
            "found both (remove one of them)",
            id="percent and fraction",
        ),
        pytest.param(
            mirror(fraction={"numerator": 101}),
            "FractionAboveOne spec.rules[0].filters[0].requestMirror.fraction.numerator: expected at "
            "most the "
            "denominator, 100, found 101 (lower it; to mirror all, leave out fraction)",
            id="more than all",
        ),
        pytest.param(
            core("Secret", data={"a": "geheim!"}),
            "InvalidBase64 data.a: expected base64, found another string (encode it, or write it in "
            "stringData)",
            id="plain text in data",
        ),
    ],
)
def test_an_object_that_breaks_a_rule_is_refused_with_this_text(manifest: object, expected: str) -> None:
    assert texts(manifest) == [expected]
