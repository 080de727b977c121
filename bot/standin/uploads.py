"""Files: a place to upload to, then a message that shows them.

Flow: https://docs.slack.dev/messaging/working-with-files#uploading_files
"""

from __future__ import annotations

import mimetypes
import secrets

import msgspec

from bot.standin.errors import ApiError
from bot.standin.wire import Json

MOST_BYTES = 50_000_000
KEPT_BYTES = 100_000_000
KEPT_FILES = 1000
_SHOWN = {"image/png", "image/jpeg", "image/gif", "image/webp"}


class File(msgspec.Struct, frozen=True, kw_only=True):
    """A file; `content` is None until its bytes arrived, `length` what was announced; `alt` tells
    a picture to who does not see it."""

    id: str
    name: str
    length: int
    content: bytes | None = None
    title: str = ""
    alt: str = ""

    @property
    def mimetype(self) -> str:
        """The media type that its name tells."""
        return mimetypes.guess_type(self.name)[0] or "application/octet-stream"

    @property
    def served_as(self) -> str:
        """The media type it may be shown as: pictures as they are, all else as bytes."""
        return self.mimetype if self.mimetype in _SHOWN else "application/octet-stream"

    def json(self, url: str) -> Json:
        """Slack's file object; `url` is the workspace's."""
        address = f"{url}/files/{self.id}"
        told = {"alt_txt": self.alt} if self.alt else {}
        return told | {
            "id": self.id,
            "name": self.name,
            "title": self.title or self.name,
            "mimetype": self.mimetype,
            "filetype": self.name.rpartition(".")[2],
            "size": self.length,
            "url": address,
            "url_private": address,
            "url_private_download": address,
            "permalink": address,
            "mode": "hosted",
        }


class Uploads:
    """The files, by id, and the upload places that are still open."""

    def __init__(self) -> None:
        self._files: dict[str, File] = {}
        self._places: dict[str, str] = {}

    def expects(self, key: str) -> bool:
        """Whether this is a place where bytes are awaited."""
        return key in self._places

    def announce(self, name: str, length: int, alt: str = "") -> tuple[str, File]:
        """A new file, and the key of the place where its bytes go."""
        made = File(id=f"F0{secrets.token_hex(5).upper()}", name=name, length=length, alt=alt)
        key = secrets.token_urlsafe(16)
        self._files[made.id] = made
        self._places[key] = made.id
        self._forget()
        return key, made

    def _forget(self) -> None:
        """Drop the oldest files until the rest is within bounds; the last one always stays."""
        while len(self._files) > 1 and (
            len(self._files) > KEPT_FILES
            or sum(file.length for file in self._files.values()) > KEPT_BYTES
        ):
            gone = next(iter(self._files))
            del self._files[gone]
            self._places = {key: each for key, each in self._places.items() if each != gone}

    def receive(self, key: str, content: bytes) -> File:
        """Take the bytes. KeyError where the place is shut, ValueError on a wrong length."""
        file = self._files[self._places[key]]
        if len(content) != file.length:
            raise ValueError(f"{len(content)} bytes in the place of {file.length}")
        del self._places[key]
        received = msgspec.structs.replace(file, content=content)
        self._files[file.id] = received
        return received

    def complete(self, file_id: str, title: str) -> File:
        """The file under its title. Raises ApiError file_not_found where no bytes came."""
        file = self._files.get(file_id)
        if file is None or file.content is None:
            raise ApiError("file_not_found")
        titled = msgspec.structs.replace(file, title=title)
        self._files[file_id] = titled
        return titled

    def get(self, file_id: str) -> File | None:
        """The file with this id, None where there is none."""
        return self._files.get(file_id)
