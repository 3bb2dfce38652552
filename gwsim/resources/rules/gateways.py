"""
Cross-field rules of Gateways and ListenerSets, in the order of the CRD.

That listeners' names and the ports of `tls.frontend.perPort` differ is left to the check of list keys.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from gwsim.addresses import FieldPath
from gwsim.resources.admission.naming import KEY_HELP
from gwsim.resources.admission.problems import Problem, shown
from gwsim.resources.gateways import (
    GatewayInfrastructure,
    GatewaySpec,
    GatewaySpecAddress,
    Listener,
    ListenerSetSpec,
    ListenerTLSConfig,
)
from gwsim.resources.meta import SUBDOMAIN

Listening: TypeAlias = GatewaySpec | ListenerSetSpec
HOSTNAME = rf"(\*\.)?{SUBDOMAIN}"
QUALIFIED_KEY = rf"({SUBDOMAIN}/)?([A-Za-z0-9][-A-Za-z0-9_.]{{0,61}})?[A-Za-z0-9]"
LONGEST_PREFIX = 252
"""Characters; a prefix of 253, legal in Kubernetes, is refused by the CRD."""


def no_tls_on_plain_listeners(spec: Listening, path: FieldPath) -> Iterator[Problem]:
    """Check that listeners of HTTP, TCP and UDP have no `tls`."""
    for index, listener in enumerate(spec.listeners):
        if listener.tls is not None and listener.protocol in {"HTTP", "TCP", "UDP"}:
            message = f"expected no tls on a listener of protocol {listener.protocol}, found one"
            advice = "remove tls, or use protocol " + ("HTTPS" if listener.protocol == "HTTP" else "TLS")
            yield Problem("TLSNotAllowed", (*path, "listeners", index, "tls"), message, advice)


def https_terminates(spec: Listening, path: FieldPath) -> Iterator[Problem]:
    """Check that listeners of HTTPS do not pass TLS through."""
    for index, listener in enumerate(spec.listeners):
        if listener.protocol == "HTTPS" and listener.tls is not None and listener.tls.mode != "Terminate":
            yield Problem(
                "TLSModeNotTerminate",
                (*path, "listeners", index, "tls", "mode"),
                f"expected Terminate on a listener of protocol HTTPS, found {listener.tls.mode}",
                "use protocol TLS to pass TLS through to backends",
            )


def tls_listeners_have_tls(spec: Listening, path: FieldPath) -> Iterator[Problem]:
    """Check that listeners of TLS have `tls`."""
    for index, listener in enumerate(spec.listeners):
        if listener.protocol == "TLS" and listener.tls is None:
            yield Problem(
                "TLSMissing",
                (*path, "listeners", index, "tls"),
                "expected tls on a listener of protocol TLS, found none",
                "add tls with mode Passthrough, or with mode Terminate and certificateRefs",
            )


def no_hostname_on_stream_listeners(spec: Listening, path: FieldPath) -> Iterator[Problem]:
    """Check that listeners of TCP and UDP have no hostname."""
    for index, listener in enumerate(spec.listeners):
        if listener.hostname and listener.protocol in {"TCP", "UDP"}:
            found = shown(listener.hostname)
            yield Problem(
                "HostnameNotAllowed",
                (*path, "listeners", index, "hostname"),
                f"expected no hostname on a listener of protocol {listener.protocol}, found {found}",
                "remove it: nothing in such a connection tells a hostname",
            )


def listeners_are_distinct(spec: Listening, path: FieldPath) -> Iterator[Problem]:
    """Check that port, protocol and hostname together differ; no hostname equals no hostname only."""
    first: dict[tuple[int, str, str | None], Listener] = {}
    for index, listener in enumerate(spec.listeners):
        key = (listener.port, listener.protocol, listener.hostname)
        earlier = first.setdefault(key, listener)
        if earlier is not listener:
            hostname = "no hostname" if listener.hostname is None else f"hostname {shown(listener.hostname)}"
            yield Problem(
                "DuplicateListener",
                (*path, "listeners", index),
                "expected another port, protocol or hostname than those of listener "
                f"{shown(earlier.name)}, found {listener.port}, {listener.protocol} and {hostname} again",
                "change one of the three, or join the listeners",
            )


def addresses_are_distinct(spec: GatewaySpec, path: FieldPath) -> Iterator[Problem]:
    """Check that IP addresses differ, and hostnames; addresses of other types may be equal."""
    seen: set[tuple[str, str]] = set()
    for index, address in enumerate(spec.addresses):
        if address.value is None or address.type not in {"IPAddress", "Hostname"}:
            continue
        if (address.type, address.value) in seen:
            message = f"expected different addresses, found {shown(address.value)} twice"
            yield Problem("DuplicateAddress", (*path, "addresses", index), message, "remove one of them")
        seen.add((address.type, address.value))


def terminating_tls_has_certificates(tls: ListenerTLSConfig, path: FieldPath) -> Iterator[Problem]:
    """Check that TLS that ends at the gateway has certificates, or options that stand in for them."""
    if tls.mode == "Terminate" and not tls.certificate_refs and not tls.options:
        yield Problem(
            "CertificateMissing",
            path,
            "expected certificateRefs or options with mode Terminate, found none",
            "add a certificateRef to a Secret of type kubernetes.io/tls",
        )


def hostname_address_is_hostname(address: GatewaySpecAddress, path: FieldPath) -> Iterator[Problem]:
    """Check that the value of a Hostname address, if given, is one."""
    if address.type == "Hostname" and address.value is not None and not re.fullmatch(HOSTNAME, address.value):
        message = f"expected a hostname, found {shown(address.value)}"
        yield Problem("InvalidPattern", (*path, "value"), message, "use a lower-case DNS name without a port")


def address_has_value(address: GatewaySpecAddress, path: FieldPath) -> Iterator[Problem]:
    """Check that an address has a value: in 1.3 it may be absent, but then the rules about values fail."""
    if address.value is None and address.type in {"IPAddress", "Hostname"}:
        message = f"expected a value with type {address.type}, found none"
        yield Problem("Required", (*path, "value"), message, "add value, or remove the address")


def keys_are_qualified(infrastructure: GatewayInfrastructure, path: FieldPath) -> Iterator[Problem]:
    """Check the form of the keys of labels and annotations."""
    for field, key in _keys(infrastructure):
        if not re.fullmatch(QUALIFIED_KEY, key):
            yield Problem(
                "InvalidLabel",
                (*path, field, key),
                f"expected a key in the form [PREFIX/]NAME, found {shown(key)}",
                KEY_HELP,
            )


def key_prefixes_are_short(infrastructure: GatewayInfrastructure, path: FieldPath) -> Iterator[Problem]:
    """Check the length of the prefixes of keys of labels and annotations."""
    for field, key in _keys(infrastructure):
        prefix = key.split("/")[0]
        if len(prefix) > LONGEST_PREFIX:
            message = f"expected a prefix of at most {LONGEST_PREFIX} characters, found {len(prefix)}"
            yield Problem("InvalidLabel", (*path, field, key), message, "shorten the prefix")


def _keys(infrastructure: GatewayInfrastructure) -> Iterator[tuple[str, str]]:
    for field, entries in (("labels", infrastructure.labels), ("annotations", infrastructure.annotations)):
        for key in entries:
            yield field, key


def unusable_addresses(gateway: Mapping[str, object]) -> Iterator[Problem]:
    """
    Yield the IP addresses of a Gateway that are none.

    The CRD says so in its schema: this runs on the manifest, whatever else is wrong with it.
    """
    spec = gateway.get("spec")
    addresses = spec.get("addresses") if isinstance(spec, dict) else None
    for index, address in enumerate(addresses if isinstance(addresses, list) else ()):
        if not isinstance(address, dict) or address.get("type") not in (None, "IPAddress"):
            continue
        value = address.get("value")
        if isinstance(value, str) and not _is_ip(value):
            path = ("spec", "addresses", index, "value")
            message = f"expected an IPv4 or IPv6 address, found {shown(value)}"
            yield Problem("InvalidAddress", path, message, "use type: Hostname for a DNS name")


def _is_ip(text: str) -> bool:
    parts = text.split(".")
    if ":" not in text:
        # Zeros at the front are let through, as Kubernetes does.
        return len(parts) == 4 and all(
            re.fullmatch("[0-9]+", part) and int(part[-18:]) < 256 for part in parts
        )
    import ipaddress

    try:
        ipaddress.IPv6Address(text)
    except ValueError:
        return False
    return "%" not in text
