"""Two implementations that share no code must say the same, or one of them is wrong."""

import hashlib

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from lodemark.ledger import Tree, canonical, leaf_hash
from lodemark_verify import ed25519, jcs
from lodemark_verify.bundle import included_root

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(JSON)
def test_canonical_bytes_agree(value: object) -> None:
    """A digest that only we can recompute proves nothing to others."""
    assert jcs.canonical(value) == canonical(value)
    assert jcs.canonical(jcs.strict(canonical(value).decode())) == canonical(value)


@settings(max_examples=15, deadline=None)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=200), st.integers(0, 511))
def test_signatures_agree(seed: bytes, message: bytes, bit: int) -> None:
    """Our own curve arithmetic must accept what the library signs and refuse one flipped bit."""
    key = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = key.public_key().public_bytes_raw(), bytearray(key.sign(message))
    assert ed25519.verify(public, message, bytes(signature))
    signature[bit // 8] ^= 1 << bit % 8
    assert not ed25519.verify(public, message, bytes(signature))


@given(st.integers(1, 60), st.data())
def test_inclusion_proofs_agree(size: int, data: st.DataObject) -> None:
    """The recursion over the definition and the iterative check must lead to one root."""
    leaves = [hashlib.sha256(bytes([number])).digest() for number in range(size)]
    tree = Tree.of(leaves)
    index = data.draw(st.integers(0, size - 1))
    assert included_root(leaf_hash(leaves[index]), index, size, tree.inclusion(index)) == tree.root()
    assert included_root(leaf_hash(leaves[index]), index, size, [*tree.inclusion(index), tree.root()]) != tree.root()
