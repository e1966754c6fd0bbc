"""Tools put to the cases, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from portfolio.differential.iam.case import IamCase
from portfolio.differential.iam.conversation import START_WALL_S, Conversation
from portfolio.differential.iam.installation import NotInstalled, launch_of
from portfolio.differential.iam.score import Score, graded
from portfolio.differential.iam.telling import told
from portfolio.differential.iam.tool import Launch, Tool

WALL_S = 20.0

Start = Callable[[Tool], Launch | NotInstalled]
Progress = Callable[[str, int], None]
"""Told which tool has answered how many cases."""


@dataclass(frozen=True, kw_only=True)
class Examination:
    """How tools are asked: how long each question may take, and how a tool is started."""

    wall_s: float = WALL_S
    start_wall_s: float = START_WALL_S
    start: Start = launch_of
    progress: Progress = lambda tool, count: None

    def scores(self, tools: Sequence[Tool], cases: Sequence[IamCase]) -> list[Score]:
        """Return the score of each tool."""
        return [self.score(tool, cases) for tool in tools]

    def score(self, tool: Tool, cases: Sequence[IamCase]) -> Score:
        """Return the score of one tool, installed if it is not yet."""
        launch = self.start(tool)
        if isinstance(launch, NotInstalled):
            return Score(tool=tool.name, version=tool.version, missing=launch.reason)
        found = []
        with Conversation(launch, wall_s=self.wall_s, start_wall_s=self.start_wall_s) as talk:
            for count, case in enumerate(cases, start=1):
                found.append(graded(case, talk.ask(told(case))))
                self.progress(tool.name, count)
        return Score(tool=tool.name, version=tool.version, graded=tuple(found))
