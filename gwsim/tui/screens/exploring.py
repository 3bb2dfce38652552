"""The explorer's own screen: the request, the tree, and what there is to say about both."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Static, TabbedContent, TabPane, Tree

from gwsim.analysis.comparing import Answer, answer
from gwsim.errors import GwsimError, RequestError
from gwsim.findings import LoadError
from gwsim.rendering.sanitize import safe
from gwsim.routing.decision import Decision
from gwsim.routing.request import Request
from gwsim.simulation import Simulation
from gwsim.trace import Step
from gwsim.tui.latest import Latest
from gwsim.tui.looking import Asked, Explained, Look, Seen, Selected, explain, look
from gwsim.tui.painting import drawn, painted
from gwsim.tui.saving import Expectation, proposed_file, save
from gwsim.tui.screens.saving import SaveScreen
from gwsim.tui.session import Session
from gwsim.tui.views.answering import Places, answer_lines, headline, not_modelled, sides
from gwsim.tui.views.asking import Fields, destinations, examples, request_of
from gwsim.tui.views.depicting import picture_at
from gwsim.tui.views.lines import Line, Tone, count, line
from gwsim.tui.views.remembering import History
from gwsim.tui.widgets.key_bar import KeyBar
from gwsim.tui.widgets.lazy_tree import Branch
from gwsim.tui.widgets.manifest_view import ManifestView
from gwsim.tui.widgets.panes import AnswerPane, ExplanationPane, HistoryPane, SelectedPane
from gwsim.tui.widgets.request_bar import RequestBar
from gwsim.tui.widgets.topology import TopologyTree

_PANES = Binding.Group("Pane", compact=True)
PANES = {"1": "answer", "2": "why", "3": "selected", "4": "manifest", "5": "history"}
TITLES = {
    "answer": "Answer",
    "why": "Why",
    "selected": "Selected",
    "manifest": "Manifest",
    "history": "History",
}


class ExploreScreen(Screen[None]):
    """Asks as one types, and shows the answer, its reasons, and the manifests behind them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("u,f2", "ask", "URL", tooltip="to the request's URL"),
        Binding("s,ctrl+s", "save", "Save", tooltip="save the request and its answer as an expectation"),
        Binding("slash,f3", "filter", "Filter", tooltip="filter the tree as you type"),
        *(
            Binding(
                key,
                f"pane('{name}')",
                TITLES[name],
                group=_PANES,
                tooltip=f"pane: {TITLES[name]}; once more: go into it",
            )
            for key, name in PANES.items()
        ),
    ]

    class Opened(Message):
        """The screen is there, and can show something."""

    class Kept(Message):
        """A request is to be kept in the history."""

        def __init__(self, fields: Fields, request: Request, answer: Answer) -> None:
            super().__init__()
            self.fields, self.request, self.answer = fields, request, answer

    def __init__(self, paths: Sequence[str]) -> None:
        """Make the screen; `paths` are those of the manifests."""
        super().__init__()
        self._paths = tuple(paths)
        self._called = ", ".join(paths)
        self._session = Session()
        self._asked: tuple[Simulation, Fields] | None = None
        self._request: Request | None = None
        self._decision: Decision | None = None
        self._selected: Selected = None
        self._explain = Latest(self, explain, self._show_explanation)
        self._look = Latest(self, look, self._show_seen)

    def compose(self) -> ComposeResult:
        """Put the request above, the tree at the left, the panes at the right."""
        yield Static(id="title", markup=False)
        yield Static(id="problem", markup=False)
        yield RequestBar(id="bar")
        yield Static(id="headline", markup=False)
        with Horizontal(id="body"):
            yield TopologyTree(id="left")
            with TabbedContent(id="panes"):
                for key, name in PANES.items():
                    with TabPane(f"{key} {TITLES[name]}", id=name):
                        yield {
                            "answer": AnswerPane,
                            "why": ExplanationPane,
                            "selected": SelectedPane,
                            "manifest": ManifestView,
                            "history": HistoryPane,
                        }[name]()
            yield ManifestView(id="beside")
        yield KeyBar()

    def on_mount(self) -> None:
        """Start where a request is written."""
        self.query_one("#problem").display = False
        self._headline(line((f"Reading {safe(self._called)}…", Tone.QUIET)))
        self.query_one(HistoryPane).show(History())
        self.query_one(RequestBar).ask()
        self.post_message(self.Opened())

    def take(self, session: Session) -> None:
        """Show another state of the files, and ask the present request again."""
        fresh = session.ready is not self._session.ready
        self._session = session
        self._show_title()
        self._show_problem(session.problem)
        self.query_one(HistoryPane).show(session.history)
        if fresh and session.ready is not None:
            table = session.ready.simulation.table
            self.query_one(RequestBar).propose(examples(table), destinations(table))
            self.query_one(TopologyTree).show(session.ready.search)
            self._selected = None
            self._look_again()
            self._ask(self.query_one(RequestBar).fields)

    @property
    def present(self) -> tuple[Request, Decision] | None:
        """The request that was asked, and its answer; None where it has none."""
        return None if self._request is None or self._decision is None else (self._request, self._decision)

    def _show_title(self) -> None:
        ready = self._session.ready
        parts: list[Line] = [line((" gwsim ", Tone.STRONG), safe(self._called))]
        if ready is not None:
            topology, outline = ready.simulation.topology, ready.search.outline
            counts = f"  {count(len(topology.gateways), 'Gateway')}, {count(len(topology.routes), 'route')}"
            parts.append(line((counts, Tone.QUIET)))
            wrong = {"attached to nothing": len(outline.loose), "left out": len(outline.left_out)}
            parts += [line((f", {number} {what}", Tone.CAREFUL)) for what, number in wrong.items() if number]
        self.query_one("#title", Static).update(Content.assemble(*(painted([each]) for each in parts)))

    def _show_problem(self, problem: GwsimError | None) -> None:
        bar = self.query_one("#problem", Static)
        bar.display = problem is not None
        if problem is None:
            return
        if self._session.ready is None:
            self._headline(line(("The files cannot be read yet.", Tone.QUIET)))
        first, *others = str(problem).split("\n")
        more = f"  (and {len(others)} more)" if others else ""
        kept = "" if self._session.ready is None else "  The last good files are still shown."
        bar.update(painted([line((f"✗ {safe(first)}{more}", Tone.BAD), kept)]))
        if isinstance(problem, LoadError):
            picture = picture_at(problem.findings[0].location, problem.findings[0].message)
            self._show_manifest(picture.title, *drawn(picture))

    # The request.

    @on(RequestBar.Changed)
    def _ask_as_one_types(self, event: RequestBar.Changed) -> None:
        self._ask(event.fields)

    def _ask(self, fields: Fields) -> None:
        simulation = self._session.simulation
        if simulation is None or self._asked == (simulation, fields):
            return
        self._asked = (simulation, fields)
        self._request = self._decision = None
        if not fields.url.strip():
            self._headline(line(("Type a URL above, or paste a curl command.", Tone.QUIET)))
            self._clear()
            return
        try:
            request = request_of(fields)
        except RequestError as error:
            self._headline(headline(error))
            self._clear()
            return
        self._request = request
        found = answer(simulation, request)
        self._headline(headline(found))
        if isinstance(found, RequestError):
            self._clear()
            return
        self._decision = found
        self._show_answer(found, {}, ())
        self.query_one(ExplanationPane).set_class(True, "-stale")
        # The answer is drawn first: work in a thread would hold it up.
        self.call_after_refresh(self._explain_later, Asked(simulation, request))

    def _explain_later(self, asked: Asked) -> None:
        if asked.request is self._request:
            self._explain.ask(asked)

    def _clear(self) -> None:
        self._explain.forget()
        self.query_one(AnswerPane).show((), None, ())
        self.query_one(ExplanationPane).show(())
        self._look_again()

    def _show_explanation(self, asked: Asked, explained: Explained) -> None:
        self._decision = explained.decision
        self._show_answer(explained.decision, explained.places, explained.advice)
        pane = self.query_one(ExplanationPane)
        pane.set_class(False, "-stale")
        pane.show(explained.steps)
        self._look_again()

    def _show_answer(self, decision: Decision, places: Places, advice: tuple[Line, ...]) -> None:
        assert self._request is not None
        self.query_one(AnswerPane).show(
            (*answer_lines(decision, places), *advice),
            sides(self._request, decision),
            tuple(not_modelled(decision)),
        )

    def _headline(self, text: Line) -> None:
        self.query_one("#headline", Static).update(painted([text]))

    @on(RequestBar.Kept)
    def _keep(self) -> None:
        fields = self.query_one(RequestBar).fields
        self._ask(fields)
        if self._request is not None and self._session.simulation is not None:
            found = self._decision or answer(self._session.simulation, self._request)
            self.post_message(self.Kept(fields, self._request, found))

    @on(HistoryPane.Asked)
    def _ask_again(self, event: HistoryPane.Asked) -> None:
        self.query_one(RequestBar).fields = self._session.history.entries[event.number].fields
        self.query_one("#panes", TabbedContent).active = "answer"

    # What is selected.

    @on(TopologyTree.Highlighted)
    def _select(self, event: TopologyTree.Highlighted) -> None:
        self._selected = event.item
        self._look_again()

    @on(TopologyTree.Chosen)
    def _choose(self, event: TopologyTree.Chosen) -> None:
        self._select(event)
        self.query_one("#panes", TabbedContent).active = "selected"

    @on(Tree.NodeHighlighted, "#explanation")
    def _select_step(self, event: Tree.NodeHighlighted[Branch[Step]]) -> None:
        if isinstance(event.node.data, Branch) and event.control.has_focus:
            self._selected = event.node.data.value
            self._look_again()

    @on(Tree.NodeSelected, "#explanation")
    def _choose_step(self, event: Tree.NodeSelected[Branch[Step]]) -> None:
        if not self.query_one("#beside").display:
            self.query_one("#panes", TabbedContent).active = "manifest"

    def _look_again(self) -> None:
        simulation = self._session.simulation
        if simulation is not None and self._session.problem is None:
            self._look.ask(Look(simulation, self._selected, self._request, self._decision))

    def _show_seen(self, asked: Look, seen: Seen) -> None:
        if not isinstance(asked.selected, Step):
            self.query_one(SelectedPane).show(seen.lines)
        self._show_manifest(seen.title, seen.drawing, seen.row)

    def _show_manifest(self, title: str, drawing: Content, row: int) -> None:
        for view in self.query(ManifestView):
            view.show(title, drawing, row)

    # Keys.

    @on(RequestBar.Left)
    def _leave_bar(self) -> None:
        self.query_one(TopologyTree).focus_tree()

    def action_ask(self) -> None:
        """Go to the URL."""
        self.query_one(RequestBar).ask()

    def action_save(self) -> None:
        """Ask where the present request and its answer go as an expectation."""
        present = self.present
        if present is None:
            self.notify("There is no answer to save.", severity="warning", markup=False)
            return
        self.app.push_screen(SaveScreen(*present, proposed_file(self._paths)), self._save)

    def _save(self, expectation: Expectation | None) -> None:
        if expectation is None:
            return
        try:
            save(expectation, self._paths)
        except (GwsimError, OSError) as error:
            self.notify(safe(str(error)), title="Not saved", severity="error", markup=False)
        else:
            self.notify(f"Saved in {safe(expectation.file)}.", markup=False)

    def action_filter(self) -> None:
        """Go to the filter of the tree."""
        self.query_one(TopologyTree).focus_filter()

    def action_pane(self, name: str) -> None:
        """Show a pane; where it is shown already, go into it."""
        panes = self.query_one("#panes", TabbedContent)
        if panes.active != name:
            panes.active = name
            return
        for widget in self.query_one(f"#{name}").query("*"):
            if widget.can_focus:
                widget.focus()
                return
