"""Merkle trees against the vectors of the certificate-transparency reference, and by law."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.merkle import hash_leaf, inclusion_proof, proves_inclusion, root_of

# The inputs and roots of the test of the reference implementation of RFC 6962.
INPUTS = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
]
ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


@pytest.mark.parametrize("size", ROOTS)
def test_roots_are_those_of_the_reference(size):
    leaves = [hash_leaf(bytes.fromhex(text)) for text in INPUTS[:size]]
    assert root_of(leaves).hex() == ROOTS[size]


leaf_lists = st.lists(st.binary(max_size=4), min_size=1, max_size=40)


@given(leaf_lists, st.data())
def test_every_leaf_is_proven_and_no_other_place_or_leaf(contents, data):
    leaves = [hash_leaf(content) for content in contents]
    place = data.draw(st.integers(0, len(leaves) - 1))
    proof = inclusion_proof(leaves, place)
    size, root = len(leaves), root_of(leaves)
    assert proves_inclusion(leaves[place], place, size=size, proof=proof, root=root)
    other = hash_leaf(b"something else")
    assert not proves_inclusion(other, place, size=size, proof=proof, root=root)
    assert not proves_inclusion(leaves[place], size, size=size, proof=proof, root=root)
    longer = [*proof, other]
    assert not proves_inclusion(leaves[place], place, size=size, proof=longer, root=root)


@given(leaf_lists, st.integers(0, 39), st.binary(min_size=5, max_size=6))
def test_any_changed_leaf_changes_the_root(contents, place, content):
    leaves = [hash_leaf(one) for one in contents]
    changed = list(leaves)
    changed[place % len(leaves)] = hash_leaf(content)
    assert root_of(changed) != root_of(leaves)
    assert root_of(leaves[:-1]) != root_of(leaves)


def test_a_node_cannot_pass_for_a_leaf():
    left, right = hash_leaf(b"a"), hash_leaf(b"b")
    assert hash_leaf(left + right) != root_of([left, right])
    assert root_of([left, right]) == hashlib.sha256(b"\x01" + left + right).digest()
