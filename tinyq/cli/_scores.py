"""How commands write scores and energies."""


def score_text(metric: str | None, score: float | None) -> str:
    """A `score` in `metric` as people read it; nothing where there is none."""
    if score is None:
        return ""
    return f"{100 * score:.1f} %" if metric == "accuracy" else f"{score:.4g}"


def energy_text(joules: float | None) -> str:
    """An energy as people read it; nothing where there is none."""
    if joules is None:
        return ""
    return f"{joules * 1e3:.3g} mJ" if joules >= 1e-3 else f"{joules * 1e6:.3g} µJ"
