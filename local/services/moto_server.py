"""moto as one child process whose every answer can be repeated.

A request may carry headers that moto itself does not know:

x-slipway-seed  number from which every id and secret of this request is drawn
x-slipway-time  milliseconds since 1970 that this request takes for the present
x-slipway-whole  that the bucket which this request deletes goes with all that is in it, locked or not

The same requests in the same order with the same headers then make the same state: what the caller kept of the
requests is enough to make it again. The caller sends one request at a time.

The server picks a free port on 127.0.0.1, prints it as its only line and ends when its standard input is closed, so it
never outlives the process that started it.
"""

import base64
import datetime
import json
import logging
import os
import signal
import sys
import threading

import moto.core.utils
from moto.moto_api._internal import mock_random
from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import make_server

present_ms = None
takes_whole = False
real_utcnow = moto.core.utils.utcnow


def utcnow():
    if present_ms is None:
        return real_utcnow()
    moment = datetime.datetime.fromtimestamp(present_ms / 1000, datetime.timezone.utc)
    return moment.replace(tzinfo=None)


# Most modules import the function by name, the ones loaded later included.
moto.core.utils.utcnow = utcnow
import moto.iam.models  # noqa: E402
import moto.iam.responses  # noqa: E402
import moto.s3.models  # noqa: E402
import moto.s3.responses  # noqa: E402
import moto.s3control.models  # noqa: E402
import moto.sts.models  # noqa: E402
from moto.s3.exceptions import InvalidBucketState  # noqa: E402

for module in list(sys.modules.values()):
    if getattr(module, "utcnow", None) is real_utcnow:
        module.utcnow = utcnow


def after(cls, change):
    """Lets `change` finish what the constructor of a class made."""
    construct = cls.__init__

    def init(self, *args, **kwargs):
        construct(self, *args, **kwargs)
        change(self)

    cls.__init__ = init


def set_upload_id(upload):
    # moto takes it from the operating system, which no seed reaches.
    drawn = mock_random.getrandbits(8 * 43).to_bytes(43, "big")
    upload.id = base64.b64encode(drawn).decode().translate(str.maketrans("", "", "=+/"))


def set_creation_date(bucket):
    bucket.creation_date = utcnow().replace(tzinfo=datetime.timezone.utc)


after(moto.s3.models.FakeMultipart, set_upload_id)
after(moto.s3.models.FakeBucket, set_creation_date)


# What S3 does and moto 5.2.5 does not (compared with the Amazon S3 API Reference, 2026-11-21).


def around(cls, name):
    """Puts a function in the place of a method; it gets the method and the method's own arguments."""

    def put(function):
        method = getattr(cls, name)
        setattr(cls, name, lambda self, *args, **kwargs: function(method, self, *args, **kwargs))

    return put


@around(moto.s3.models.S3Backend, "put_object_lock_configuration")
def lock_a_used_bucket(method, self, bucket_name, *args, **kwargs):
    """The default retention may be changed while there are objects; moto refuses that."""
    bucket = self.get_bucket(bucket_name)
    keys, bucket.keys = bucket.keys, type(bucket.keys)()
    try:
        return method(self, bucket_name, *args, **kwargs)
    finally:
        bucket.keys = keys


@around(moto.s3.models.S3Backend, "put_bucket_versioning")
def keep_versioning_of_locked_bucket(method, self, bucket_name, status):
    """Versioning cannot be suspended under an object lock; moto allows that."""
    if self.get_bucket(bucket_name).object_lock_enabled and status != "Enabled":
        raise InvalidBucketState(
            "An Object Lock configuration is present on this bucket, so the versioning state cannot be changed."
        )
    return method(self, bucket_name, status)


@around(moto.s3.models.FakeBucket, "get_permission")
def judge_what_has_no_condition(method, self, action, resource):
    """Conditions cannot be judged here (nothing is TLS on this machine); moto refuses as if they all were met."""
    policy = self.policy
    if policy is not None:
        document = json.loads(policy)
        statements = document.get("Statement", [])
        listed = statements if isinstance(statements, list) else [statements]
        plain = [one for one in listed if "Condition" not in one]
        self.policy = json.dumps({**document, "Statement": plain}).encode() if plain else None
    try:
        return method(self, action, resource)
    finally:
        self.policy = policy


LIFECYCLE_SIZE_HEADER = "x-amz-transition-default-minimum-object-size"


@around(moto.s3.responses.S3Response, "_bucket_response_put")
def keep_lifecycle_as_it_was_put(method, self, request, bucket_name, querystring):
    answer = method(self, request, bucket_name, querystring)
    if "lifecycle" in querystring:
        size = request.headers.get(LIFECYCLE_SIZE_HEADER, "all_storage_classes_128K")
        self.backend.get_bucket(bucket_name).lifecycle_as_put = (size, self.body)
    return answer


@around(moto.s3.responses.S3Response, "get_bucket_lifecycle")
def answer_lifecycle_as_it_was_put(method, self):
    """moto loses size filters and the smallest size of objects to move."""
    method(self)  # answers with the error where there is none
    size, body = self.backend.get_bucket(self.bucket_name).lifecycle_as_put
    return 200, {LIFECYCLE_SIZE_HEADER: size, "content-type": "application/xml"}, body


@around(moto.s3.responses.S3Response, "_bucket_response_put")
def keep_replication_as_it_was_put(method, self, request, bucket_name, querystring):
    answer = method(self, request, bucket_name, querystring)
    if "replication" in querystring:
        self.backend.get_bucket(bucket_name).replication_as_put = self.body
    return answer


@around(moto.s3.responses.S3Response, "get_bucket_replication")
def answer_replication_as_it_was_put(method, self):
    """moto loses the filter, and whether markers of deleted objects are copied."""
    method(self)  # answers with the error where there is none
    return 200, {"content-type": "application/xml"}, self.backend.get_bucket(self.bucket_name).replication_as_put


@around(moto.s3.models.S3Backend, "delete_bucket")
def delete_whole(method, self, bucket_name):
    """Names of objects that XML cannot hold can be deleted in no other way."""
    bucket = self.get_bucket(bucket_name)
    if takes_whole:
        held = [key for name in bucket.keys for key in bucket.keys.getlist(name)] + list(bucket.multiparts.values())
        for one in held:
            getattr(one, "dispose", lambda: None)()
        bucket.keys = type(bucket.keys)()
    return method(self, bucket_name)


class Repeatable:
    def __init__(self, application):
        self.application = application

    def __call__(self, environ, start_response):
        global present_ms, takes_whole
        seed = environ.pop("HTTP_X_SLIPWAY_SEED", None)
        moment = environ.pop("HTTP_X_SLIPWAY_TIME", None)
        takes_whole = environ.pop("HTTP_X_SLIPWAY_WHOLE", None) is not None
        mock_random.seed(None if seed is None else int(seed))
        present_ms = None if moment is None else int(moment)
        return self.application(environ, start_response)


def end_with_parent():
    while sys.stdin.buffer.read(4096):
        pass
    os._exit(0)


def main():
    # A Ctrl-C in the terminal is meant for the command that runs there.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    application = Repeatable(DomainDispatcherApplication(create_backend_app))
    server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=MotoRequestHandler)
    threading.Thread(target=end_with_parent, daemon=True).start()
    print(server.server_port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
