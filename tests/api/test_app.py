"""The application as a whole: how it starts, that it only reads, and that it sees what others write at once."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.cli import main
from api.commands.serve import AddressTakenError, listen
from graph.errors import StoreError, WrongStore
from graph.model import Judgement, Verdict
from graph.store.sqlite import open_store
from tests import build
from tests.api import served


@pytest.fixture(scope="module")
def client(served_store: Path) -> Iterator[TestClient]:
    with served.serving(served_store) as found:
        yield found


@pytest.mark.slow
def test_the_application_imports_nothing_heavy() -> None:
    heavy = ("torch", "sentence_transformers", "transformers", "spacy", "onnxruntime", "sklearn", "numpy", "rdflib")
    script = f"import sys, api.app, api.commands.serve; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "[]", done.stdout + done.stderr


@pytest.mark.parametrize(("content", "error"), [(None, StoreError), (b"", WrongStore), (b"no database at all", WrongStore)])
def test_without_a_store_it_does_not_begin(tmp_path: Path, content: bytes | None, error: type[Exception]) -> None:
    path = tmp_path / "store.sqlite"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(error):
        create_app(served.settings(path))


def test_the_command_says_in_one_line_why_it_cannot_begin(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "--store", f"sqlite:{tmp_path / 'none.sqlite'}", "--port", "0"]) == 4
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert "there is no store" in said.err


def test_a_taken_port_and_a_strange_host_are_one_clear_line() -> None:
    with listen("127.0.0.1", 0) as taken, pytest.raises(AddressTakenError, match="choose another port with --port"):
        listen("127.0.0.1", taken.getsockname()[1])
    with pytest.raises(Exception, match="--host"):
        listen("999.999.0.1", 0)


@pytest.mark.slow
def test_nothing_is_written_whatever_is_asked(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    served.fill(path)
    with open_store(path, readonly=True) as store:
        before = list(store.snapshot())
        with served.serving(path) as client:
            for address in client.get("/api/v1/openapi.json").json()["paths"]:
                for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY"):
                    answer = client.request(method, address.replace("{id}", served.TOWN), json={"predicate": "name"})
                    assert answer.status_code == 405
                    assert answer.headers["allow"] == "GET, HEAD"
                assert client.get(address.replace("{id}", served.TOWN)).status_code < 500
        assert list(store.snapshot()) == before


def test_the_store_is_opened_for_reading_only(served_store: Path) -> None:
    app = served.application(served_store)
    with pytest.raises(StoreError, match="reading only"):
        app.state.store.judge(Judgement(verdict=Verdict.SAME, first="place:a", second="place:b", by="Eve"))
    app.state.store.close()


def test_what_another_process_writes_is_seen_at_once(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    with open_store(path) as store, served.serving(path) as client:
        assert client.get("/api/v1/documents").json()["documents"] == []
        assert "Nothing yet" in client.get("/").text
        document = build.document()
        store.add(build.reading(document))
        assert [each["id"] for each in client.get("/api/v1/documents").json()["documents"]] == [document.id]
        assert client.get("/api/v1/search", params={"q": "lamps"}).json()["total"] == 1
        store.forget(document.id)
        assert client.get(f"/api/v1/documents/{document.id}").status_code == 404
        assert client.get("/api/v1/search", params={"q": "lamps"}).json()["total"] == 0


@pytest.mark.slow
def test_many_at_once_all_get_an_answer(client: TestClient) -> None:
    from concurrent.futures import ThreadPoolExecutor

    addresses = ["/", "/api/v1/stats", "/place", "/api/v1/search?q=lamps", f"/place/{served.TOWN.partition(':')[2]}"] * 12
    with ThreadPoolExecutor(12) as pool:
        assert set(pool.map(lambda address: client.get(address).status_code, addresses)) == {200}
