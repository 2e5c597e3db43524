"""Merkle trees of RFC 6962: one root stands for a whole list, in its order.

Leaves are hashed with a 0x00 before them and nodes with a 0x01, so that neither can pass for the
other. A proof shows that a leaf is in a tree, or that a tree only grew, without the whole list.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

__all__ = ["hash_leaf", "inclusion_proof", "proves_inclusion", "root_of"]


def hash_leaf(content: bytes) -> bytes:
    """SHA-256(0x00 ‖ content)."""
    return hashlib.sha256(b"\x00" + content).digest()


def _hash_node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Return the root over leaf hashes; of none it is the hash of nothing.

    Examples
    --------
    >>> root_of([]).hex()[:16]
    'e3b0c44298fc1c14'
    """
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    middle = _split(len(leaves))
    return _hash_node(root_of(leaves[:middle]), root_of(leaves[middle:]))


def inclusion_proof(leaves: Sequence[bytes], place: int) -> list[bytes]:
    """Return the hashes beside the way from one leaf to the root, from the leaf up."""
    if len(leaves) == 1:
        return []
    middle = _split(len(leaves))
    if place < middle:
        return [*inclusion_proof(leaves[:middle], place), root_of(leaves[middle:])]
    return [*inclusion_proof(leaves[middle:], place - middle), root_of(leaves[:middle])]


def proves_inclusion(
    leaf: bytes, place: int, *, size: int, proof: Sequence[bytes], root: bytes
) -> bool:
    """Tell whether the proof leads from the leaf at this place to the root of a tree this large."""
    if not 0 <= place < size:
        return False
    found, node, last = leaf, place, size - 1
    for beside in proof:
        if last == 0:
            return False
        if node % 2 or node == last:
            found = _hash_node(beside, found)
            while node % 2 == 0 and node:
                node, last = node // 2, last // 2
        else:
            found = _hash_node(found, beside)
        node, last = node // 2, last // 2
    return last == 0 and found == root


def _split(n: int) -> int:
    """Return the largest power of two below n."""
    return int(1 << (n - 1).bit_length() - 1)
