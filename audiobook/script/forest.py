"""Rows of numbers -> scores, by decision trees that were grown elsewhere (training/speakers.py).

Every node of a tree rules out the leaves on its other side; what is left after all nodes is the leaf reached.
So a tree costs one comparison a node for all rows at once, and no walk; all nodes of a tree are compared at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
BLOCK = 4096
"""Rows that stay in the processor's cache."""


@dataclass(frozen=True, slots=True)
class Forest:
    """`feature` and `threshold` a node (at most the threshold goes left), `kept` the leaves left over if a row goes
    right (0) or left (1); a tree's nodes are `nodes[t]:nodes[t + 1]`, its leaves' values `leaves[t]:leaves[t + 1]`."""

    feature: NDArray[np.int16]
    threshold: Floats
    kept: NDArray[np.uint32]
    nodes: NDArray[np.int32]
    leaves: NDArray[np.int32]
    values: Floats

    @staticmethod
    def load(arrays: Mapping[str, NDArray[np.generic]], name: str) -> Forest:
        return Forest(*(arrays[f"{name}.{part}"] for part in Forest.__slots__))  # type: ignore[arg-type]

    def arrays(self, name: str) -> dict[str, NDArray[np.generic]]:
        return {f"{name}.{part}": getattr(self, part) for part in Forest.__slots__}

    def score(self, rows: Floats) -> Floats:
        """The sum of the trees' values for each row."""
        columns = np.ascontiguousarray(rows.T)
        total = np.zeros(len(rows), np.float32)
        for start in range(0, len(rows), BLOCK):
            self._add(columns[:, start : start + BLOCK], total[start : start + BLOCK])
        return total

    def _add(self, columns: Floats, total: Floats) -> None:
        few = int(np.diff(self.leaves).max(initial=0)) <= 16
        bits, exact = (np.uint16, np.float32) if few else (np.uint32, np.float64)  # each holds all leaves as bits
        right, left = self.kept.T.astype(bits)[:, :, None]
        threshold = self.threshold[:, None]
        for tree in range(len(self.nodes) - 1):
            nodes = slice(self.nodes[tree], self.nodes[tree + 1])
            goes_left = columns[self.feature[nodes]] <= threshold[nodes]
            leaves = np.bitwise_and.reduce((goes_left * (left[nodes] ^ right[nodes])) ^ right[nodes], axis=0)
            values = self.values[self.leaves[tree] : self.leaves[tree + 1]]
            leaves &= bits((1 << len(values)) - 1)
            total += values.take(np.frexp(leaves.astype(exact))[1] - 1, mode="clip")


def grown(trees: list[dict[str, object]]) -> Forest:
    """A forest from LightGBM's `dump_model()["tree_info"]`; at most 32 leaves a tree."""
    feature: list[int] = []
    threshold: list[float] = []
    kept: list[tuple[int, int]] = []
    nodes, leaves, values = [0], [0], []

    def walk(node: dict[str, object]) -> int:
        """The leaves under a node, as bits."""
        if "leaf_value" in node:
            values.append(float(node["leaf_value"]))  # type: ignore[arg-type]
            return 1 << (len(values) - 1 - leaves[-1])
        place = len(feature)
        feature.append(int(node["split_feature"]))  # type: ignore[call-overload]
        threshold.append(float(node["threshold"]))  # type: ignore[arg-type]
        kept.append((0, 0))
        left, right = walk(node["left_child"]), walk(node["right_child"])  # type: ignore[arg-type]
        kept[place] = (0xFFFFFFFF & ~left, 0xFFFFFFFF & ~right)
        return left | right

    for tree in trees:
        walk(tree["tree_structure"])  # type: ignore[arg-type]
        nodes.append(len(feature))
        leaves.append(len(values))
    return Forest(
        np.asarray(feature, np.int16),
        np.asarray(threshold, np.float32),
        np.asarray(kept, np.uint32),
        np.asarray(nodes, np.int32),
        np.asarray(leaves, np.int32),
        np.asarray(values, np.float32),
    )
