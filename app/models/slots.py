"""The keys of an encrypted archive: one slot for each user, and one for the recovery sheet, in a file beside it.

The archive is encrypted with one random data key. Each user has a pair of keys: the private one lies in the user's
slot under the password (argon2id, AES-GCM), and the data key is sealed to the public one (HPKE). So a new data key can
be given to everybody who stays without anybody's password, and who had the old one learns nothing of it.

No name stands in the file: it goes into the salt. Parameters of the derivation belong to the slot, so that they can be
raised. The whole content is authenticated under the data key; it is written twice, so that one damaged place locks
nobody out. A file may serve two generations of the data key while the archive passes from one to the other.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import json
import os
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from app.models.appearing import disk_errors, part_of, put, sync, sync_folder, take_away
from app.models.errors import EnvironmentFailed, RuleBroken

FORMAT = 1
SUFFIX = ".keys"
KEY_BYTES = 32
RECOVERY = "recovery"
"""In the place of a user's key: the slot of the recovery sheet."""

PLAIN_HEADER = b"SQLite format 3\0"
FILE_BYTES_MAX = 4_000_000


@dataclass(frozen=True)
class Cost:
    """What one guess at a password costs: argon2id.

    Attributes:
        time: passes.
        memory: KiB.
        lanes: threads.
    """

    time: int = 3
    memory: int = 64 * 1024
    lanes: int = 2

    def sensible(self) -> bool:
        """Whether it can be asked of an office's computer; a damaged slot might ask for anything."""
        return 1 <= self.time <= 20 and 8 * self.lanes <= self.memory <= 1 << 20 and 1 <= self.lanes <= 16


COST = Cost()
"""Of the slots that are made now."""


@dataclass(frozen=True)
class Slot:
    """What one user needs, besides the password, to come to the data key.

    Attributes:
        user_id: the user's key in the archive, or `RECOVERY`.
        private: the user's private key under the password.
        sealed: the data key of each generation, sealed to `public`.
    """

    user_id: str
    cost: Cost
    nonce: bytes
    private: bytes
    public: bytes
    sealed: Mapping[int, bytes]

    def as_json(self) -> dict[str, Any]:
        """As it is written."""
        return {
            "user": self.user_id,
            "argon2id": {"t": self.cost.time, "m": self.cost.memory, "p": self.cost.lanes},
            "nonce": _text(self.nonce),
            "private": _text(self.private),
            "public": _text(self.public),
            "sealed": {str(generation): _text(data) for generation, data in sorted(self.sealed.items())},
        }


@dataclass(frozen=True)
class KeyFile:
    """The slots of an archive.

    Attributes:
        file_id: number of the archive that they belong to.
        salt: of all derivations in this file; a name is added to it.
        proofs: authentication of all the rest, under the data key of each generation.
        whole: whether both of its writings could be read.
    """

    file_id: str
    salt: bytes
    slots: tuple[Slot, ...]
    proofs: Mapping[int, bytes]
    whole: bool = True

    @property
    def generation(self) -> int:
        """Of the newest data key."""
        return max(self.proofs)

    def slot(self, user_id: str) -> Slot | None:
        """The slot of a user."""
        return next((slot for slot in self.slots if slot.user_id == user_id), None)

    def body(self) -> dict[str, Any]:
        """What is authenticated."""
        return {
            "format": FORMAT,
            "file": self.file_id,
            "salt": _text(self.salt),
            "slots": [slot.as_json() for slot in self.slots],
        }


@dataclass(frozen=True)
class Opened:
    """What a password opened.

    Attributes:
        keys: data key of each generation that the slot holds.
    """

    user_id: str
    keys: Mapping[int, bytes]


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def keys_path(archive: Path) -> Path:
    """Where the keys of an archive lie."""
    return archive.with_name(archive.name + SUFFIX)


def folded_login(login: str) -> str:
    """A user's name for opening, as it counts: without regard to capitals, accents' spelling, and outer spaces."""
    return " ".join(unicodedata.normalize("NFKC", login).casefold().split())


# --- which archives have keys ---------------------------------------------------------------


def is_encrypted(path: Path) -> bool:
    """Whether the archive at `path` opens by the keys beside it.

    Keys may lie beside a plain archive when a process was killed while it was being encrypted or opened.
    """
    if not path.name:  # an empty one names no file
        return False
    return keys_path(path).is_file() and not _is_plain(path)


def _is_plain(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(PLAIN_HEADER)) == PLAIN_HEADER
    except OSError:
        return False


def lost_keys(path: Path) -> bool:
    """Whether the file at `path` looks like an encrypted archive whose keys are not beside it."""
    with contextlib.suppress(OSError):
        size = path.stat().st_size
        return size >= 8192 and size % 4096 == 0 and not _is_plain(path) and not keys_path(path).exists()
    return False


# --- making slots ------------------------------------------------------------------------------


def new_key() -> bytes:
    """A random data key."""
    return os.urandom(KEY_BYTES)


def new_key_file(file_id: str, key: bytes, entries: Iterable[tuple[str, str, str]]) -> KeyFile:
    """The keys of a new archive.

    Args:
        entries: (user, login, password) of each slot.
    """
    empty = KeyFile(file_id, os.urandom(16), (), {})
    slots = tuple(new_slot(empty, user, login, password, {1: key}) for user, login, password in entries)
    return proved(replace(empty, slots=slots), {1: key})


def new_slot(file: KeyFile, user_id: str, login: str, password: str, keys: Mapping[int, bytes]) -> Slot:
    """A slot with a pair of keys of its own.

    Args:
        keys: data keys by generation.
    """
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    private = X25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    nonce = os.urandom(12)
    wrapping = AESGCM(_derived(file, login, password, COST))
    wrapped = wrapping.encrypt(nonce, private.private_bytes_raw(), _bound(file, user_id, COST, public))
    slot = Slot(user_id, COST, nonce, wrapped, public, {})
    return sealed_slot(file, slot, keys)


def only(file: KeyFile, kept: tuple[Slot, ...]) -> KeyFile:
    """The file with these of its slots; it has to be proved anew before it is written."""
    return replace(file, slots=kept)


def sealed_slot(file: KeyFile, slot: Slot, keys: Mapping[int, bytes]) -> Slot:
    """The slot with these data keys sealed into it, and no others; needs no password."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

    public = X25519PublicKey.from_public_bytes(slot.public)
    sealed = {
        generation: _suite().encrypt(key, public, info=_sealing(file, slot.user_id, generation))
        for generation, key in keys.items()
    }
    return replace(slot, sealed=sealed)


def with_slot(file: KeyFile, slot: Slot, key: bytes) -> KeyFile:
    """The file with a slot added, or put in the place of the user's present one."""
    others = tuple(known for known in file.slots if known.user_id != slot.user_id)
    return proved(replace(file, slots=(*others, slot)), {file.generation: key})


def bridged(file: KeyFile, key: bytes, fresh: bytes, *, without: Sequence[str] = ()) -> tuple[KeyFile, KeyFile]:
    """The file that serves an archive while it passes to a new data key, and the file after that.

    Args:
        key: present data key.
        fresh: the new one.
        without: users who do not get it.
    """
    old, new = file.generation, file.generation + 1
    between, after = [], []
    for slot in file.slots:
        both = {old: key} if slot.user_id in without else {old: key, new: fresh}
        between.append(sealed_slot(file, slot, both))
        if slot.user_id not in without:
            after.append(sealed_slot(file, slot, {new: fresh}))
    return (
        proved(replace(file, slots=tuple(between)), {old: key, new: fresh}),
        proved(replace(file, slots=tuple(after)), {new: fresh}),
    )


def settled(file: KeyFile, generation: int, key: bytes) -> KeyFile:
    """The file for one generation alone, once it is known which one the archive has."""
    slots = tuple(
        replace(slot, sealed={generation: slot.sealed[generation]}) for slot in file.slots if generation in slot.sealed
    )
    return proved(replace(file, slots=slots), {generation: key})


def own_keys(archive: Path, key: bytes) -> KeyFile:
    """The keys beside an archive that is open under `key`, for that key alone: what is changed in them is written so.

    A change of key that was refused, or whose last step found no room, leaves keys that serve another one too.

    Raises:
        EnvironmentFailed: "keys.other_archive" where they do not serve it; as `read_keys`.
    """
    file = read_keys(archive)
    for generation, proof in file.proofs.items():
        if hmac.compare_digest(proof, _proof(file, generation, key)):
            return settled(file, generation, key)
    raise EnvironmentFailed("keys.other_archive", name=archive.name, keys=keys_path(archive).name)


def proved(file: KeyFile, keys: Mapping[int, bytes]) -> KeyFile:
    """The file, authenticated under each data key."""
    return replace(file, proofs={generation: _proof(file, generation, key) for generation, key in keys.items()})


def _proof(file: KeyFile, generation: int, key: bytes) -> bytes:
    own = hmac.digest(key, b"concilia slots", "sha256")
    return hmac.digest(own, _canonical([generation, file.body()]), "sha256")


def serves(file: KeyFile, key: bytes) -> bool:
    """Whether the file hands out this data key."""
    return any(hmac.compare_digest(proof, _proof(file, n, key)) for n, proof in file.proofs.items())


def _derived(file: KeyFile, login: str, password: str, cost: Cost) -> bytes:
    from argon2.low_level import Type, hash_secret_raw

    salt = hashlib.sha256(file.salt + file.file_id.encode() + b"\0" + folded_login(login).encode()).digest()
    secret = unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
    return hash_secret_raw(secret, salt, cost.time, cost.memory, cost.lanes, KEY_BYTES, Type.ID)


def _bound(file: KeyFile, user_id: str, cost: Cost, public: bytes) -> bytes:
    """What a wrapped private key belongs to."""
    return _canonical([FORMAT, file.file_id, user_id, cost.time, cost.memory, cost.lanes, _text(public)])


def _sealing(file: KeyFile, user_id: str, generation: int) -> bytes:
    """What a sealed data key belongs to."""
    return _canonical([FORMAT, file.file_id, user_id, generation])


def _suite() -> Any:
    from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

    return Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


# --- opening them -------------------------------------------------------------------------------


def open_slot(file: KeyFile, login: str, password: str) -> Opened:
    """What a name and a password open; takes as long for a wrong name as for a wrong password.

    Args:
        login: empty for the recovery sheet, whose letters are the password.

    Raises:
        RuleBroken: "keys.wrong".
        EnvironmentFailed: "keys.damaged" when the slots were changed by something else than this program.
    """
    for cost in dict.fromkeys([slot.cost for slot in file.slots] or [COST]):
        derived = _derived(file, login, password, cost)
        for slot in file.slots:
            if slot.cost == cost and (slot.user_id == RECOVERY) == (not login):
                private = _unwrapped(file, slot, derived)
                if private is not None:
                    return Opened(slot.user_id, _unsealed(file, slot, private))
    raise RuleBroken("keys.wrong")


def _unwrapped(file: KeyFile, slot: Slot, derived: bytes) -> bytes | None:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        return AESGCM(derived).decrypt(slot.nonce, slot.private, _bound(file, slot.user_id, slot.cost, slot.public))
    except InvalidTag:
        return None


def _unsealed(file: KeyFile, slot: Slot, private: bytes) -> dict[int, bytes]:
    """The data keys of a slot, once the file was found to be as this program wrote it."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    own = X25519PrivateKey.from_private_bytes(private)
    keys = {}
    try:
        for generation, data in slot.sealed.items():
            keys[generation] = _suite().decrypt(data, own, info=_sealing(file, slot.user_id, generation))
    except (InvalidTag, ValueError) as failure:
        raise EnvironmentFailed("keys.damaged", name="") from failure
    for generation, key in keys.items():
        if not hmac.compare_digest(file.proofs.get(generation, b""), _proof(file, generation, key)):
            raise EnvironmentFailed("keys.damaged", name="")
    if not keys:
        raise EnvironmentFailed("keys.damaged", name="")
    return keys


# --- the file -----------------------------------------------------------------------------------


def key_file_bytes(file: KeyFile) -> bytes:
    """The file as it is written: the same line twice, each with its own check."""
    proofs = {str(generation): _text(proof) for generation, proof in sorted(file.proofs.items())}
    line = _canonical({**file.body(), "proofs": proofs})
    checked = hashlib.sha256(line).hexdigest().encode() + b" " + line + b"\n"
    return checked + checked


def parse_key_file(data: bytes, name: str) -> KeyFile:
    """Read the keys of an archive.

    Raises:
        EnvironmentFailed: "keys.damaged" with `name`, when neither of its writings is whole; "keys.newer".
    """
    half = len(data) // 2  # by length: what parts the two may be what is damaged
    good = [body for body in map(_checked, (data[: half - 1], data[half:-1])) if body is not None]
    if not good:
        raise EnvironmentFailed("keys.damaged", name=name)
    try:
        content = json.loads(good[0])
        if content["format"] > FORMAT:
            raise EnvironmentFailed("keys.newer", name=name)
        file = _parsed(content)
    except (ValueError, KeyError, TypeError, AttributeError) as failure:
        raise EnvironmentFailed("keys.damaged", name=name) from failure
    if not file.proofs or not all(slot.cost.sensible() for slot in file.slots):
        raise EnvironmentFailed("keys.damaged", name=name)
    return replace(file, whole=data == key_file_bytes(file))


def _checked(line: bytes) -> bytes | None:
    check, _space, body = line.partition(b" ")
    return body if check == hashlib.sha256(body).hexdigest().encode() else None


def _parsed(content: Any) -> KeyFile:
    slots = tuple(
        Slot(
            user_id=str(entry["user"]),
            cost=Cost(*(int(entry["argon2id"][part]) for part in "tmp")),
            nonce=base64.b64decode(entry["nonce"], validate=True),
            private=base64.b64decode(entry["private"], validate=True),
            public=base64.b64decode(entry["public"], validate=True),
            sealed={int(n): base64.b64decode(data, validate=True) for n, data in entry["sealed"].items()},
        )
        for entry in content["slots"]
    )
    proofs = {int(n): base64.b64decode(data, validate=True) for n, data in content["proofs"].items()}
    return KeyFile(str(content["file"]), base64.b64decode(content["salt"], validate=True), slots, proofs)


def read_keys(archive: Path) -> KeyFile:
    """The keys that lie beside an archive.

    Raises:
        EnvironmentFailed: "keys.missing", "keys.damaged", "keys.newer", "archive.read_only".
    """
    path = keys_path(archive)
    try:
        with path.open("rb") as file:
            data = file.read(FILE_BYTES_MAX)
    except FileNotFoundError as failure:
        raise EnvironmentFailed("keys.missing", name=archive.name, keys=path.name) from failure
    except OSError as failure:
        raise EnvironmentFailed("archive.read_only", name=path.name) from failure
    return parse_key_file(data, path.name)


def write_keys(archive: Path, file: KeyFile) -> None:
    """Put the keys beside an archive: written under another name, read back, then renamed; whole at any instant.

    The keys before are not kept: an old password would still open them.

    Raises:
        EnvironmentFailed: "disk.full", "archive.read_only".
    """
    path = keys_path(archive)
    part = part_of(path)
    data = key_file_bytes(file)
    with disk_errors(path):
        try:
            part.write_bytes(data)
            sync(part)
            if part.read_bytes() != data:
                raise OSError("read back otherwise than written")
            put(part, path)
            sync_folder(path.parent)
        finally:
            take_away(part)


def set_keys_aside(archive: Path) -> None:
    """Give keys that lie where those of a new archive will be another name; an archive may turn up that needs them."""
    path = keys_path(archive)
    with disk_errors(path):
        number = 1
        while path.exists():
            aside = path.with_name(f"{path.name}.{number}")
            if not aside.exists():
                put(path, aside)
            number += 1


def remove_keys(archive: Path) -> None:
    """Take the keys away from beside an archive that is open now."""
    with disk_errors(archive):
        take_away(keys_path(archive))
