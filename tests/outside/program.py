"""A program of somebody else's: speaks HTTP and JSON to an address and knows nothing more."""

import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from uuid import uuid4


@dataclass
class Answer:
    """What came back."""

    status: int
    body: bytes
    headers: dict

    @property
    def json(self):
        return json.loads(self.body)


@dataclass
class Program:
    """One holder of a token, or nobody."""

    base: str
    token: str = ""

    def call(self, method, path, body=None, kind="application/json"):
        """Send a request; objects are sent as JSON, bytes as they are."""
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        asked = urllib.request.Request(self.base + path, data, method=method)
        if data is not None:
            asked.add_header("Content-Type", kind)
        if self.token:
            asked.add_header("Authorization", f"Bearer {self.token}")
        try:
            with urllib.request.urlopen(asked, timeout=60) as answer:
                return Answer(answer.status, answer.read(), dict(answer.headers))
        except urllib.error.HTTPError as refused:
            return Answer(refused.code, refused.read(), dict(refused.headers))

    def get(self, path):
        return self.call("GET", path)

    def post(self, path, body=None):
        return self.call("POST", path, body)

    def upload(self, name, data, kind="application/pdf", **fields):
        """Send one file as a multipart form."""
        line = uuid4().hex
        parts = [
            f'--{line}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
            for key, value in fields.items()
        ]
        told = f'--{line}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        parts += [
            f"{told}Content-Type: {kind}\r\n\r\n".encode(),
            data,
            f"\r\n--{line}--\r\n".encode(),
        ]
        form = f"multipart/form-data; boundary={line}"
        return self.call("POST", "/api/v1/documents", b"".join(parts), form)

    def every(self, path, limit=2):
        """Walk all pages of a list."""
        items, cursor = [], None
        while True:
            link = f"{path}{'&' if '?' in path else '?'}limit={limit}"
            answer = self.get(link + (f"&cursor={cursor}" if cursor else "")).json
            items += answer["items"]
            cursor = answer["next"]
            if cursor is None:
                return items
