"""The store in a bucket keeps the promises, against a server that speaks S3 (moto; its signatures prove nothing)."""

import asyncio
import hashlib
import hmac
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.client import BaseClient
from moto.server import ThreadedMotoServer

from calotype.ports.object_store import StoreAway, s3
from calotype.ports.object_store.s3 import BadStoreAddress, S3Address, S3ObjectStore, make_client

from .contract import KEY, ObjectStoreContract, keys_of, store


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.fixture
def address(endpoint: str) -> S3Address:
    address = S3Address.read(f"s3://b{uuid4().hex}/library/one?endpoint={endpoint}&region=us-east-1")
    make_client(address).create_bucket(Bucket=address.bucket)
    return address


class Room:
    """A store that refuses larger bodies, as a full MinIO does (507 XMinioStorageFull)."""

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes

    def __call__(self, request: Any, **_: Any) -> AWSResponse | None:
        if request.method != "PUT" or int(request.headers.get("Content-Length", 0)) <= self.most_bytes:
            return None
        body = b"<Error><Code>XMinioStorageFull</Code><Message>full</Message></Error>"

        class Raw:
            def stream(self, *_: Any, **__: Any) -> Iterator[bytes]:
                yield body

        return AWSResponse(request.url, 507, {"content-type": "application/xml"}, Raw())


class TestS3ObjectStore(ObjectStoreContract):
    @pytest.fixture
    def objects(self, address: S3Address, tmp_path: Path) -> S3ObjectStore:
        return S3ObjectStore(address, tmp_path / "spool")

    @pytest.fixture
    def small_store(self, address: S3Address, tmp_path: Path) -> S3ObjectStore:
        client: BaseClient = make_client(address)
        client.meta.events.register("before-send.s3", Room(3 << 20))
        return S3ObjectStore(address, tmp_path / "spool", client)

    async def test_large_objects_go_in_parts_and_are_written_once(
        self, objects: S3ObjectStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(s3, "PART_BYTES", 5 << 20)
        content = bytes(range(256)) * (12 << 12)
        assert await store(objects, KEY, content) is True
        assert hashlib.sha256(await objects.read(KEY)).digest() == hashlib.sha256(content).digest()
        assert await store(objects, KEY, content[::-1]) is False
        assert await objects.read(KEY) == content
        assert await objects.sweep(older_than_s=-1) == 0, "a refused upload leaves no parts"

    async def test_what_a_dead_process_left_is_swept(
        self, objects: S3ObjectStore, address: S3Address, tmp_path: Path
    ) -> None:
        (tmp_path / "spool" / "left").write_bytes(b"half a photo")
        where = {"Bucket": address.bucket, "Key": f"{address.prefix}{KEY}"}
        upload = objects.client.create_multipart_upload(**where)
        objects.client.upload_part(**where, UploadId=upload["UploadId"], PartNumber=1, Body=b"x")
        assert await objects.sweep(older_than_s=2e9) == 0  # moto dates every upload in parts to 2010
        assert await objects.sweep(older_than_s=-1) == 2
        assert await objects.sweep(older_than_s=-1) == 0

    async def test_libraries_share_a_bucket_without_seeing_each_other(
        self, objects: S3ObjectStore, endpoint: str, address: S3Address, tmp_path: Path
    ) -> None:
        other = S3ObjectStore(S3Address.read(f"s3://{address.bucket}/library/two?endpoint={endpoint}&region=us-east-1"),
                              tmp_path / "other")  # fmt: skip
        await store(objects, KEY, b"one")
        assert await keys_of(other) == set()
        assert await other.stat(KEY) is None

    async def test_a_bucket_that_is_not_there_is_no_lost_photo(self, endpoint: str, tmp_path: Path) -> None:
        away = S3ObjectStore(S3Address.read(f"s3://nothing-here?endpoint={endpoint}&region=us-east-1"), tmp_path / "s")
        nowhere = S3ObjectStore(
            S3Address.read("s3://bucket?endpoint=http://127.0.0.1:9&region=us-east-1"), tmp_path / "s"
        )
        for each in (away, nowhere):
            with pytest.raises(StoreAway, match="Nothing is lost"):
                await each.read(KEY)
            with pytest.raises(StoreAway):
                await store(each, KEY, b"x")
            with pytest.raises(StoreAway):
                await keys_of(each)

    async def test_the_store_encrypts_where_it_is_told_to(
        self, address: S3Address, endpoint: str, tmp_path: Path
    ) -> None:
        told = S3Address.read(
            f"s3://{address.bucket}?endpoint={endpoint}&region=us-east-1&encryption=aws:kms&kms_key=arn:aws:kms:x"
        )
        objects = S3ObjectStore(told, tmp_path / "spool")
        await store(objects, KEY, b"secret")
        head = objects.client.head_object(Bucket=told.bucket, Key=KEY)
        assert (head["ServerSideEncryption"], head["SSEKMSKeyId"]) == ("aws:kms", "arn:aws:kms:x")

    async def test_two_who_upload_at_once_wait_for_each_other(
        self, objects: S3ObjectStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """AWS answers 409 while another conditional write of the key is under way."""
        told: list[str] = []

        def conflict_once(request: Any, **_: Any) -> AWSResponse | None:
            if request.method != "PUT" or told:
                return None
            told.append(request.url)
            body = b"<Error><Code>ConditionalRequestConflict</Code><Message>wait</Message></Error>"
            raw = type("Raw", (), {"stream": lambda *_, **__: iter([body])})()
            return AWSResponse(request.url, 409, {"content-type": "application/xml"}, raw)

        objects.client.meta.events.register("before-send.s3", conflict_once)
        monkeypatch.setattr(s3, "CONFLICT_PAUSE_S", 0)
        assert await store(objects, KEY, b"x") is True
        assert len(told) == 1


def test_the_doctor_hears_how_a_bucket_is_set_up(address: S3Address, tmp_path: Path) -> None:
    objects = S3ObjectStore(address, tmp_path / "spool")
    client, bucket = objects.client, address.bucket
    found = {finding.subject: finding for finding in objects.inspect()}
    assert [finding.is_well for finding in found.values()] == [True, False, True]
    assert "put-bucket-versioning" in found["bucket: versioning"].sentence
    client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    client.put_bucket_acl(Bucket=bucket, ACL="public-read")
    rule = {"AllowedMethods": ["PUT"], "AllowedOrigins": ["*"]}
    client.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": [rule]})
    found = {finding.subject: finding for finding in objects.inspect()}
    assert [(finding.is_well, finding.is_grave) for finding in found.values()] == [
        (False, True), (True, False), (False, False)
    ]  # fmt: skip
    assert "put-public-access-block" in found["bucket: public access"].sentence


@pytest.mark.parametrize(
    "text",
    [
        "",
        "s3://",
        "s3:///x",
        "http://bucket/x",
        "s3://bucket/../x",
        "s3://bucket?secret=1",
        "s3://bucket/.hidden",
        "bucket",
    ],
)
def test_an_address_that_cannot_be_read_is_said(text: str) -> None:
    with pytest.raises(ValueError, match=r"is no(t a key| address)"):
        S3Address.read(text)


def test_addresses_are_taken_apart() -> None:
    assert S3Address.read("s3://photos") == S3Address("photos")
    assert S3Address.read("s3://photos/a/b/?endpoint=https://host:9000&region=eu-1&encryption=AES256") == S3Address(
        "photos", "a/b/", "https://host:9000", "eu-1", {"ServerSideEncryption": "AES256"}
    )
    assert issubclass(BadStoreAddress, ValueError)


def test_requests_are_signed_as_the_protocol_says(endpoint: str) -> None:
    """Signature Version 4, worked out anew from the specification over what was really sent."""
    sent: list[Any] = []
    address = S3Address.read(f"s3://bucket/p?endpoint={endpoint}&region=eu-central-1")
    client = make_client(address)
    client.meta.events.register("before-send.s3", lambda request, **_: sent.append(request))
    client.create_bucket(Bucket="bucket", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    asyncio.run(S3ObjectStore(address, Path("/tmp"), client).put("a/b.jpg", b"content"))
    request = sent[-1]
    headers = {name.lower(): value.decode() if isinstance(value, bytes) else value
               for name, value in request.headers.items()}  # fmt: skip
    credential, signed, signature = (
        part.partition("=")[2] for part in headers["authorization"].removeprefix("AWS4-HMAC-SHA256 ").split(", ")
    )
    day, scope = headers["x-amz-date"][:8], credential.partition("/")[2]
    assert scope == f"{day}/eu-central-1/s3/aws4_request"
    assert day == datetime.now(UTC).strftime("%Y%m%d")
    url = urlsplit(request.url)
    headers.setdefault("host", url.netloc)
    canonical = "\n".join(
        [request.method, url.path, url.query, *(f"{name}:{headers[name].strip()}" for name in signed.split(";")), "",
         signed, headers["x-amz-content-sha256"]]
    )  # fmt: skip
    to_sign = "\n".join(
        ["AWS4-HMAC-SHA256", headers["x-amz-date"], scope, hashlib.sha256(canonical.encode()).hexdigest()]
    )
    key = b"AWS4" + boto3.session.Session().get_credentials().secret_key.encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    assert signature == hmac.digest(key, to_sign.encode(), "sha256").hex()
