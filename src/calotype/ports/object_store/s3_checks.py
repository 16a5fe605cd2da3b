"""What the doctor wants to know of a bucket: who may read it, what it keeps, and whether pages may upload to it."""

from collections.abc import Callable, Iterator
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from calotype.ports.object_store import StoreFinding

_WORLD = {
    "http://acs.amazonaws.com/groups/global/AllUsers",
    "http://acs.amazonaws.com/groups/global/AuthenticatedUsers",
}


def inspect_bucket(client: Any, bucket: str) -> Iterator[StoreFinding]:
    """Yield what is found about a bucket. Blocks. What a store cannot tell is said, too: few but AWS tell all."""
    for check in (_check_public_access, _check_versioning, _check_cors):
        try:
            yield check(client, bucket)
        except (ClientError, BotoCoreError) as problem:
            subject = check.__name__.removeprefix("_check_").replace("_", " ")
            yield StoreFinding(f"bucket: {subject}", f"The store does not tell ({_reason(problem)}).", is_well=True)


def _reason(problem: Exception) -> str:
    if isinstance(problem, ClientError):
        return str(problem.response.get("Error", {}).get("Code", "unknown"))
    return type(problem).__name__


def _ask(call: Callable[[], Any], *absent: str) -> Any:
    """Return an answer, or None where the store says that there is nothing of the kind."""
    try:
        return call()
    except ClientError as problem:
        if _reason(problem) in absent:
            return None
        raise


def _check_public_access(client: Any, bucket: str) -> StoreFinding:
    subject = "bucket: public access"
    status = _ask(lambda: client.get_bucket_policy_status(Bucket=bucket), "NoSuchBucketPolicy")
    is_public = bool(status and status["PolicyStatus"]["IsPublic"])
    grants = client.get_bucket_acl(Bucket=bucket)["Grants"]
    if is_public or any(grant["Grantee"].get("URI") in _WORLD for grant in grants):
        return StoreFinding(
            subject,
            f"Anybody may read the bucket {bucket}: block public access to it (aws s3api put-public-access-block "
            f"--bucket {bucket} --public-access-block-configuration BlockPublicAcls=true,IgnorePublicAcls=true,"
            "BlockPublicPolicy=true,RestrictPublicBuckets=true).",
            is_well=False,
            is_grave=True,
        )
    return StoreFinding(subject, "closed", is_well=True)


def _check_versioning(client: Any, bucket: str) -> StoreFinding:
    subject = "bucket: versioning"
    if client.get_bucket_versioning(Bucket=bucket).get("Status") == "Enabled":
        return StoreFinding(subject, "on: what is deleted by mistake can be had back", is_well=True)
    return StoreFinding(
        subject,
        f"The bucket {bucket} keeps no older versions: turn versioning on, so that one wrong command loses nothing "
        f"(aws s3api put-bucket-versioning --bucket {bucket} --versioning-configuration Status=Enabled).",
        is_well=False,
    )


def _check_cors(client: Any, bucket: str) -> StoreFinding:
    subject = "bucket: CORS"
    rules = (_ask(lambda: client.get_bucket_cors(Bucket=bucket), "NoSuchCORSConfiguration") or {}).get("CORSRules", [])
    if any("PUT" in rule.get("AllowedMethods", ()) and "*" in rule.get("AllowedOrigins", ()) for rule in rules):
        return StoreFinding(
            subject,
            f"Pages of any site may send to the bucket {bucket}: name only this library's address in AllowedOrigins "
            f"(aws s3api put-bucket-cors --bucket {bucket}).",
            is_well=False,
        )
    return StoreFinding(subject, "no other site's page may send to it", is_well=True)
