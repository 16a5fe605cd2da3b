"""Objects in a bucket of S3 or of whatever speaks its protocol (AWS, MinIO, Garage, R2, …), by boto3.

What comes in lies in a file of this machine until it is committed: only its hash tells its key, and a photo is looked
into before it is taken. Durable means that the store has acknowledged the whole object with a checksum of ours over it.
Write-once is the store's own word: `If-None-Match: *` (RFC 9110, section 13.1.2), on the last step of a multipart
upload too. Credentials come from where boto3 looks for them: the environment, the profile, the machine's role.
"""

import asyncio
import errno
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from calotype.ports.object_store import ObjectNotFound, ObjectStat, StoreAway, StoreFinding, StoreFull, check_key
from calotype.ports.object_store.s3_checks import inspect_bucket

CHUNK_BYTES = 1 << 20
PART_BYTES = 32 << 20  # larger objects go in parts of this size; S3 takes 10,000 of them
CONFLICT_PAUSE_S = 0.05
_CONFLICTS_WAITED_FOR = 100
T = TypeVar("T")

_ABSENT = {"404", "NoSuchKey", "NotFound"}
_TAKEN = {"PreconditionFailed", "412"}
_CONFLICT = {"ConditionalRequestConflict", "409"}
_FULL = {"QuotaExceeded", "XMinioStorageFull", "InsufficientStorage", "507", "XMinioAdminBucketQuotaExceeded"}
_PASSES = {"SlowDown", "ServiceUnavailable", "InternalError", "500", "502", "503", "504", "RequestTimeout"}


class BadStoreAddress(ValueError):
    """The address of a bucket that cannot be read; the text says how it is written."""


@dataclass(frozen=True)
class S3Address:
    """`s3://bucket/prefix?endpoint=https://…&region=…&encryption=AES256|aws:kms&kms_key=…`, taken apart."""

    bucket: str
    prefix: str = ""
    endpoint: str | None = None
    region: str | None = None
    encryption: Mapping[str, str] = field(default_factory=dict)  # as `put_object` takes it

    @classmethod
    def read(cls, text: str) -> "S3Address":
        """Read an address. Raises `BadStoreAddress`."""
        parts = urlsplit(text)
        query = {name: values[-1] for name, values in parse_qs(parts.query, strict_parsing=bool(parts.query)).items()}
        unknown = query.keys() - {"endpoint", "region", "encryption", "kms_key"}
        if parts.scheme != "s3" or not parts.netloc or unknown:
            raise BadStoreAddress(
                f"{text!r} is no address of a bucket: write s3://bucket/prefix?endpoint=https://host&region=name, "
                "and encryption=AES256 or encryption=aws:kms&kms_key=… where the store shall encrypt."
            )
        encryption = {}
        if "encryption" in query:
            encryption["ServerSideEncryption"] = query["encryption"]
        if "kms_key" in query:
            encryption["SSEKMSKeyId"] = query["kms_key"]
        prefix = parts.path.strip("/")
        prefix = f"{check_key(prefix)}/" if prefix else ""
        return cls(parts.netloc, prefix, query.get("endpoint"), query.get("region"), encryption)


def make_client(address: S3Address) -> Any:
    """Make a client of boto3 for the address; paths instead of host names where the endpoint is one's own."""
    return boto3.session.Session().client(
        "s3",
        endpoint_url=address.endpoint,
        region_name=address.region,
        config=Config(
            connect_timeout=5,
            read_timeout=60,
            retries={"mode": "standard", "total_max_attempts": 4},
            max_pool_connections=32,
            s3={"addressing_style": "path" if address.endpoint else "auto"},
        ),
    )


class S3Incoming:
    """A file of this machine that becomes an object at the commit."""

    def __init__(self, store: "S3ObjectStore", path: Path) -> None:
        self.size_bytes = 0
        self._store = store
        self._path = path
        self._file = path.open("xb", buffering=CHUNK_BYTES)

    async def write(self, chunk: bytes) -> None:
        self.size_bytes += len(chunk)
        with _full_disk_is_said():
            await asyncio.to_thread(self._file.write, chunk)

    async def head(self, size_bytes: int) -> bytes:
        async with self.as_file() as path:
            with path.open("rb") as file:
                return await asyncio.to_thread(file.read, size_bytes)

    @asynccontextmanager
    async def as_file(self) -> AsyncIterator[Path]:
        with _full_disk_is_said():
            await asyncio.to_thread(self._file.flush)
        yield self._path

    async def commit(self, key: str) -> bool:
        check_key(key)
        async with self.as_file() as path:
            return await asyncio.to_thread(self._store.create_now, key, path)

    def forget(self) -> None:
        """Close and remove the file."""
        with suppress(OSError):
            self._file.close()
        self._path.unlink(missing_ok=True)


class S3ObjectStore:
    """Objects in one bucket, below one prefix."""

    def __init__(self, address: S3Address, spool: Path, client: Any = None) -> None:
        """`spool` is a folder of this machine for what is on its way; it is made."""
        self._address = address
        self._spool = spool
        spool.mkdir(parents=True, exist_ok=True, mode=0o700)
        if client is not None:
            self.client = client

    @cached_property
    def client(self) -> Any:
        """The client, made at the first use; it may be shared between threads."""
        return make_client(self._address)

    def _where(self, key: str) -> dict[str, str]:
        return {"Bucket": self._address.bucket, "Key": self._address.prefix + check_key(key)}

    async def _call(self, key: str, call: Callable[[], T]) -> T:
        return await asyncio.to_thread(self._call_now, key, call)

    def _call_now(self, key: str, call: Callable[[], T]) -> T:
        with self._failures_are_said(key):
            return call()

    @contextmanager
    def _failures_are_said(self, key: str) -> Iterator[None]:
        try:
            yield
        except ClientError as error:
            code, message = _code_of(error), error.response.get("Error", {}).get("Message", "")
            if code in _ABSENT:
                raise ObjectNotFound(key) from error
            if code in _FULL:
                raise StoreFull("The object store has no room left. Free some space, then try again.") from error
            if code in _PASSES or code in {"NoSuchBucket", "AccessDenied", "403", "InvalidAccessKeyId"}:
                raise StoreAway(self._away(f"{code} {message}".strip())) from error
            raise
        except BotoCoreError as error:
            raise StoreAway(self._away(str(error))) from error

    def _away(self, why: str) -> str:
        return (
            f"The object store s3://{self._address.bucket} cannot be reached ({why}): do CALOTYPE_STORE and the "
            "credentials name the right bucket? Nothing is lost; it goes on when the store is back."
        )

    @asynccontextmanager
    async def receive(self) -> AsyncIterator[S3Incoming]:
        incoming = S3Incoming(self, self._spool / uuid4().hex)
        try:
            yield incoming
        finally:
            await asyncio.to_thread(incoming.forget)

    def create_now(self, key: str, path: Path) -> bool:
        """Upload a file under a key that nobody has; return False where somebody was first. Blocks.

        Two who upload the same key at once are told so by the store (409): then the other one's end is waited for.
        """
        for _ in range(_CONFLICTS_WAITED_FOR):
            try:
                with self._failures_are_said(key):
                    if path.stat().st_size <= PART_BYTES:
                        self._create_whole(key, path)
                    else:
                        self._create_in_parts(key, path)
                return True
            except ClientError as error:
                if _code_of(error) in _TAKEN:
                    return False
                if _code_of(error) not in _CONFLICT:
                    raise
            time.sleep(CONFLICT_PAUSE_S)
        raise StoreAway(self._away("another upload of the same object does not end"))

    def _create_whole(self, key: str, path: Path) -> None:
        with path.open("rb") as body:
            self.client.put_object(
                **self._where(key), Body=body, IfNoneMatch="*", ChecksumAlgorithm="SHA256", **self._address.encryption
            )

    def _create_in_parts(self, key: str, path: Path) -> None:
        where = self._where(key)
        begun = self.client.create_multipart_upload(**where, ChecksumAlgorithm="SHA256", **self._address.encryption)
        upload = {**where, "UploadId": begun["UploadId"]}
        try:
            parts = list(self._upload_parts(upload, path))
            self.client.complete_multipart_upload(**upload, MultipartUpload={"Parts": parts}, IfNoneMatch="*")
        except BaseException:
            with suppress(ClientError, BotoCoreError):
                self.client.abort_multipart_upload(**upload)
            raise

    def _upload_parts(self, upload: dict[str, str], path: Path) -> Iterator[dict[str, Any]]:
        with path.open("rb") as file:
            number = 0
            while body := file.read(PART_BYTES):
                number += 1
                part = self.client.upload_part(**upload, PartNumber=number, Body=body, ChecksumAlgorithm="SHA256")
                known = {"PartNumber": number, "ETag": part["ETag"]}
                yield {**known, "ChecksumSHA256": part["ChecksumSHA256"]} if "ChecksumSHA256" in part else known

    async def put(self, key: str, content: bytes) -> None:
        where = self._where(key)
        await self._call(key, lambda: self.client.put_object(**where, Body=content, **self._address.encryption))

    async def read(self, key: str) -> bytes:
        where = self._where(key)

        def read_all() -> bytes:
            content: bytes = self.client.get_object(**where)["Body"].read()
            return content

        return await self._call(key, read_all)

    async def stream(self, key: str, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        found = await self.stat(key)
        if found is None:
            raise ObjectNotFound(key)
        stop = min(found.size_bytes, found.size_bytes if stop is None else stop)
        if start >= stop:
            return
        where = {**self._where(key), "Range": f"bytes={start}-{stop - 1}"}
        body = await self._call(key, lambda: self.client.get_object(**where)["Body"])
        try:
            while chunk := await self._call(key, lambda: body.read(CHUNK_BYTES)):
                yield chunk
        finally:
            body.close()

    @asynccontextmanager
    async def as_file(self, key: str) -> AsyncIterator[Path]:
        check_key(key)
        path = self._spool / f"{uuid4().hex}{Path(key).suffix}"
        try:
            with _full_disk_is_said(), path.open("xb", buffering=CHUNK_BYTES) as file:
                async for chunk in self.stream(key):
                    await asyncio.to_thread(file.write, chunk)
            yield path
        finally:
            path.unlink(missing_ok=True)

    async def stat(self, key: str) -> ObjectStat | None:
        where = self._where(key)
        try:
            head = await self._call(key, lambda: self.client.head_object(**where))
        except ObjectNotFound:
            return None
        return ObjectStat(key, head["ContentLength"], head["LastModified"].astimezone(UTC))

    async def delete(self, key: str) -> None:
        where = self._where(key)
        with suppress(ObjectNotFound):
            await self._call(key, lambda: self.client.delete_object(**where))

    async def list_keys(self, prefix: str) -> AsyncIterator[ObjectStat]:
        above = prefix.rpartition("/")[0]
        if above:
            check_key(above)
        paginator = self.client.get_paginator("list_objects_v2")
        pages = iter(paginator.paginate(Bucket=self._address.bucket, Prefix=self._address.prefix + prefix))
        while (page := await self._call(prefix, lambda: next(pages, None))) is not None:
            for found in page.get("Contents", ()):
                key = found["Key"].removeprefix(self._address.prefix)
                yield ObjectStat(key, found["Size"], found["LastModified"].astimezone(UTC))

    def inspect(self) -> Iterator[StoreFinding]:
        """Yield who may read the bucket, what it keeps, and who may send to it. Blocks."""
        return inspect_bucket(self.client, self._address.bucket)

    async def sweep(self, older_than_s: float) -> int:
        """Remove what a dead process left: files of this machine, and uploads in parts that nobody has completed."""
        removed = await asyncio.to_thread(self._sweep_spool, time.time() - older_than_s)
        return removed + await self._call("", lambda: self._abort_uploads(older_than_s))

    def _sweep_spool(self, before: float) -> int:
        removed = 0
        for path in self._spool.iterdir():
            with suppress(FileNotFoundError):
                if path.stat().st_mtime < before:
                    path.unlink()
                    removed += 1
        return removed

    def _abort_uploads(self, older_than_s: float) -> int:
        before = datetime.now(UTC) - timedelta(seconds=older_than_s)
        bucket, removed = self._address.bucket, 0
        pages = self.client.get_paginator("list_multipart_uploads").paginate(Bucket=bucket, Prefix=self._address.prefix)
        for upload in (upload for page in pages for upload in page.get("Uploads", ())):
            if upload["Initiated"] < before:
                self.client.abort_multipart_upload(Bucket=bucket, Key=upload["Key"], UploadId=upload["UploadId"])
                removed += 1
        return removed


def _code_of(error: ClientError) -> str:
    code = str(error.response.get("Error", {}).get("Code", ""))
    return code or str(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", ""))


@contextmanager
def _full_disk_is_said() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise StoreFull("The disk of this machine is full. Free some space, then try again.") from error
        raise
