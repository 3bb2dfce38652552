"""
Make `gwsim/reading/conformance/reports.json` of upstream's features and reports.

    python -m tests.compat.packing FOLDER   # with features.json and reports.json
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import msgspec

from gwsim.implementations.conformance import OLD_NAMES, Feature, Report
from gwsim.reading.conformance.packaged import Packed, packed_report
from gwsim.reading.conformance.report_files import ReportFile, report_of

PACKAGED = Path(__file__).parents[2] / "gwsim/reading/conformance/reports.json"
GONE = {*OLD_NAMES, "GatewayClassObservedGenerationBump"}
"""Features that no release has any more; reports of the first two are read under the names of today."""


def features_of(folder: Path) -> tuple[Feature, ...]:
    """Read features.json."""
    rows = json.loads((folder / "features.json").read_text(encoding="utf-8"))
    return tuple(
        Feature(
            name=row["name"],
            level=row["level"],
            channel=row["channel"],
            since=row["introduced"],
            core_of=tuple(row["profiles"]["core"]),
            extended_of=tuple(row["profiles"]["extended"]),
            tests=tuple(row["tests"]) if isinstance(row["tests"], list) else (),
        )
        for row in rows
        if row["name"] not in GONE
    )


def reports_of(folder: Path) -> tuple[Report, ...]:
    """Read reports.json, newest release of the Gateway API last, and in a fixed order."""
    rows = json.loads((folder / "reports.json").read_text(encoding="utf-8"))
    found = []
    for row in rows:
        written = {
            "kind": "ConformanceReport",
            "implementation": {"project": row["project"], "version": row["version"]},
            "profiles": row["profiles"],
            "date": row["date"],
            "gatewayAPIVersion": row["gatewayAPIVersionNormalized"],
            "gatewayAPIChannel": row["gatewayAPIChannel"],
            "mode": row["mode"],
        }
        found.append(report_of(msgspec.convert(written, ReportFile)))
    return tuple(
        sorted(found, key=lambda each: (each.implementation, each.gateway_api, each.date, str(each)))
    )


def packed(folder: Path) -> bytes:
    """The file, a line for each feature and report."""
    features, reports = features_of(folder), reports_of(folder)
    skipped = {test for report in reports for profile in report.profiles for test in profile.skipped}
    tests = tuple(sorted(skipped))
    names = tuple(each.name for each in features)
    lines = [
        f'"tests":{json.dumps(tests)}',
        '"features":[\n' + ",\n".join(msgspec.json.encode(each).decode() for each in features) + "\n]",
        '"reports":[\n'
        + ",\n".join(msgspec.json.encode(packed_report(each, names, tests)).decode() for each in reports)
        + "\n]",
    ]
    text = "{\n" + ",\n".join(lines) + "\n}\n"
    msgspec.json.decode(text, type=Packed)
    return text.encode()


if __name__ == "__main__":
    PACKAGED.write_bytes(packed(Path(sys.argv[1])))
