"""From files to a simulation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from os import PathLike, fspath
from typing import BinaryIO

import msgspec

from gwsim.addresses import ObjectKey, Source
from gwsim.findings import Finding, LoadError, Severity
from gwsim.implementations import SPEC, Implementation
from gwsim.reading.manifests import Document, iter_documents
from gwsim.reading.pausing import without_collections
from gwsim.resources.admission.admitting import Admission, admit
from gwsim.resources.releases.release import LENIENT, Release
from gwsim.resources.snapshot import Resource, Snapshot, key_of
from gwsim.simulation import Simulation


class Loaded(msgspec.Struct, frozen=True):
    """A configuration, and what was wrong with its files."""

    simulation: Simulation
    findings: tuple[Finding, ...]
    """Of severity error for each object that was left out."""
    skipped: Mapping[str, int]
    """How many objects of kinds that gwsim does not know there were, by kind."""


def load(*paths: str | PathLike[str], recursive: bool = False, namespace: str = "default") -> Simulation:
    """
    Load manifests from files and folders.

    Objects that the API server would refuse are left out, as they would be in a cluster.

    Raises:
        LoadError: a file is no YAML or JSON, or one object is given twice.
        UsageError: a path cannot be read.
    """
    with without_collections():
        loaded = load_files([fspath(path) for path in paths], recursive=recursive, namespace=namespace)
        # Who loads in Python asks: made here, the table is nothing to the garbage collector.
        loaded.simulation.prepare()
    return loaded.simulation


def load_files(
    paths: Sequence[str],
    *,
    recursive: bool = False,
    namespace: str = "default",
    lenient: bool = False,
    controllers: frozenset[str] | None = None,
    implementation: Implementation = SPEC,
    release: Release = LENIENT,
    seed: int = 0,
    stdin: BinaryIO | None = None,
) -> Loaded:
    """
    Load manifests, and keep what was wrong with them.

    Args:
        namespace: of namespaced objects that say none.
        lenient: take references to kinds of which no object is given as good.
        controllers: the controllerNames to serve; None for all.
        release: the CRDs that the cluster has; by default all that gwsim knows is taken.

    Raises:
        LoadError: a file is no YAML or JSON, or one object is given twice.
        UsageError: a path cannot be read.
    """
    with without_collections():
        given = _admit(iter_documents(paths, recursive=recursive, stdin=stdin), namespace, release)
        if given.unreadable:
            raise LoadError(given.unreadable)
        repeated = list(_repeated(given.admitted))
        if repeated:
            raise LoadError(repeated)
        snapshot = Snapshot.of(given.admitted, others=given.others, lenient=lenient)
        simulation = Simulation.of(snapshot, implementation, controllers=controllers, seed=seed)
    return Loaded(simulation, tuple(given.findings), dict(sorted(given.skipped.items())))


class _Given(msgspec.Struct):
    """What the files hold, as it is read."""

    admitted: list[tuple[Resource, Source]] = []
    others: dict[ObjectKey, tuple[ObjectKey, ...]] = {}
    skipped: dict[str, int] = {}
    findings: list[Finding] = []
    unreadable: list[Finding] = []


def _admit(documents: Iterable[Document | Finding], namespace: str, release: Release) -> _Given:
    """Admit each document as soon as it is read: plain values take more memory than typed ones."""
    given = _Given()
    for document in documents:
        if isinstance(document, Finding):
            given.unreadable.append(document)
        elif not given.unreadable:
            admission = _admit_one(document, namespace, release)
            given.findings.extend(admission.findings)
            if admission.resource is not None:
                given.admitted.append((admission.resource, document.source))
            elif not admission.known:
                key, targets = _unknown_object(document, namespace)
                given.others[key] = targets
                given.skipped[key.kind] = given.skipped.get(key.kind, 0) + 1
    return given


def _admit_one(document: Document, namespace: str, release: Release) -> Admission:
    if release == LENIENT:
        return admit(document.value, document.source, default_namespace=namespace)
    from gwsim.resources.admission.restricting import admit_as_stored

    return admit_as_stored(document.value, document.source, default_namespace=namespace, release=release)


def _repeated(admitted: Iterable[tuple[Resource, Source]]) -> Iterator[Finding]:
    first: dict[ObjectKey, Source] = {}
    for resource, source in admitted:
        key = key_of(resource)
        earlier = first.setdefault(key, source)
        if earlier is not source:
            yield Finding(
                "DuplicateObject",
                Severity.ERROR,
                source.locate(("metadata", "name")),
                f"expected {key} once, found it also at {earlier.locate(('metadata', 'name'))}",
                "remove or rename one of the two",
                key,
                ("metadata", "name"),
            )


def _unknown_object(document: Document, namespace: str) -> tuple[ObjectKey, tuple[ObjectKey, ...]]:
    """The identity of an object of an unknown kind, and what it targets, if it is a policy."""
    value = document.value
    assert isinstance(value, dict)
    metadata, spec = _mapping(value, "metadata"), _mapping(value, "spec")
    group, slash, _ = str(value.get("apiVersion")).partition("/")
    own = str(metadata.get("namespace") or "")
    key = ObjectKey(group if slash else "", str(value.get("kind")), own, str(metadata.get("name") or ""))
    listed = spec.get("targetRefs")
    refs = [*(listed if isinstance(listed, list) else []), spec.get("targetRef")]
    return key, tuple(
        ObjectKey(
            str(ref.get("group") or ""),
            str(ref.get("kind") or ""),
            str(ref.get("namespace") or own or namespace),
            str(ref.get("name") or ""),
        )
        for ref in refs
        if isinstance(ref, dict)
    )


def _mapping(value: Mapping[str, object], name: str) -> Mapping[str, object]:
    part = value.get(name)
    return part if isinstance(part, dict) else {}
