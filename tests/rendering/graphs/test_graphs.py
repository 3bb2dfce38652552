"""Pictures show every name as it is, and nothing in a name becomes part of the picture."""

import html
import re
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec import structs
from pygraphviz import AGraph

import gwsim
from gwsim.analysis.graph import Edge, Node, ObjectGraph, Relation, State
from gwsim.analysis.picturing.collapsing import collapse
from gwsim.analysis.picturing.linking import object_graph
from gwsim.errors import UsageError
from gwsim.rendering.graphs import captions, layout
from gwsim.rendering.graphs.dot import dot
from gwsim.rendering.graphs.mermaid import mermaid
from gwsim.rendering.graphs.svg import svg
from gwsim.rendering.sanitize import safe
from tests.test_scenarios import SCENARIOS

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = {
    "markup": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "quotes": 'a"] --> evil["b\' c`d`',
    "a click": '"]\nclick n0 href "javascript:alert(1)"',
    "entities": "&lt;b&gt; #quot; #35; &#60; &amp;lt;",
    "Markdown": "1. *one* _two_ **three** [four](http://www.example.com) me@example.com",
    "a list": "- one",
    "a formula": "$$x^2$$",
    "an icon": "fa:fa-car fab:fa-github",
    "Graphviz escapes": "\\N \\G \\L \\l \\r \\n \\",
    "a terminal's escapes": "\x1b[31mred\x1b[0m \x9b31m",
    "right-to-left marks": "user\u202egnp.exe \u2066x\u2069 \u200f",
    "right-to-left letters": "שלום-مرحبا",
    "wide characters": "服务-ｗｉｄｅ-🚀",
    "invisible characters": "a\u200bb\u00adc\ufeff\u3164",
    "253 characters": "n" * 253,
    "253 wide characters": "服" * 253,
    "comments": "%% a // b /* c */ <!-- d --> ]]>",
    "no XML characters": "a\x00b\x0bc\ufffe",
    "keywords": "end",
    "spaces": "  four    spaces ",
}
MARKUP = re.compile(r"[<>`*_\[\]{}()|~$@\\]|^\s*(?:[-+=]|\d+\.)|[a-z]:[a-z/]|www\.")
"""What Mermaid would read as Markdown, HTML, an icon or a link."""


def picture(text: str) -> ObjectGraph:
    """A graph that has a text wherever a text can be."""
    return ObjectGraph(
        (
            Node("a", "Gateway", text, "edge", State.ACCEPTED),
            Node("b", text, "other", text, State.REFUSED, text, (text,)),
        ),
        (Edge("a", "b", Relation.MIRROR, text, text),),
    )


def shown(graph: ObjectGraph) -> list[str]:
    """Every line of text that a picture has to show, made safe."""
    lines = [f"namespace {safe(name)}" for name, _ in captions.namespaces(graph) if name]
    for node in graph.nodes:
        lines += [captions.kind_line(node), *captions.heading(node), *captions.details(node)]
    for edge in graph.edges:
        lines += captions.edge_lines(edge)
    return sorted(line for line in lines if line)


def mermaid_lines(source: str) -> list[str]:
    """Read a flowchart as strictly as it is written, and return what its labels show."""
    head, *lines = source.removesuffix("\n").split("\n")
    assert head == "flowchart LR"
    label = r'"((?:[^"#\n]|#\d+;)*)"'
    forms = (
        rf" *n\d+\[{label}\]:::\w+",
        rf"  subgraph ns\d+\[{label}\]",
        rf"  n\d+ (?:-->|==>|-\.->)(?:\|{label}\|)? n\d+",
        r"  end|  linkStyle [\d,]+ [\w:#,]+|  classDef \w+ [\w:#,-]+|  class ns\d+(?:,ns\d+)* frame",
    )
    found: list[str] = []
    for line in lines:
        read = [match for form in forms if (match := re.fullmatch(form, line))]
        assert len(read) == 1, line
        for text in read[0].groups():
            for part in (text or "").split("<br/>"):
                assert not re.search(
                    r"[<>`*_\[\]{}()|~$@]|\\|^\s*(?:[-+=]|\d+\.)|[a-z]:[a-z/]|www\.", part
                ), part
                found.append(html.unescape(re.sub(r"#(\d+);", r"&#\1;", part)).replace("\u2060", ""))
    return sorted(part for part in found if part)


def dot_lines(source: str) -> list[str]:
    """Read DOT with Graphviz, and return what its labels show."""
    read = AGraph(string=source)
    attributes = [
        *(read.get_node(node).attr for node in read.nodes()),
        *(read.get_edge(*edge).attr for edge in read.edges(keys=True)),
        *(part.graph_attr for part in read.subgraphs()),
    ]
    labels = [each["label"] or "" for each in attributes]
    unescape = {"\\\\": "\\", "\\n": "\n"}
    lines = [
        html.unescape(line)
        for label in labels
        for line in re.sub(r"\\.", lambda found: unescape[found[0]], label).split("\n")
    ]
    return sorted(line for line in lines if line)


def svg_lines(source: str) -> list[str]:
    """Read SVG as XML, and return the text that it shows."""
    root = ET.fromstring(source)
    known = {"svg", "style", "rect", "g", "title", "text", "path"}
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= known
    assert not any(name.startswith("on") or "href" in name for each in root.iter() for name in each.attrib)
    return sorted(element.text or "" for element in root.iter(f"{SVG}text") if element.text)


FORMS = [
    pytest.param(mermaid, mermaid_lines, id="Mermaid"),
    pytest.param(dot, dot_lines, id="DOT"),
    pytest.param(svg, svg_lines, id="SVG"),
]


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in HOSTILE.items()])
@pytest.mark.parametrize(("write", "read"), FORMS)
def test_names_are_shown_as_they_are_and_inject_nothing(write: object, read: object, text: str) -> None:
    assert callable(write)
    assert callable(read)
    graph = picture(text)
    assert read(write(graph)) == shown(graph)


@pytest.mark.parametrize(("write", "read"), FORMS[:2])
@given(
    text=st.text(st.characters(codec="utf-8"), min_size=1, max_size=40)
    | st.text('"#\\<>&;[]|`$-1. :n', min_size=1, max_size=20)
)
@example(text="a:fa-b")
@settings(max_examples=60, deadline=None)
def test_any_text_is_shown_as_it_is(write: object, read: object, text: str) -> None:
    assert callable(write)
    assert callable(read)
    graph = picture(text)
    assert read(write(graph)) == shown(graph)


@pytest.mark.parametrize("name", [pytest.param("n" * 253, id="narrow"), pytest.param("服" * 120, id="wide")])
def test_a_long_name_is_whole_and_on_lines_of_a_width(name: str) -> None:
    lines = captions.heading(Node("a", "Service", "x", name, State.ACCEPTED))
    assert "".join(lines) == name
    assert len(lines) in (8, 7)


def test_lines_break_after_marks() -> None:
    long = "azure.example.com/application-gateway-controller"
    assert captions.heading(Node("a", "Service", "x", long, State.ACCEPTED)) == [
        "azure.example.com/application-",
        "gateway-controller",
    ]


@pytest.mark.parametrize(("write", "read"), FORMS)
@pytest.mark.parametrize("folder", [pytest.param(each.folder, id=each.name) for each in SCENARIOS[::6]])
def test_scenarios_are_drawn_with_all_they_say(folder: Path, write: object, read: object) -> None:
    assert callable(write)
    assert callable(read)
    graph = collapse(object_graph(gwsim.load(folder).topology), None)
    assert read(write(graph)) == shown(graph)


def boxes(source: str) -> list[tuple[float, float, float, float]]:
    """The rectangles of the nodes of a picture: left, top, right, bottom."""
    root = ET.fromstring(source)
    rows = [
        [float(rectangle.attrib[side]) for side in ("x", "y", "width", "height")]
        for group in root.iter(f"{SVG}g")
        if group.attrib["class"] in {state.name.lower() for state in State}
        for rectangle in group.iter(f"{SVG}rect")
    ]
    return [(x, y, x + width, y + height) for x, y, width, height in rows]


@pytest.mark.parametrize("folder", [pytest.param(each.folder, id=each.name) for each in SCENARIOS[::4]])
def test_no_node_lies_on_another(folder: Path) -> None:
    drawn = boxes(svg(collapse(object_graph(gwsim.load(folder).topology), None)))
    for place, (left, top, right, bottom) in enumerate(drawn):
        for other in drawn[:place]:
            assert other[2] <= left or right <= other[0] or other[3] <= top or bottom <= other[1]


def test_picture_is_the_same_every_time() -> None:
    graph = object_graph(gwsim.load("scenarios/storefront").topology)
    assert svg(graph) == svg(graph)


def test_picture_with_too_many_nodes_is_refused() -> None:
    graph = picture("x")
    nodes = tuple(structs.replace(graph.nodes[0], id=str(place)) for place in range(layout.MOST_NODES + 1))
    with pytest.raises(UsageError, match="expected 1500 nodes or fewer, found 1501"):
        svg(ObjectGraph(nodes, ()))


@pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz's own program is not installed")
def test_graphviz_draws_what_is_written() -> None:
    source = dot(picture(HOSTILE["entities"]))
    drawn = subprocess.run(["dot", "-Tsvg"], input=source, capture_output=True, text=True, check=True).stdout
    texts = [element.text for element in ET.fromstring(drawn).iter(f"{SVG}text")]
    assert HOSTILE["entities"] in texts
