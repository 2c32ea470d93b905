"""Verifying a long ledger, and proving one leaf of it."""

from __future__ import annotations

from jishiban.config.bench.figures import Figure
from jishiban.kernel.ledger.bench import measure


def run(leaves: int) -> list[Figure]:
    """Built, verified and proved on a scratch file of its own; a bare SHA-256 for scale."""
    found = measure(leaves)
    a_leaf = found.verify_s * 1e6 / leaves
    scale = leaves / 1_000_000
    return [
        Figure(
            f"校验 {leaves:,} 条账目", found.verify_s, "秒", bound=10 * scale, ratio=a_leaf / found.hash_us,
            beside="每条为一次 SHA-256 ", note="" if found.report.first_fault is None else " 校验出错！",
        ),
        Figure("一条包含证明", found.proof_ms, "毫秒", bound=5, note=f"（最慢 {found.proof_worst_ms:.2f} 毫秒）"),
    ]  # fmt: skip
