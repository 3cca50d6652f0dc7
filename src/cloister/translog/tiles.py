"""The static files of a log (C2SP tlog-tiles): 256 hashes or 256 entries to a file, addressed by level and place.

A tile of level L holds the roots of complete subtrees of 256**L leaves. The last tile of a level may be partial; its
path then ends in ``.p/`` and its width.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from cloister.core.errors import InvalidInput
from cloister.translog.merkle import HASH_BYTES
from cloister.translog.proofs import MerkleTree, Node

TILE_WIDTH = 256
_HEIGHT = 8
_MAX_LEVEL = 7  # 256**8 leaves are more than a 63-bit size counts
_MAX_ENTRY = 2**16 - 1


@dataclass(frozen=True, slots=True)
class Tile:
    """Where a tile stands: level, index in the level, and how many of its 256 hashes are there."""

    level: int
    index: int
    width: int = TILE_WIDTH

    def __post_init__(self) -> None:
        if not 0 <= self.level <= _MAX_LEVEL or self.index < 0 or not 1 <= self.width <= TILE_WIDTH:
            raise InvalidInput("a tile has a level from 0 to 7, an index and a width from 1 to 256")


def tile_path(tile: Tile) -> str:
    """Such as ``tile/0/x001/x234/067`` or, partial, ``tile/1/000.p/44``."""
    return f"tile/{tile.level}/{_place(tile.index, tile.width)}"


def entries_path(index: int, width: int = TILE_WIDTH) -> str:
    """The path of a bundle of entries, such as ``tile/entries/x001/067.p/8``."""
    if index < 0 or not 1 <= width <= TILE_WIDTH:
        raise InvalidInput("an entry bundle has an index and a width from 1 to 256")
    return f"tile/entries/{_place(index, width)}"


def new_tiles(old: int, size: int) -> Iterator[Tile]:
    """The tiles to write when a log grows from ``old`` to ``size`` leaves: full ones and the last partial ones."""
    if not 0 <= old <= size:
        raise InvalidInput("a log grows, it does not shrink")
    for level in range(_MAX_LEVEL + 1):
        before, now = old >> _HEIGHT * level, size >> _HEIGHT * level
        if now == before:
            return
        for index in range(before // TILE_WIDTH, -(-now // TILE_WIDTH)):
            yield Tile(level, index, min(TILE_WIDTH, now - index * TILE_WIDTH))


def new_entry_bundles(old: int, size: int) -> Iterator[tuple[int, int]]:
    """(index, width) of the bundles to write when a log grows from ``old`` to ``size`` entries."""
    return ((tile.index, tile.width) for tile in new_tiles(old, size) if tile.level == 0)


def tile_bytes(tile: Tile, node: Node) -> bytes:
    """The tile's content: its hashes one after another. ``node`` gives complete subtrees, as for proofs."""
    first = tile.index * TILE_WIDTH
    return b"".join(node(_HEIGHT * tile.level, first + at) for at in range(tile.width))


def parse_tile(raw: bytes) -> tuple[bytes, ...]:
    """The hashes in a tile, full or partial."""
    if not raw or len(raw) % HASH_BYTES or len(raw) > TILE_WIDTH * HASH_BYTES:
        raise InvalidInput("not a tile: 1 to 256 hashes of 32 bytes are expected")
    return tuple(raw[at : at + HASH_BYTES] for at in range(0, len(raw), HASH_BYTES))


def entry_bundle(entries: Sequence[bytes]) -> bytes:
    """1 to 256 entries, each after two bytes of length, so of at most 65,535 bytes."""
    if not 1 <= len(entries) <= TILE_WIDTH or any(len(entry) > _MAX_ENTRY for entry in entries):
        raise InvalidInput("a bundle holds 1 to 256 entries of at most 65,535 bytes")
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def parse_entry_bundle(raw: bytes) -> tuple[bytes, ...]:
    """The inverse of :func:`entry_bundle`."""
    entries, at = [], 0
    while at < len(raw):
        size = int.from_bytes(raw[at : at + 2], "big")
        entry = raw[at + 2 : at + 2 + size]
        if at + 2 > len(raw) or len(entry) != size:
            raise InvalidInput("an entry bundle ends in the middle of an entry")
        entries.append(entry)
        at += 2 + size
    if not 1 <= len(entries) <= TILE_WIDTH:
        raise InvalidInput("a bundle holds 1 to 256 entries")
    return tuple(entries)


class TileStore:
    """Complete subtrees of a log of ``size`` leaves, read from its tiles: ``read`` gives the bytes at a path.

    The bytes are not believed: a proof made from them is checked against a checkpoint as any other.
    """

    __slots__ = ("_read", "_tiles", "size")

    def __init__(self, size: int, read: Callable[[str], bytes]) -> None:
        self.size = size
        self._read = read
        self._tiles: dict[tuple[int, int], MerkleTree] = {}

    def node(self, level: int, index: int) -> bytes:
        """The root of a complete subtree; ``level`` counts from the leaves."""
        tile_level, above = divmod(level, _HEIGHT)
        place, at = divmod(index << above, TILE_WIDTH)
        return self._tile(tile_level, place).node(above, at >> above)

    def _tile(self, level: int, index: int) -> MerkleTree:
        tree = self._tiles.get((level, index))
        if tree is None:
            width = min(TILE_WIDTH, (self.size >> _HEIGHT * level) - index * TILE_WIDTH)
            if width < 1:
                raise InvalidInput("the log has no such tile")
            hashes = parse_tile(self._read(tile_path(Tile(level, index, width))))
            if len(hashes) != width:
                raise InvalidInput("a tile has another width than its path says")
            tree = self._tiles[level, index] = MerkleTree(hashes)
        return tree


def _place(index: int, width: int) -> str:
    groups = [f"{index % 1000:03d}"]
    while index >= 1000:
        index //= 1000
        groups.append(f"x{index % 1000:03d}")
    path = "/".join(reversed(groups))
    return path if width == TILE_WIDTH else f"{path}.p/{width}"
