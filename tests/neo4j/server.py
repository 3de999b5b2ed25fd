"""A Neo4j community server of the tests' own, from Maven artifacts: no Docker, no installation.

The artifacts of a version are fetched once into local/neo4j/VERSION; server/Server.java, run from its source, opens Bolt on a
free port of 127.0.0.1 with authentication on. A server ends with the process that started it, whatever ends that.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any, Final, Self, cast

from filelock import FileLock

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from graph.store.neo4j import Neo4jStore

HERE: Final = Path(__file__).parent / "server"
ROOT: Final = Path(__file__).resolve().parents[2]
LTS: Final = "5.26.20"
NEWEST: Final = "2026.05.0"
JAVA: Final = {LTS: (17, 21), NEWEST: (21, 99)}  # oldest and newest Java that a version runs on
USER: Final = "neo4j"
SLOWEST: Final = 300.0  # seconds a server may take to answer on a machine with much else to do
QUICK: Final = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")  # starts sooner; a benchmark leaves these out
QUIET: Final = ("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow")  # from Java 24 on


class Lacking(Exception):
    """What a server needs is not on this machine; the text says what."""


@dataclass(slots=True, kw_only=True)
class Server:
    """A server that answers at `address`. One that the tests did not start (`process` is None) cannot be stopped or killed."""

    address: str
    password: str
    version: str = ""
    home: Path | None = None
    user: str = USER
    options: Sequence[str] = QUICK
    plugins: Sequence[Path] = ()  # jars of procedures
    process: subprocess.Popen[bytes] | None = None
    _own: bool = field(default=False)

    def start(self) -> None:
        """Start it, on the data it has, and return when it answers; raise RuntimeError with the end of its log if it does not."""
        assert self.home is not None
        assert self.process is None
        java, release = _java(self.version)
        options = [*self.options, *(QUIET if release >= 24 else ())]
        port = self.address.rpartition(":")[2]
        classes = os.pathsep.join([f"{artifacts(self.version)}/*", *map(str, self.plugins)])
        command = [str(java), *options, "-cp", classes, str(HERE / "Server.java"), str(self.home), port]
        (self.home / "plugins").mkdir(parents=True, exist_ok=True)
        for jar in self.plugins:
            shutil.copy(jar, self.home / "plugins")
        with (self.home / "output.txt").open("wb") as output:
            self.process = subprocess.Popen(
                [*command, self.password], stdin=subprocess.PIPE, stdout=output, stderr=subprocess.STDOUT
            )
        until = time.monotonic() + SLOWEST
        while "ready" not in self.output().splitlines():
            if self.process.poll() is not None or time.monotonic() > until:
                self.kill()
                raise RuntimeError(f"Neo4j {self.version} did not start: {self.output()[-2000:]}")
            time.sleep(0.1)

    def output(self) -> str:
        """Return what it printed since it was started last."""
        assert self.home is not None
        return (self.home / "output.txt").read_text("utf-8", "replace")

    def stop(self) -> None:
        """Shut it down in order."""
        if self.process is None:
            return
        assert self.process.stdin is not None
        self.process.stdin.close()
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def kill(self) -> None:
        """End it as kill -9 does."""
        if self.process is None:
            return
        self.process.kill()
        self.process.wait()
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process = None

    def restart(self) -> None:
        """Stop it if it runs, and start it on the same data and port."""
        self.stop()
        self.start()

    def close(self) -> None:
        """Stop it; data in a directory of its own making go."""
        self.stop()
        if self._own and self.home is not None:
            shutil.rmtree(self.home, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def run(self, cypher: str, **parameters: object) -> list[dict[str, object]]:
        """Run one statement and return its rows; for tests that look past the store."""
        from neo4j import GraphDatabase

        with (
            GraphDatabase.driver(self.address, auth=(self.user, self.password)) as driver,
            driver.session() as session,
        ):
            return session.run(cypher, parameters).data()

    def plan(self, cypher: str, parameters: Mapping[str, object]) -> Iterator[tuple[str, str]]:
        """Yield the operators that a statement would run through, each with its details, without running it."""
        from neo4j import GraphDatabase

        def walked(step: dict[str, Any]) -> Iterator[tuple[str, str]]:
            yield step["operatorType"].partition("@")[0], str(step["args"].get("Details", ""))
            for child in step.get("children", ()):
                yield from walked(child)

        with (
            GraphDatabase.driver(self.address, auth=(self.user, self.password)) as driver,
            driver.session() as session,
        ):
            summary = session.run(cast(Any, f"EXPLAIN {cypher}"), dict(parameters)).consume()
        assert summary.plan is not None
        yield from walked(summary.plan)

    def store(self, *, readonly: bool = False) -> Neo4jStore:
        """Open the store in its database, an empty one where nothing is kept."""
        from graph.store.neo4j import open_store

        return open_store(self.address, user=self.user, password=self.password, readonly=readonly)

    def empty(self) -> None:
        """Delete every node of its database; constraints and indexes stay."""
        # Relationships first: one node may have more of them than the memory of a transaction holds.
        self.run("MATCH ()-[r]->() CALL (r) { DELETE r } IN TRANSACTIONS OF 10000 ROWS")
        self.run("MATCH (n) CALL (n) { DELETE n } IN TRANSACTIONS OF 10000 ROWS")


def started(
    version: str = LTS,
    *,
    home: Path | None = None,
    memory: str = "512m",
    options: Sequence[str] = QUICK,
    plugins: Sequence[Path] = (),
) -> Server:
    """Start a server on the data in `home`, or on none in memory (disk where that cannot be); raise Lacking."""
    artifacts(version)
    own = home is None
    memory_disk = Path("/dev/shm")  # noqa: S108
    kept = home or Path(mkdtemp(prefix="twintown-neo4j-", dir=memory_disk if os.access(memory_disk, os.W_OK) else None))
    server = Server(
        address=f"bolt://127.0.0.1:{_free_port()}",
        password="for tests only",
        version=version,
        home=kept,
        options=(f"-Xmx{memory}", *options),
        plugins=plugins,
        _own=own,
    )
    server.start()
    return server


def artifacts(version: str) -> Path:
    """Return the directory with the jars of a version, fetched if need be; raise Lacking."""
    _java(version)
    folder = ROOT / "local" / "neo4j" / version
    if folder.is_dir():
        return folder
    maven = shutil.which("mvn")
    if maven is None:
        raise Lacking("Neo4j for tests comes through Maven, which is not here; on Debian: apt-get install maven")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.with_suffix(".lock")):
        if not folder.is_dir():
            part = folder.with_suffix(".part")
            shutil.rmtree(part, ignore_errors=True)
            command = [maven, "--batch-mode", "--quiet", "--file", str(HERE / "pom.xml"), "dependency:copy-dependencies"]
            command += [f"-Dneo4j.version={version}", f"-DoutputDirectory={part}"]
            done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
            if done.returncode:
                raise Lacking(f"Maven could not fetch Neo4j {version}: {(done.stdout + done.stderr).strip()[-1000:]}")
            part.rename(folder)
    return folder


def _java(version: str) -> tuple[Path, int]:
    """Return the `java` of a development kit that runs this version of Neo4j, and its release; raise Lacking."""
    oldest, newest = JAVA[version]
    homes = [Path(os.environ["JAVA_HOME"])] if os.environ.get("JAVA_HOME") else []
    compiler = shutil.which("javac")
    homes += [Path(compiler).resolve().parents[1]] if compiler else []
    homes += sorted(Path("/usr/lib/jvm").glob("*"))
    for home in homes:
        release = home / "release"
        if not (home / "bin" / "javac").is_file() or not release.is_file():
            continue
        found = re.search(r'JAVA_VERSION="(\d+)', release.read_text("utf-8"))
        if found and oldest <= int(found[1]) <= newest:
            return home / "bin" / "java", int(found[1])
    wanted = f"{oldest} to {newest}" if newest < 99 else f"{oldest} or later"
    raise Lacking(f"Neo4j {version} for tests needs a Java development kit, {wanted}; on Debian: openjdk-17-jdk-headless")


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
