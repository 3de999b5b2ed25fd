"""Web addresses, sitemaps and feeds: fetched politely, within limits, and never from inside the network unasked.

Every host is resolved here, every address it resolves to is checked, and the connection goes to the checked address: a name
that points into the private network, or begins to after the check, is refused. Redirects go through the same checks.
"""

from __future__ import annotations

import hashlib
import ipaddress
import socket
import ssl
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

import httpx

from ingest.errors import SkipDocument
from ingest.read.base import Limits, Skipped, Source

AGENT: Final = "Twintown/0.1 (reads pages into a knowledge graph; honours robots.txt)"
REDIRECTS: Final = 5
MOST_ADDRESSES: Final = 10_000  # of one sitemap or feed
SITEMAPS: Final = 200  # files of one sitemap index


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """How the web is read."""

    allow_private: bool = False
    pause: float = 1.0  # seconds between two requests to a host, unless its robots.txt asks for more
    seconds: float = 30.0  # for one answer in all
    size: int = 50_000_000  # bytes of one answer, unpacked


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a server sent, and where it came from in the end."""

    address: str
    data: bytes
    media_type: str
    charset: str
    stamp: str
    validators: tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What is known of an address that was read before: the stamp of its content, and the validators that came with it."""

    stamp: str
    validators: tuple[str, str]


def _nothing_kept(address: str) -> Kept | None:
    del address
    return None


@dataclass(slots=True)
class Web:
    """Fetches addresses; remembers robots.txt and the time of the last request of each host.

    `kept` says what is known of an address that needs no reading unless it changed. The server is asked then whether it
    did, and where it did not, the source comes with its old stamp and without data.
    """

    manners: Manners = field(default_factory=Manners)
    sleep: Callable[[float], None] = time.sleep
    kept: Callable[[str], Kept | None] = _nothing_kept
    _robots: dict[str, Any] = field(default_factory=dict)
    _last: dict[str, float] = field(default_factory=dict)

    def sources(self, address: str, limits: Limits | None = None, *, depth: int = 0) -> Iterator[Source | Skipped]:
        """Yield the page at an address, or every page a sitemap or feed names."""
        try:
            answer = self.fetch(address)
        except SkipDocument as error:
            yield Skipped(address=address, reason=str(error))
            return
        try:
            listed = _listed(answer)
        except SkipDocument as error:
            yield Skipped(address=address, reason=str(error))
            return
        if listed is None:
            yield Source(
                address=answer.address,
                data=answer.data,
                media_type=answer.media_type,
                charset=answer.charset,
                stamp=answer.stamp,
                validators=answer.validators,
            )
            return
        kind, addresses = listed
        if depth > 2:
            yield Skipped(address=address, reason="a sitemap of sitemaps of sitemaps; give the innermost ones")
            return
        most = SITEMAPS if kind == "sitemapindex" else MOST_ADDRESSES
        for found in addresses[:most]:
            yield from self.sources(urljoin(answer.address, found), limits, depth=depth + 1 if kind == "sitemapindex" else 3)
        if len(addresses) > most:
            yield Skipped(address=address, reason=f"it names {len(addresses)} addresses; the first {most} were read")

    def fetch(self, address: str) -> Answer:
        """Return the answer of an address; raise SkipDocument where it may not be asked or does not answer well."""
        current = address
        for _ in range(REDIRECTS + 1):
            self._allowed(current)
            self._wait(current)
            page = current.partition("#")[0]
            kept = self.kept(page)
            status, headers, data = self._get(current, _conditions(kept))
            if status == 304 and kept is not None and _conditions(kept):
                return Answer(address=page, data=b"", media_type="", charset="", stamp=kept.stamp, validators=kept.validators)
            if status in {301, 302, 303, 307, 308} and "location" in headers:
                current = urljoin(current, headers["location"])
                continue
            if status != 200:
                raise SkipDocument(f"the server answered {status} for {current}")
            kind, _, rest = headers.get("content-type", "").partition(";")
            charset = rest.partition("charset=")[2].split(";")[0].strip(" \"'")
            return Answer(
                address=page,
                data=data,
                media_type=kind.strip().lower(),
                charset=charset,
                stamp=hashlib.blake2b(data, digest_size=12).hexdigest(),
                validators=(_plain(headers.get("etag", "")), _plain(headers.get("last-modified", ""))),
            )
        raise SkipDocument(f"more than {REDIRECTS} redirects")

    # -- one request

    def _get(self, address: str, conditions: Mapping[str, str] | None = None) -> tuple[int, httpx.Headers, bytes]:
        parts = urlsplit(address)
        host = parts.hostname or ""
        number = self._checked(host, parts.port or (443 if parts.scheme == "https" else 80))
        pinned = f"[{number}]" if ":" in number else number
        url = httpx.URL(address).copy_with(host=pinned)
        headers = {"Host": parts.netloc.rpartition("@")[2], "User-Agent": AGENT, "Accept-Encoding": "gzip, deflate"}
        headers.update(conditions or {})
        until = time.monotonic() + self.manners.seconds
        timeout = httpx.Timeout(min(10.0, self.manners.seconds))
        try:
            with (
                httpx.Client(timeout=timeout, follow_redirects=False, trust_env=False, verify=_certificates()) as client,
                client.stream("GET", url, headers=headers, extensions={"sni_hostname": host}) as response,
            ):
                return response.status_code, response.headers, self._body(response, until)
        except httpx.TimeoutException:
            raise SkipDocument(f"the server did not answer within {timeout.read:.0f} seconds") from None
        except httpx.HTTPError as error:
            raise SkipDocument(
                f"the server cannot be reached: {type(error).__name__} {' '.join(str(error).split())[:100]}"
            ) from None
        except (httpx.InvalidURL, UnicodeError, ValueError) as error:
            raise SkipDocument(f"{address!r} is no web address: {error}") from None

    def _body(self, response: httpx.Response, until: float) -> bytes:
        parts: list[bytes] = []
        size = 0
        if int(response.headers.get("content-length") or 0) > self.manners.size:
            raise SkipDocument(self._too_large())
        for part in response.iter_bytes():
            parts.append(part)
            size += len(part)
            if size > self.manners.size:
                raise SkipDocument(self._too_large())
            if time.monotonic() > until:
                raise SkipDocument(f"the answer did not end within {self.manners.seconds:.0f} seconds")
        return b"".join(parts)

    def _too_large(self) -> str:
        return f"an answer of more than the limit of {self.manners.size / 1e6:.0f} MB"

    def _checked(self, host: str, port: int) -> str:
        """Return the number of a host; raise SkipDocument unless every number it has is a public one."""
        try:
            found = {str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
        except (OSError, UnicodeError):
            raise SkipDocument(f"the host {host!r} is not known") from None
        numbers = sorted(found, key=lambda number: (":" in number, number))
        for number in numbers:
            if not self.manners.allow_private and not _public(number):
                raise SkipDocument(f"{host} is a private address ({number}); it is read only with --allow-private")
        return numbers[0]

    # -- manners

    def _allowed(self, address: str) -> None:
        parts = urlsplit(address)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise SkipDocument(f"{address!r} is no web address (http or https)")
        root = f"{parts.scheme}://{parts.netloc}"
        if root not in self._robots:
            self._robots[root] = self._rules(root)
        rules = self._robots[root]
        if rules is not None and not rules.can_fetch(address, AGENT):
            raise SkipDocument("robots.txt of the server asks not to read it")

    def _rules(self, root: str) -> Any:
        from protego import Protego

        try:
            status, _, data = self._get(f"{root}/robots.txt")
        except SkipDocument:
            return None  # the page itself will say what is wrong with the server
        return Protego.parse(data[:500_000].decode("utf-8", "replace")) if status == 200 else None

    def _wait(self, address: str) -> None:
        parts = urlsplit(address)
        root = f"{parts.scheme}://{parts.netloc}"
        rules = self._robots.get(root)
        asked = rules.crawl_delay(AGENT) if rules is not None else None
        pause = max(self.manners.pause, min(float(asked or 0), 60.0))
        ahead = self._last.get(root, 0.0) + pause - time.monotonic()
        if root in self._last and ahead > 0:
            self.sleep(ahead)
        self._last[root] = time.monotonic()


def _plain(value: str) -> str:
    """Return a header that may be sent back as it came; nothing for one that no server should have sent."""
    return value if value.isascii() and value.isprintable() and len(value) <= 500 else ""


def _conditions(kept: Kept | None) -> dict[str, str]:
    """Return the headers that ask for an answer only if something changed."""
    if kept is None:
        return {}
    named = zip(("If-None-Match", "If-Modified-Since"), kept.validators, strict=True)
    return {name: value for name, value in named if value}


@cache
def _certificates() -> ssl.SSLContext:
    # Made once, for it takes long; connections are not kept, since the pool would share one between hosts of one number.
    return httpx.create_ssl_context(trust_env=False)


def _public(number: str) -> bool:
    address = ipaddress.ip_address(number.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inner is not None and not inner.is_global:
            return False
    return address.is_global and not address.is_multicast


def _listed(answer: Answer) -> tuple[str, list[str]] | None:
    """Return the kind of list an answer is (urlset, sitemapindex, feed) and its addresses; None where it is a page."""
    data = answer.data
    if data.startswith(b"\x1f\x8b") and "sitemap" in answer.address:
        try:
            data = zlib.decompressobj(31).decompress(data, 50_000_000)
        except zlib.error:
            return None
    start = data[:2000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not start.startswith(b"<") or not any(
        name in start for name in (b"<urlset", b"<sitemapindex", b"<rss", b"<feed", b"<rdf:RDF")
    ):
        return None
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        root = fromstring(data)
    except DefusedXmlException:
        raise SkipDocument("a sitemap or feed with XML entities in it; not read") from None
    except (ParseError, ValueError):
        raise SkipDocument("a damaged sitemap or feed") from None
    name = str(root.tag).rpartition("}")[2].lower()
    if name in {"urlset", "sitemapindex"}:
        return name, [text for element in root.iter() if _tag(element) == "loc" and (text := (element.text or "").strip())]
    found: list[str] = []
    for entry in root.iter():
        if _tag(entry) not in {"item", "entry"}:
            continue
        links = [link for link in entry if _tag(link) == "link" and link.get("rel", "alternate") == "alternate"]
        found += [where for link in links[:1] if (where := (link.get("href") or link.text or "").strip())]
    return "feed", list(dict.fromkeys(found))


def _tag(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]
