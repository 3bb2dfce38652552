"""Cross-field rules of BackendTLSPolicy, of XBackend, and of TLSRoutes' hostnames."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from gwsim.addresses import FieldPath
from gwsim.resources.admission.problems import Problem, shown
from gwsim.resources.policies import (
    BackendPort,
    BackendSpec,
    BackendTLS,
    BackendTLSPolicySpec,
    BackendTLSPolicyValidation,
    ExternalHostnameBackend,
    LocalPolicyTargetReference,
    SubjectAltName,
)
from gwsim.resources.stream_routes import TLSRouteSpec

NAME_FIELDS: Mapping[str, str] = MappingProxyType({"Hostname": "hostname", "URI": "uri"})


def hostnames_are_no_addresses(spec: TLSRouteSpec, path: FieldPath) -> Iterator[Problem]:
    """Check that server names are names, of which a TLS hello has no other."""
    for index, hostname in enumerate(spec.hostnames):
        if _is_ip(hostname):
            message = f"expected a hostname, found the IP address {shown(hostname)}"
            where = (*path, "hostnames", index)
            yield Problem("InvalidPattern", where, message, "use a DNS name: a TLS hello carries no address")


def _is_ip(text: str) -> bool:
    import ipaddress

    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    return "%" not in text and getattr(address, "ipv4_mapped", None) is None


def targets_are_told_apart(spec: BackendTLSPolicySpec, path: FieldPath) -> Iterator[Problem]:
    """Check that of several references to one target all name a section, or none does."""
    for indices in _same_targets(spec):
        refs = [spec.target_refs[index] for index in indices]
        if len({bool(ref.section_name) for ref in refs}) > 1:
            lacking = next(index for index in indices if not spec.target_refs[index].section_name)
            yield Problem(
                "AmbiguousTargetRef",
                (*path, "targetRefs", lacking),
                f"expected sectionName in all references to {_target_text(refs[0])}, found some without it",
                "add sectionName to this one, or leave it out of all",
            )


def targets_are_named_once(spec: BackendTLSPolicySpec, path: FieldPath) -> Iterator[Problem]:
    """Check that no two references name one target and section."""
    for indices in _same_targets(spec):
        sections = [spec.target_refs[index].section_name or "" for index in indices]
        for place, index in enumerate(indices):
            if sections[place] in sections[:place]:
                ref = spec.target_refs[index]
                yield Problem(
                    "DuplicateTargetRef",
                    (*path, "targetRefs", index),
                    f"expected different references, found {_target_text(ref)} twice with one sectionName",
                    "remove it, or give it another sectionName",
                )


def _same_targets(spec: BackendTLSPolicySpec) -> Iterator[list[int]]:
    groups: dict[tuple[str, str, str], list[int]] = {}
    for index, ref in enumerate(spec.target_refs):
        groups.setdefault((ref.group, ref.kind, ref.name), []).append(index)
    yield from (indices for indices in groups.values() if len(indices) > 1)


def _target_text(ref: LocalPolicyTargetReference) -> str:
    return f"{ref.kind} {shown(ref.name)}"


def authorities_are_of_one_sort(validation: BackendTLSPolicyValidation, path: FieldPath) -> Iterator[Problem]:
    """Check that certificates are checked against own authorities or well-known ones, and not both."""
    if validation.ca_certificate_refs and validation.well_known_ca_certificates:
        yield Problem(
            "CACertificatesConflict",
            (*path, "wellKnownCACertificates"),
            "expected either caCertificateRefs or wellKnownCACertificates, found both",
            "remove one of them",
        )


def some_authority_is_named(validation: BackendTLSPolicyValidation, path: FieldPath) -> Iterator[Problem]:
    """Check that there is something to check certificates against."""
    if not validation.ca_certificate_refs and not validation.well_known_ca_certificates:
        yield Problem(
            "CACertificatesMissing",
            path,
            "expected caCertificateRefs or wellKnownCACertificates, found neither",
            "add a caCertificateRef to a ConfigMap with ca.crt, or wellKnownCACertificates: System",
        )


def subject_has_its_field(subject: SubjectAltName, path: FieldPath) -> Iterator[Problem]:
    """Check that a subject's name is there."""
    name = NAME_FIELDS[subject.type]
    if not getattr(subject, name):
        message = f"expected {name} with type {subject.type}, found none"
        yield Problem("SubjectAltNameMissing", (*path, name), message, f"add {name}")


def subject_has_no_other_field(subject: SubjectAltName, path: FieldPath) -> Iterator[Problem]:
    """Check that a name of the other type is not there."""
    for type_, name in NAME_FIELDS.items():
        if type_ != subject.type and getattr(subject, name):
            message = f"expected no {name} with type {subject.type}, found one"
            yield Problem(
                "SubjectAltNameMismatch", (*path, name), message, f"use type: {type_}, or remove {name}"
            )


def external_backend_has_hostname(spec: BackendSpec, path: FieldPath) -> Iterator[Problem]:
    """Check that a backend outside of the cluster says where it is."""
    if spec.external_hostname is None:
        message = f"expected externalHostname with type {spec.type}, found none"
        yield Problem(
            "Required", (*path, "externalHostname"), message, "add externalHostname with its hostname"
        )


def hostname_is_outside(backend: ExternalHostnameBackend, path: FieldPath) -> Iterator[Problem]:
    """Check that an external hostname is not one of the cluster's own."""
    if backend.hostname.endswith(".cluster.local"):
        message = f"expected a hostname outside of the cluster, found {shown(backend.hostname)}"
        yield Problem("HostnameInCluster", (*path, "hostname"), message, "refer to the Service in its place")


def port_has_no_name(port: BackendPort, path: FieldPath) -> Iterator[Problem]:
    """
    Check that the port has no name.

    The CRD wants a DNS label, but compares the answer of `format.dns1123Label().validate`, an optional, with
    null, which an optional never is: every name is refused.
    """
    if port.name:
        message = f"expected no name, found {shown(port.name)}"
        advice = "remove it: by a mistake in its rule, the CRD refuses every name of a port"
        yield Problem("PortNameNotAllowed", (*path, "name"), message, advice)


def client_certificate_is_for_both(tls: BackendTLS, path: FieldPath) -> Iterator[Problem]:
    """Check that a certificate for the client is there if, and only if, the client shows one."""
    where, given = (*path, "clientCertificateRef"), tls.client_certificate_ref is not None
    if tls.mode == "ClientAndServer" and not given:
        message = "expected clientCertificateRef with mode ClientAndServer, found none"
        yield Problem("ClientCertificateMissing", where, message, "add it, or use mode: ServerOnly")
    elif tls.mode != "ClientAndServer" and given:
        message = f"expected no clientCertificateRef with mode {tls.mode}, found one"
        yield Problem(
            "ClientCertificateNotAllowed", where, message, "use mode: ClientAndServer, or remove it"
        )
