"""A real S3-compatible server for tests (moto's), on a free port of this machine."""

from collections.abc import Iterator
from contextlib import contextmanager

import fsspec
import pytest
from moto.server import ThreadedMotoServer

BUCKET = "tracker-files"


@contextmanager
def object_store() -> Iterator[str]:
    """Run a server with one bucket, and let S3 clients of this process find it; give the address of the storage."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as environment:
        for name, value in {
            "AWS_ENDPOINT_URL": f"http://{host}:{port}",
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_DEFAULT_REGION": "us-east-1",
        }.items():
            environment.setenv(name, value)
        try:
            fsspec.filesystem("s3", use_listings_cache=False, skip_instance_cache=True).mkdir(BUCKET)
            yield f"s3://{BUCKET}/evidence"
        finally:
            server.stop()
