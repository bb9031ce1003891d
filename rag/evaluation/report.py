"""Renders an evaluation result as one self-contained HTML file: no scripts, no network."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from rag.evaluation.compare import compare
from rag.evaluation.summary import METRICS, Sample, outcome, risk_curve

TEMPLATE = Path(__file__).with_name("report.html")
CURVE_POINTS = 200
RANKS = 20

MEANINGS = {
    "article_hit@1": "one of the named articles is ranked first",
    "article_hit@5": "… is among the first 5 articles",
    "article_hit@10": "… is among the first 10 articles",
    "evidence_hit@1": "the first passage holds an accepted answer",
    "evidence_hit@5": "one of the first 5 passages does",
    "evidence_hit@10": "one of the first 10 passages does",
    "evidence_hit@20": "one of the first 20 passages does",
    "mrr@10": "1 ÷ rank of the first named article, mean",
    "ndcg@10": "named articles, weighted by rank",
    "exact": "the answer equals an accepted one",
    "f1": "words shared with an accepted answer",
    "contains": "an accepted answer stands in the answer",
    "exact_forced": "exact, as if an answer had to be given",
    "f1_forced": "f1, as if an answer had to be given",
    "contains_forced": "contains, as if an answer had to be given",
    "citation_support": "answered, and a cited quote holds an accepted answer",
    "verbatim": "citations that stand word for word in their article (must be 1)",
    "answered_precision": "right among all that was answered",
    "abstention_recall": "unanswerable questions that were not answered",
    "abstention_precision": "not answered, and rightly so",
    "selective_auc": "area under the risk–coverage curve: lower is better",
    "latency_p50_ms": "milliseconds, half of the questions: lower is better",
    "latency_p95_ms": "milliseconds, 95 of 100 questions: lower is better",
}


def write_html(result: Mapping[str, Any], path: str | Path, baseline: Mapping[str, Any] | None = None) -> None:
    """Write the report of an evaluation result, beside a baseline when one is given. Raises `OSError`."""
    Path(path).write_text(render_html(result, baseline), "utf-8")


def render_html(result: Mapping[str, Any], baseline: Mapping[str, Any] | None = None) -> str:
    """The report as HTML. Every text in it is escaped, and only http and https addresses become links."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {"number": _number, "signed": _format_signed, "link": _link}
    comparison = compare(result, baseline) if baseline else None
    return environment.from_string(TEMPLATE.read_text("utf-8")).render(
        result=result,
        comparison=comparison,
        rows=_rows(result, comparison),
        groups=_groups(result["results"]),
        curve=_curve(result["results"]),
        ranks=_ranks(result["results"]),
    )


def _rows(result: Mapping[str, Any], comparison: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    rows = []
    for name in METRICS:
        if result["metrics"].get(name) is not None:
            difference = comparison["metrics"].get(name) if comparison else None
            rows.append(
                {
                    "name": name,
                    "meaning": MEANINGS[name],
                    "value": result["metrics"][name],
                    "interval": result["intervals"].get(name),
                    "difference": difference,
                }
            )
    return rows


def _groups(results: Sequence[Mapping[str, Any]]) -> list[tuple[str, list[Mapping[str, Any]]]]:
    """The questions by how they went, failures first; groups without questions are left out."""
    groups: dict[str, list[Mapping[str, Any]]] = {
        "Failed": [],
        "Wrong": [],
        "Partly right": [],
        "Right": [],
        "Not scored": [],
    }
    for result in results:
        reached = outcome(result)
        if result["status"] == "failed":
            groups["Failed"].append(result)
        elif reached is None:
            groups["Not scored"].append(result)
        else:
            groups["Wrong" if reached == 0 else "Right" if reached == 1 else "Partly right"].append(result)
    return [(name, members) for name, members in groups.items() if members]


def _curve(results: Sequence[Mapping[str, Any]]) -> list[tuple[float, float]]:
    """Points (coverage, risk) of the risk–coverage curve, few enough to draw."""
    sample = Sample.of(results)
    coverage, risk = risk_curve(sample.confidence, sample.wrong)
    if not len(coverage):
        return []
    shown = np.unique(np.linspace(0, len(coverage) - 1, CURVE_POINTS).astype(int))
    return [(round(float(coverage[at]), 4), round(float(risk[at]), 4)) for at in shown]


def _ranks(results: Iterable[Mapping[str, Any]]) -> list[tuple[str, int]]:
    """How many questions have their first evidence at each rank; the last bar is for those that have none."""
    found = [result["first_evidence"] for result in results if result["scores"].get("evidence_hit@1") is not None]
    if not found:
        return []
    counts = [(str(rank), found.count(rank)) for rank in range(1, RANKS + 1)]
    return [*counts, ("none", len(found) - sum(count for _, count in counts))]


def _number(value: float | None) -> str:
    """Shares with three decimals; milliseconds, which are large, with none."""
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 10 else f"{value:.3f}"


def _format_signed(value: float | None) -> str:
    return "–" if value is None else f"{'−' if value < 0 else '+'}{_number(abs(value))}"


def _link(address: str | None) -> str:
    """The address when it may be followed, else nothing."""
    try:
        return address if address and urlsplit(address).scheme in ("http", "https") else ""
    except ValueError:
        return ""
