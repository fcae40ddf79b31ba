"""The record against the fitted model: bands, points by grade, and what is left over."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import fill, shorten

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FormatStrFormatter, MaxNLocator

from .canvas import BANDS, BLUE, EDGE, INK, VERMILION, Files, files, legend, sheet, style
from .observations import Grade, Observation
from .predictive import Predictive, ends_of

Array = npt.NDArray[np.float64]
MARKS: dict[Grade, str] = {"A": "o", "B": "s", "C": "^", "D": "x"}
FEWEST = 6  # numbers of a series that gets a panel of its own
ACROSS = 2
PANEL_HEIGHT = 1.75
NAME, LABEL = 74, 44  # characters of a series' name, and of a line beside the single numbers


@dataclass(frozen=True)
class _Series:
    """One series: its observations in time, and where they stand in the predictive draws."""

    name: str
    rows: npt.NDArray[np.int64]
    items: tuple[Observation, ...]

    @property
    def times(self) -> Array:
        """Middles of the periods, as decimal years."""
        return np.array([sum(item.span) / 2 for item in self.items])


def draw_history(predictive: Predictive, use: str) -> Files:
    """Bands of 50, 80 and 95 % with the record's points: long series, and single numbers apart.

    ``use`` is what the observations were to the fit: 'fitted' or 'kept back'.
    """
    inside = float(predictive.covered(0.8).mean())
    title = (
        f"The 80 % bands hold {100 * inside:.0f} % of {len(predictive.items)} {use} numbers; "
        "80 % would be right"
    )
    key = (
        "Bands: 50, 80 and 95 % of imitated records.  Marks: the record, by grade; a line through "
        "one: what it was rounded to."
    )
    long, short = _series(predictive)
    handles = _handles(sorted({item.grade for item in predictive.items}))
    drawn: Files = {}
    name = f"history-{use.replace(' ', '-')}"
    with style(name):
        if long:
            down = -(-len(long) // ACROSS)
            figure = sheet(PANEL_HEIGHT * down, title, _source(predictive), key)
            for number, series in enumerate(long):
                _fan(figure.add_subplot(down, ACROSS, number + 1), predictive, series)
            legend(figure, handles)
            drawn |= files(name, figure)
        if short:
            singles = sum(len(series.items) for series in short)
            figure = sheet(0.34 * singles + 0.5, title, _source(predictive), key)
            _singles(figure.add_subplot(), predictive, short)
            legend(figure, handles)
            drawn |= files(f"{name}-single", figure)
    return drawn


def draw_residuals(predictive: Predictive) -> Files:
    """How far each number lies from its prediction, in standard deviations of imitated records."""
    middle = predictive.imitated.mean(axis=0)
    scaled = (_values(predictive.items) - middle) / predictive.imitated.std(axis=0)
    beyond = float((np.abs(scaled) > 2).mean())
    title = f"{100 * beyond:.0f} % of residuals are beyond two standard deviations; 5 % is usual"
    key = "Residual: record less mean prediction, over the spread of imitated records."
    long, _ = _series(predictive)
    with style("residuals"):
        down = -(-len(long) // ACROSS)
        figure = sheet(1.3 * down, title, _source(predictive), key)
        grid = figure.subplots(down, ACROSS, squeeze=False, sharex=True, sharey=True)
        for axes, series in zip(grid.flat, long, strict=False):
            axes.axhspan(-2, 2, color=BANDS[0.95], linewidth=0)
            axes.axhline(0, color=INK, linewidth=0.8)
            far = np.abs(scaled[series.rows]) > 2
            axes.vlines(series.times, 0, scaled[series.rows], color=EDGE, linewidth=0.8)
            for wide, mark, colour in ((False, "o", BLUE), (True, "D", VERMILION)):
                some = series.rows[far == wide]
                axes.scatter(series.times[far == wide], scaled[some], s=14, marker=mark, c=colour)
            axes.set_title(shorten(series.name, 52))
            _years(axes)
        for row in grid:
            row[0].set_ylabel("standard deviations")
        for axes in grid.flat[len(long) :]:
            axes.set_visible(False)
        return files("residuals", figure)


def _series(predictive: Predictive) -> tuple[list[_Series], list[_Series]]:
    """Series with enough numbers for a panel, and the others."""
    groups: dict[tuple[str, str], list[int]] = {}
    for i, item in enumerate(predictive.items):
        groups.setdefault((item.series, item.geography), []).append(i)
    several = len({place for _, place in groups}) > 1
    found = []
    for (_, place), members in groups.items():
        ordered = sorted(members, key=lambda i: predictive.items[i].start)
        items = tuple(predictive.items[i] for i in ordered)
        label = items[0].definition + (f", {place.replace('_', ' ').title()}" if several else "")
        found.append(_Series(label, np.array(ordered), items))
    long = [series for series in found if len(series.items) >= FEWEST]
    return long, [series for series in found if len(series.items) < FEWEST]


def _fan(axes: Axes, predictive: Predictive, series: _Series) -> None:
    for level, colour in BANDS.items():
        low, high = predictive.band(level)
        axes.fill_between(series.times, low[series.rows], high[series.rows], color=colour, lw=0)
    middle = np.median(predictive.imitated[:, series.rows], axis=0)
    axes.plot(series.times, middle, color=BLUE, linewidth=1.2)
    least, most = ends_of(series.items)
    high = np.minimum(most, 2 * _values(series.items))
    axes.vlines(series.times, np.maximum(least, 0), high, color=INK, linewidth=0.8)
    for grade, mark in MARKS.items():
        some = np.array([item.grade == grade for item in series.items])
        axes.scatter(
            series.times[some],
            _values(series.items)[some],
            s=11,
            marker=mark,
            facecolors=_inside(mark),
            edgecolors=INK if mark != "x" else None,
            linewidths=0.9,
            zorder=3,
        )
    axes.set_title(shorten(series.name, 52))
    axes.set_ylabel(series.items[0].unit)
    axes.set_ylim(bottom=0)
    _years(axes)


def _singles(axes: Axes, predictive: Predictive, short: list[_Series]) -> None:
    """Numbers of short series as shares of their median prediction, a line each."""
    rows = [
        (series, i, item)
        for series in short
        for i, item in zip(series.rows, series.items, strict=True)
    ]
    least, most = ends_of(predictive.items)
    labels = []
    for place, (series, i, item) in enumerate(rows):
        middle = float(np.median(predictive.imitated[:, i]))
        for level, colour in BANDS.items():
            low, high = (float(end[i]) / middle for end in predictive.band(level))
            axes.barh(place, high - low, left=low, height=0.62, color=colour)
        axes.plot([1, 1], [place - 0.31, place + 0.31], color=BLUE, linewidth=1.5)
        ends = np.clip([least[i], most[i]], 0, 3 * middle) / middle
        axes.plot(ends, [place, place], color=INK, linewidth=1)
        mark = MARKS[item.grade]
        axes.scatter(
            *(item.value / middle, place),
            s=16,
            marker=mark,
            facecolors=_inside(mark),
            edgecolors=INK if mark != "x" else None,
            linewidths=0.9,
            zorder=3,
        )
        name = fill(f"{shorten(series.name, NAME)}, {item.start.year}", LABEL)
        labels.append(f"{name}\n{_number(item)}")
    axes.set_yticks(range(len(rows)), labels, fontsize=6)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.grid(axis="y", visible=False)
    axes.set_xlabel("record as a share of the median prediction")


def _number(item: Observation) -> str:
    few = item.error == "share"
    return f"{item.value:.2f}" if few else f"{item.value:,.0f} {item.unit}"


def _handles(grades: list[Grade]) -> list[Line2D | Patch]:
    bands = [Patch(color=colour, label=f"{100 * level:.0f} %") for level, colour in BANDS.items()]
    marks = [
        Line2D(
            *([], []),
            color=INK,
            marker=MARKS[grade],
            markerfacecolor=_inside(MARKS[grade]),
            linestyle="",
            ms=4,
            label=f"grade {grade}",
        )
        for grade in grades
    ]
    return [*bands, *marks]


def _inside(mark: str) -> str:
    """What fills a mark: nothing, so that bands show which points lie on one another."""
    return INK if mark == "x" else "white"


def _years(axes: Axes) -> None:
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.xaxis.set_major_formatter(FormatStrFormatter("%d"))
    axes.tick_params(labelbottom=True)


def _values(items: tuple[Observation, ...]) -> Array:
    return np.array([item.value for item in items])


def _source(predictive: Predictive) -> str:
    sources = sorted({item.source for item in predictive.items})
    return f"Source: records {', '.join(sources)} in sources.csv; numbers in predictions.csv."
