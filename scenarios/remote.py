"""A store at any address that fsspec reaches: an object store, another machine, a folder.

The store is made in a local folder, where files are renamed into place, and mirrored. Object stores
cannot rename, so nothing at the address counts before it is committed: files go first, and then
``commit.json``, which names every file with its size and digest and holds the manifest. What an
interrupted transfer left beside what the commit names is written over.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

from ..model.errors import InputError
from .atomic import make_folder, write_whole
from .manifest import MANIFEST_NAME

EXTRA = "upshift[cluster]"
COMMIT_NAME = "commit.json"
WRITER_NAME = "writer"
FORMAT = 1
AT_ONCE = 8
"""Files on their way at one time."""
COMMIT_SECONDS = 30.0
"""What is finished is committed this often: as much as is lost when the machine is."""

Progress = Callable[[int, int], None]


def is_address(place: str) -> bool:
    """Whether ``place`` is an address such as ``s3://bucket/study`` and no path."""
    return "://" in place


@dataclass(frozen=True)
class Kept:
    """A file of a commit: bytes and SHA-256."""

    size: int
    digest: str


@dataclass
class Mirror:
    """A local ``folder`` and the ``root`` of an fsspec file system that it is mirrored at."""

    address: str
    system: Any
    root: str
    folder: Path
    _kept: dict[str, Kept] = field(default_factory=dict)
    _seen: dict[str, tuple[int, int]] = field(default_factory=dict)
    _committed: float = field(default_factory=time.monotonic)
    _token: str = field(default_factory=lambda: secrets.token_hex(16))

    def take(self) -> None:
        """Become the address's writer, and fetch what is committed there.

        Raises InputError when the address cannot be read or written, and for a damaged commit.
        """
        self._put(WRITER_NAME, self._token.encode())
        commit = self._commit()
        if commit is None:
            return
        manifest, files = commit
        self._each(self._fetch, files.items())
        # The manifest is the commit's own: its copy beside may be of a transfer that was cut short.
        write_whole(self.folder / MANIFEST_NAME, manifest.encode())

    def commit(self) -> None:
        """Send what is new, then say so. Raises InputError when the address cannot be written, or
        when another run has become its writer."""
        self._still_writer()
        manifest = self.folder / MANIFEST_NAME
        if not manifest.exists():
            return
        self._each(self._send, self._changed())
        files = {name: vars(kept) for name, kept in sorted(self._kept.items())}
        content = {"format": FORMAT, "manifest": manifest.read_text("utf-8"), "files": files}
        self._still_writer()
        self._put(COMMIT_NAME, (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode())
        self._committed = time.monotonic()

    def leave(self) -> None:
        """Be the address's writer no more."""
        with suppress(InputError):
            self._still_writer()
            with _reached(self.address), suppress(FileNotFoundError):
                self.system.rm_file(self._at(WRITER_NAME))

    def committing(self, progress: Progress) -> Progress:
        """``progress`` that commits every `COMMIT_SECONDS`. A sweep calls it between two files."""

        def told(done: int, total: int) -> None:
            progress(done, total)
            if time.monotonic() - self._committed >= COMMIT_SECONDS:
                self.commit()

        return told

    def _changed(self) -> list[str]:
        """Files that are not as they were sent; hidden ones, of the folder's own use, left out."""
        found = []
        for path in sorted(self.folder.rglob("*")):
            name = path.relative_to(self.folder).as_posix()
            if any(part.startswith(".") for part in PurePosixPath(name).parts):
                continue
            if path.is_file() and self._seen.get(name) != _stamp(path):
                found.append(name)
        return found

    def _send(self, name: str) -> None:
        path = self.folder / name
        stamp = _stamp(path)
        content = path.read_bytes()
        kept = _kept(content)
        if self._kept.get(name) != kept:
            self._put(name, content)
            self._kept[name] = kept
        self._seen[name] = stamp

    def _fetch(self, item: tuple[str, Kept]) -> None:
        """A committed file; one that is not as it was committed is left out, and made anew."""
        name, kept = item
        try:
            with _reached(self.address):
                content = self.system.cat_file(self._at(name))
        except FileNotFoundError:
            return
        if _kept(content) != kept:
            return
        path = self.folder / name
        make_folder(path.parent)
        write_whole(path, content)
        self._kept[name], self._seen[name] = kept, _stamp(path)

    def _commit(self) -> tuple[str, dict[str, Kept]] | None:
        """The manifest and files of the commit; None when there is none."""
        try:
            with _reached(self.address):
                content = self.system.cat_file(self._at(COMMIT_NAME))
        except FileNotFoundError:
            return None
        try:
            data = json.loads(content)
            if data["format"] != FORMAT:
                raise ValueError(f"format {data['format']}")
            files = {_safe(name): Kept(**kept) for name, kept in data["files"].items()}
            return str(data["manifest"]), files
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise InputError(
                f"{self.address}/{COMMIT_NAME} is damaged or of another program ({error}). Name "
                "another address, or remove what is there."
            ) from None

    def _still_writer(self) -> None:
        try:
            with _reached(self.address):
                token = self.system.cat_file(self._at(WRITER_NAME))
        except FileNotFoundError:
            token = b""
        if token != self._token.encode():
            raise InputError(
                f"Another run has begun to write to {self.address}. What this one committed is "
                "kept; wait until the other ends, or give this one an address of its own."
            )

    def _put(self, name: str, content: bytes) -> None:
        place = self._at(name)
        with _reached(self.address):
            self.system.makedirs(place.rsplit("/", maxsplit=1)[0], exist_ok=True)
            if getattr(self.system, "local_file", False):
                write_whole(Path(place), content)  # elsewhere a put is whole or absent
            else:
                self.system.pipe_file(place, content)

    def _at(self, name: str) -> str:
        return f"{self.root}/{name}"

    def _each(self, work: Callable[[Any], None], items: Iterable[Any]) -> None:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for _ in pool.map(work, items):
                pass


@contextmanager
def mirrored(address: str) -> Iterator[Mirror]:
    """A folder for a store that is kept at ``address``; what is in it at the end, however it ends,
    is committed.

    Raises InputError when fsspec or a driver is missing, the address cannot be reached, or another
    run becomes its writer.
    """
    system, root = _opened(address)
    with TemporaryDirectory(prefix="upshift-") as folder:
        mirror = Mirror(address.rstrip("/"), system, root.rstrip("/"), Path(folder))
        mirror.take()
        try:
            yield mirror
        except BaseException:
            with suppress(InputError):  # what stopped the work is what there is to tell
                mirror.commit()
            raise
        else:
            mirror.commit()
        finally:
            mirror.leave()


def _opened(address: str) -> tuple[Any, str]:
    try:
        from fsspec.core import url_to_fs  # noqa: PLC0415
    except ImportError:
        raise InputError(
            f"Results at an address such as {address} need fsspec: pip install '{EXTRA}'."
        ) from None
    try:
        system, root = url_to_fs(address)
    except (ImportError, ValueError) as error:
        raise InputError(
            f"{address} cannot be reached: {str(error).splitlines()[0]}. An address is one that "
            "fsspec knows, such as s3://bucket/study (pip install s3fs), gs:// (gcsfs), abfs:// "
            "(adlfs), sftp:// (paramiko) or file:///folder."
        ) from None
    return system, str(root)


@contextmanager
def _reached(address: str) -> Iterator[None]:
    """Whatever a driver raises, in one sentence; that a file is missing is left to the caller."""
    try:
        yield
    except (FileNotFoundError, InputError):
        raise
    except Exception as error:  # drivers have exceptions of their own
        reason = (str(error) or type(error).__name__).splitlines()[0]
        raise InputError(
            f"{address} cannot be read or written ({reason}). Check the address, your rights and "
            "the connection. What was committed is kept; the same command goes on from there."
        ) from None


def _kept(content: bytes) -> Kept:
    return Kept(len(content), sha256(content).hexdigest())


def _stamp(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_size, status.st_mtime_ns


def _safe(name: str) -> str:
    """A relative name that stays within the folder. Raises ValueError."""
    parts = PurePosixPath(name).parts
    if not parts or name.startswith("/") or ".." in parts or "\\" in name or ":" in name:
        raise ValueError(f"a file called {name!r}")
    return name
