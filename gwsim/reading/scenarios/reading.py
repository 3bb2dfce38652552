"""
Scenario files: requests and objects, and what is expected of them.

    title: one line
    manifests: ../deploy                        # files and folders; without it, the scenario's own folder
    requests:
      - name: a cart request goes to the stable version      # a sentence that can be false
        request: {url: "https://shop.example.com/cart", draw: 0.5}
        expect: {action: forward, chosen: 0, backends: [{name: cart, share: 9/10}, {name: cart-canary}]}
    table:
      columns: [url, headers.x-canary, route, backend]
      rows:
        - ["https://shop.example.com/cart", "true", shop/cart#0, cart-canary]
    status:
      - name: the Gateway is accepted
        object: Gateway/shop/storefront                       # GatewayClass/NAME for what has no namespace
        expect: {conditions: [{type: Accepted, status: "True", reason: Accepted}]}

`request` has the fields of the contract's request, `expect` is a part of a decision in the contract's shape
(with `backend` for the chosen one), or a part of a `status` in the API's; the rules of the comparison are in
`gwsim.analysis.expecting.comparing`, those of the table in `tables`.

The text is read as manifests are. Beware of YAML in conditions: `status: True` is a boolean, `status: "True"`
is what the API has.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path

import msgspec

from gwsim.addresses import FieldPath
from gwsim.analysis.expecting.comparing import malformed
from gwsim.analysis.expecting.expectations import Case, Place, RequestCase, StatusCase
from gwsim.analysis.expecting.judging import ANSWER_FIELDS
from gwsim.errors import RequestError
from gwsim.findings import Finding, Severity
from gwsim.reading.formats.nodes import Builder, Node, find
from gwsim.reading.formats.texts import FileText, bad_byte, decode, too_many_directives
from gwsim.reading.formats.yaml_text import compose
from gwsim.reading.scenarios.finding import FILE_NAME, read_bytes
from gwsim.reading.scenarios.scenario import Scenario, ScenarioError
from gwsim.reading.scenarios.tables import TableProblem, read_table
from gwsim.routing.request import Request

CODE = "Scenario"
"""Of findings about scenario files."""
_STEP = re.compile(r"\.([A-Za-z_]\w*)|\[(\d+)\]|\[\.\.\.\]")


def read_scenario(path: Path | str) -> Scenario:
    """
    Read the expectations of a scenario file, or of the one in a folder; manifests are left to others.

    Raises:
        ScenarioError: it is not in the form above.
        UsageError: it cannot be read.
    """
    path = Path(path)
    file = str(path / FILE_NAME if path.is_dir() else path)
    return scenario_of(file, read_bytes(file))


def scenario_of(file: str, data: bytes) -> Scenario:
    """
    Read the text of a scenario file.

    Args:
        file: its name; paths in it are relative to its folder.

    Raises:
        ScenarioError: it is not in the form above.
    """
    text = decode(file, data)
    if isinstance(text, Finding):
        raise ScenarioError([text])
    return _Reader(text).scenario()


class _Reader:
    """The state of one `scenario_of`."""

    def __init__(self, file: FileText) -> None:
        self._file = file
        self._findings: list[Finding] = []

    def scenario(self) -> Scenario:
        root, wire = self._document()
        cases = [*self._requests(wire, root), *self._table(wire, root)]
        status = list(self._status(wire, root))
        self._check_names(root, [*cases, *status])
        if self._findings:
            raise ScenarioError(self._findings)
        folder = Path(self._file.name).parent
        manifests = [wire.manifests] if isinstance(wire.manifests, str) else wire.manifests
        return Scenario(
            self._file.name,
            wire.title,
            tuple(os.path.normpath(folder / path) for path in manifests),
            wire.recursive,
            tuple(cases),
            tuple(status),
        )

    def _document(self) -> tuple[Node, _Document]:
        file, end = self._file, len(self._file.text)
        if finding := bad_byte(file, 0, end) or too_many_directives(file, 0, end):
            raise ScenarioError([finding])
        composition = compose(file, 0, end)
        if composition.finding:
            raise ScenarioError([composition.finding])
        if len(composition.roots) != 1:
            found = f"expected one document, found {len(composition.roots) or 'none'}"
            raise ScenarioError([file.finding(CODE, 0, found)])
        root = composition.roots[0]
        builder = Builder(file)
        value = builder.build(root)
        if builder.findings:
            raise ScenarioError(builder.findings)
        try:
            return root, msgspec.convert(value, _Document)
        except msgspec.ValidationError as error:
            raise ScenarioError([self._wire_finding(error, root)]) from None

    def _wire_finding(self, error: msgspec.ValidationError, root: Node) -> Finding:
        what, _, where = str(error).partition(" - at `$")
        path: list[str | int] = []
        for step in _STEP.finditer(where.rstrip("`")):
            if step[0] == "[...]":
                break
            path.append(int(step[2]) if step[2] else step[1])
        unknown = re.fullmatch(r"Object contains unknown field `(.*)`", what, re.DOTALL)
        at = (*path, unknown[1]) if unknown else tuple(path)
        message = f"{what[:1].lower()}{what[1:]}".replace(", got ", ", found ")
        return self._finding(root, at, message, tuple(path))

    def _finding(self, root: Node, at: FieldPath, message: str, path: FieldPath | None = None) -> Finding:
        return self._file.finding(CODE, find(root, at), message, "", at if path is None else path)

    def _status(self, wire: _Document, root: Node) -> Iterator[StatusCase]:
        for index, written in enumerate(wire.status):
            at: FieldPath = ("status", index)
            places = (Place((), (*at, "expect")),)
            location = self._file.place(find(root, at))
            yield StatusCase(written.name, written.subject, written.expect, location, places)

    def _requests(self, wire: _Document, root: Node) -> Iterator[RequestCase]:
        for index, written in enumerate(wire.requests):
            at: FieldPath = ("requests", index)
            places = (Place((), (*at, "expect")),)
            location = self._file.place(find(root, at))
            case = RequestCase(written.name, written.request, written.expect, location, places)
            self._check_request(root, case, (*at, "request"))
            self._check_fields(root, case, (*at, "expect"))
            yield case

    def _table(self, wire: _Document, root: Node) -> Iterator[RequestCase]:
        table = wire.table
        if table is None:
            return
        for row in read_table(table.columns, table.rows, table.request):
            if isinstance(row, TableProblem):
                self._findings.append(self._finding(root, ("table", *row.path), row.message))
                continue
            at: FieldPath = ("table", "rows", row.position)
            places = tuple(Place(part, (*at, cell)) for part, cell in row.places)
            location = self._file.place(find(root, at))
            case = RequestCase(row.name, row.request, row.expect, location, places)
            self._check_request(root, case, at)
            yield case

    def _check_request(self, root: Node, case: RequestCase, at: FieldPath) -> None:
        try:
            Request.from_dict(case.request)
        except RequestError as error:
            self._findings.append(self._finding(root, (*at, error.field.partition("[")[0]), str(error), at))

    def _check_fields(self, root: Node, case: RequestCase, at: FieldPath) -> None:
        """A misspelt field, expected to be null, would hold for ever."""
        for name in case.expect:
            if name not in ANSWER_FIELDS:
                meant = get_close_matches(name, ANSWER_FIELDS, n=1)
                advice = f"; perhaps {meant[0]!r} is meant" if meant else ""
                message = f"expected a field of an answer, found {name!r}{advice}"
                self._findings.append(self._finding(root, (*at, name), message, at))

    def _check_names(self, root: Node, cases: list[Case]) -> None:
        counts = Counter(case.name for case in cases)
        for case in cases:
            where = case.places[0].path if case.places else ()
            for path, message in malformed(case.expect):
                self._findings.append(self._finding(root, (*where, *path), message))
            if counts[case.name] > 1:
                message = f"expected one case of each name, found {counts[case.name]} of {case.name!r}"
                self._findings.append(Finding(CODE, Severity.ERROR, case.location, message))


class _RequestCase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    request: dict[str, object]
    expect: dict[str, object]


class _StatusCase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    subject: str = msgspec.field(name="object")
    expect: dict[str, object]


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    columns: list[str]
    rows: list[list[object]]
    request: Mapping[str, object] = {}


class _Document(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """scenario.yaml as written."""

    title: str
    manifests: str | list[str] = "."
    recursive: bool = False
    requests: list[_RequestCase] = []
    table: _Table | None = None
    status: list[_StatusCase] = []
