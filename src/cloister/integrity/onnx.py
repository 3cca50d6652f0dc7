"""ONNX models: the message tree is walked by the published field numbers, custom code and outside files refused."""

from __future__ import annotations

from cloister.integrity.formats import Refused
from cloister.integrity.wire import fields

# Message -> field number -> message of that field (None: a value). Numbers from onnx.proto3, IR version 10.
_TREE: dict[str, dict[int, str | None]] = {
    "Model": dict.fromkeys((1, 2, 3, 4, 5, 6), None)
    | {7: "Graph", 8: "Opset", 14: "Entry", 25: "Function"},
    "Opset": dict.fromkeys((1, 2), None),
    "Entry": dict.fromkeys((1, 2), None),
    "Graph": {1: "Node", 2: None, 5: "Tensor", 10: None, 11: "Info", 12: "Info", 13: "Info", 14: "Any",
              15: "Any", 16: "Entry"},
    "Function": {1: None, 4: None, 5: None, 6: None, 7: "Node", 8: None, 9: "Opset", 10: None,
                 11: "Attribute", 12: "Info", 13: None, 14: "Entry"},
    "Node": {1: None, 2: None, 3: None, 4: None, 5: "Attribute", 6: None, 7: None, 8: None, 9: "Entry"},
    "Attribute": dict.fromkeys((1, 2, 3, 4, 7, 8, 9, 13, 20, 21), None)
    | {5: "Tensor", 6: "Graph", 10: "Tensor", 11: "Graph", 14: "Any", 15: "Any", 22: "Any", 23: "Any"},
    "Tensor": dict.fromkeys((1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14), None) | {3: "Any", 13: "External", 16: "Entry"},
    "Info": {1: None, 2: "Any", 3: None, 4: "Entry"},
}  # fmt: skip
_DOMAINS = frozenset({b"", b"ai.onnx", b"ai.onnx.ml"})
_DEPTH = 24


def check_onnx(raw: bytes) -> None:
    """Refuse bytes that are no ONNX model, operators of another domain, and tensors kept in other files."""
    seen = {number for number, _, _ in fields(raw)}
    if not {1, 7, 8} <= seen:
        raise Refused("no IR version, graph or operator set")
    _walk(raw, "Model", 0)


def _walk(raw: bytes, message: str, depth: int) -> None:
    if depth > _DEPTH:
        raise Refused("nesting too deep")
    for number, kind, value in fields(raw):
        if number not in _TREE[message]:
            raise Refused("a field that ONNX does not have")
        child = _TREE[message][number]
        if message == "Tensor" and ((number == 14 and value != 0) or child == "External"):
            raise Refused("a tensor kept in another file")
        if (message, number) in (("Node", 7), ("Opset", 1)) and value not in _DOMAINS:
            raise Refused("an operator outside the standard domains")
        if child not in (None, "Any") and child is not None:
            if kind != 2 or not isinstance(value, bytes):
                raise Refused("a value where a message belongs")
            _walk(value, child, depth + 1)
