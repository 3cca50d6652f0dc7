"""An S3-compatible store for tests: lists, sizes and ranges of objects in memory, for requests signed with its secret.

The signature is checked by this file's own reading of AWS Signature Version 4, so that a wrong secret is refused.
"""

import hashlib
import hmac
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar
from urllib.parse import parse_qsl, quote, unquote, urlsplit
from xml.sax.saxutils import escape

ACCESS, SECRET = "AKIDEXAMPLE", "a secret of the tests"


class Store(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    objects: ClassVar[dict[str, bytes]] = {}
    page = 3

    def log_message(self, *_):
        pass

    def do_HEAD(self):
        self.answer()

    def do_GET(self):
        self.answer()

    def answer(self):
        address = urlsplit(self.path)
        bucket, _, key = unquote(address.path).lstrip("/").partition("/")
        if not self.signed(address):
            self.say(403, b"<Error><Code>SignatureDoesNotMatch</Code></Error>")
        elif bucket != "inbox":
            self.say(404, b"<Error><Code>NoSuchBucket</Code></Error>")
        elif not key:
            self.listing(dict(parse_qsl(address.query, keep_blank_values=True)))
        elif key in self.objects:
            self.object(self.objects[key])
        else:
            self.say(404, b"<Error><Code>NoSuchKey</Code></Error>")

    def object(self, content):
        asked = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
        if asked:
            first, last = int(asked[1]), min(int(asked[2]), len(content) - 1)
            self.say(206, content[first : last + 1], {"Content-Range": f"bytes {first}-{last}/{len(content)}"})
        else:
            self.say(200, content)

    def listing(self, query):
        prefix, after = query.get("prefix", ""), query.get("continuation-token", "")
        mark = query.get("delimiter", "")
        names = [name for name in sorted(self.objects) if name.startswith(prefix) and name > after]
        shown, rest = names[: self.page], names[self.page :]
        contents, folders = [], []
        for name in shown:
            if mark and mark in name[len(prefix) :]:
                folders.append(prefix + name[len(prefix) :].split(mark)[0] + mark)
            else:
                size = len(self.objects[name])
                contents.append(
                    f"<Contents><Key>{escape(name)}</Key><Size>{size}</Size><LastModified>2026-01-31T00:00:00Z</LastModified></Contents>"
                )
        common = "".join(
            f"<CommonPrefixes><Prefix>{escape(name)}</Prefix></CommonPrefixes>" for name in dict.fromkeys(folders)
        )
        more = f"<NextContinuationToken>{escape(shown[-1])}</NextContinuationToken>" if rest else ""
        body = (
            f'<?xml version="1.0"?><ListBucketResult><Name>inbox</Name><Prefix>{escape(prefix)}</Prefix>'
            f"<KeyCount>{len(shown)}</KeyCount><MaxKeys>{self.page}</MaxKeys><IsTruncated>{str(bool(rest)).lower()}</IsTruncated>"
            f"{more}{''.join(contents)}{common}</ListBucketResult>"
        )
        self.say(200, body.encode())

    def say(self, status, body, headers=None):
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), "ETag": '"x"', **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Last-Modified", "Sat, 31 Jan 2026 00:00:00 GMT")
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def signed(self, address):
        given = re.fullmatch(
            r"AWS4-HMAC-SHA256 Credential=(\w+)/(\d+)/([\w-]+)/s3/aws4_request, ?SignedHeaders=([\w;-]+), ?Signature=(\w+)",
            self.headers.get("Authorization", ""),
        )
        if given is None or given[1] != ACCESS:
            return False
        _, day, region, names, signature = given.groups()
        query = "&".join(
            f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}"
            for name, value in sorted(parse_qsl(address.query, keep_blank_values=True))
        )
        lines = [f"{name}:{' '.join(self.headers[name].split())}" for name in names.split(";")]
        body = self.headers.get("x-amz-content-sha256", hashlib.sha256(b"").hexdigest())
        request = "\n".join([self.command, address.path, query, *lines, "", names, body])
        scope = f"{day}/{region}/s3/aws4_request"
        text = "\n".join(
            ["AWS4-HMAC-SHA256", self.headers["x-amz-date"], scope, hashlib.sha256(request.encode()).hexdigest()]
        )
        key = b"AWS4" + SECRET.encode()
        for part in (day, region, "s3", "aws4_request"):
            key = hmac.digest(key, part.encode(), "sha256")
        return hmac.compare_digest(hmac.new(key, text.encode(), "sha256").hexdigest(), signature)


class SmallBucket:
    """The store on a port of its own; ``objects`` by name, in the bucket ``inbox``."""

    def __init__(self):
        self.handler = type("Own", (Store,), {"objects": {}})
        self.objects = self.handler.objects
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self.handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
