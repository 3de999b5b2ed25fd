"""Vectors a second time, as whole numbers of one byte: a quarter of what has to be read to score every row.

Each row is scaled by its largest part and rounded (cosines are off by some 0.001); whoever needs exact ones takes the
rows that stand first from the float32 file. Products run on onnxruntime's int8 kernels, which processors of every make have.
Beside `NAME.rows` lie `NAME.int8`, in blocks of BLOCK rows, each turned so that a component of all its rows stands together, and
`NAME.scales`, a float32 per row. Rows count once their scale is written; both files can be made anew from the rows.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float32]

BLOCK: Final = 1024  # rows; larger blocks leave the processor's cache and took up to twice as long
THREADS: Final = 2
# The kernel of older processors adds pairs of products in 16 bits: 7 bits for the question's vector keep it exact.
LEVELS: Final = 63
ZERO: Final = 64


@dataclass(frozen=True, slots=True)
class Coarse:
    """A list of vectors as whole numbers, mapped."""

    blocks: NDArray[np.int8]  # (blocks, dimension, BLOCK)
    scales: Matrix

    def cosines(self, vector: Matrix, wanted: NDArray[np.int64] | None = None) -> Matrix:
        """Return the cosine of each row and the vector, off by some 0.001; 0 in blocks that hold no wanted row."""
        import numpy as np

        found = np.zeros((len(self.blocks), BLOCK), dtype=np.int32)
        largest = float(np.abs(vector).max())
        step = max(largest, 1e-12) / LEVELS
        asked = (np.rint(vector / step) + ZERO).astype(np.uint8).reshape(1, -1)
        given = {"asked": asked, "zero": np.array(ZERO, dtype=np.uint8)}
        for first, last in self._runs(wanted):
            rows = np.asarray(self.blocks[first:last])
            found[first:last] = _session().run(None, {**given, "rows": rows})[0].reshape(-1, BLOCK)
        products = found.reshape(-1)[: len(self.scales)]
        return np.asarray(products * (self.scales * np.float32(step)), dtype=np.float32)

    def _runs(self, wanted: NDArray[np.int64] | None) -> list[tuple[int, int]]:
        """Return the runs of blocks that hold a wanted row."""
        import numpy as np

        if wanted is None:
            return [(0, len(self.blocks))]
        needed = np.zeros(len(self.blocks) + 2, dtype=np.int8)
        needed[wanted // BLOCK + 1] = 1
        steps = np.diff(needed)
        return list(zip(np.flatnonzero(steps == 1).tolist(), np.flatnonzero(steps == -1).tolist(), strict=True))


def open_coarse(rows: Path, count: int, dimension: int) -> Coarse | None:
    """Map the coarse rows beside a file of `count` rows; None where they are not there for all of them."""
    import numpy as np

    numbers, scales = _files(rows)
    blocks = -(-count // BLOCK)
    try:
        if not count or scales.stat().st_size < count * 4 or numbers.stat().st_size < blocks * BLOCK * dimension:
            return None
        return Coarse(
            np.memmap(numbers, dtype=np.int8, mode="r", shape=(blocks, dimension, BLOCK)),
            np.asarray(np.memmap(scales, dtype=np.float32, mode="r", shape=(count,))),
        )
    except (OSError, ValueError):
        return None


def write_coarse(rows: Path, count: int, dimension: int) -> None:
    """Bring the coarse rows up to the first `count` of the file of rows; what is there already is not made again."""
    import numpy as np

    numbers, scales = _files(rows)
    numbers.touch()
    scales.touch()
    done = min(scales.stat().st_size // 4, count)
    if done == count:
        return
    matrix = np.memmap(rows, dtype=np.float32, mode="r", shape=(count, dimension))
    begin = done - done % BLOCK
    made = np.empty(count - begin, dtype=np.float32)
    with numbers.open("r+b") as stream:
        stream.seek(begin * dimension)
        for start in range(begin, count, BLOCK):
            part = matrix[start : start + BLOCK]
            scale = np.maximum(np.abs(part).max(axis=1), 1e-12) / 127
            block = np.zeros((dimension, BLOCK), dtype=np.int8)
            block[:, : len(part)] = np.rint(part / scale[:, None]).astype(np.int8).T
            stream.write(block.tobytes())
            made[start - begin : start - begin + len(part)] = scale
        _finish(stream)
    with scales.open("r+b") as stream:
        stream.seek(begin * 4)
        stream.write(made.tobytes())
        _finish(stream)


def _finish(stream: BinaryIO) -> None:
    stream.truncate()
    stream.flush()
    os.fsync(stream.fileno())


def cut_coarse(rows: Path, count: int) -> None:
    """Forget the coarse rows beyond the first `count`: a crash may have left some, and others will come in their place."""
    scales = _files(rows)[1]
    if scales.exists() and scales.stat().st_size > count * 4:
        os.truncate(scales, count * 4)


def drop_coarse(rows: Path) -> None:
    """Remove the coarse rows beside a file of rows, where there are any."""
    for file in _files(rows):
        file.unlink(missing_ok=True)


def _files(rows: Path) -> tuple[Path, Path]:
    return rows.with_suffix(".int8"), rows.with_suffix(".scales")


@cache
def _session() -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = THREADS
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    product = files("graph").joinpath("product.onnx").read_bytes()
    return onnxruntime.InferenceSession(product, options, providers=["CPUExecutionProvider"])


def product() -> bytes:
    """Return graph/product.onnx: one operation, a row of whole numbers times each block. `python -m graph.coarse` writes it."""
    from onnx import TensorProto, helper

    inputs = [
        helper.make_tensor_value_info("asked", TensorProto.UINT8, [1, "dimension"]),
        helper.make_tensor_value_info("rows", TensorProto.INT8, ["blocks", "dimension", "block"]),
        helper.make_tensor_value_info("zero", TensorProto.UINT8, []),
    ]
    node = helper.make_node("MatMulInteger", ["asked", "rows", "zero"], ["products"])
    output = helper.make_tensor_value_info("products", TensorProto.INT32, ["blocks", 1, "block"])
    graph = helper.make_graph([node], "product", inputs, [output])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=9)
    return bytes(model.SerializeToString())


if __name__ == "__main__":
    Path(__file__).with_name("product.onnx").write_bytes(product())
