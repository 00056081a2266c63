"""Speaks to a mint, and to nobody else: plain HTTP to an address of this machine."""

import collections
import http.client
import json
import urllib.parse

REQUEST_TIMEOUT_SECONDS = 30

Answer = collections.namedtuple("Answer", "status body")


class MintClient:
    """One exchange at a time, each over a connection of its own. Whatever the status is, it is an answer."""

    def __init__(self, url):
        self.url = url.rstrip("/")

    def get(self, path, timeout=REQUEST_TIMEOUT_SECONDS):
        return self.request("GET", path, timeout=timeout)

    def post(self, path, body):
        return self.request("POST", path, json.dumps(body, separators=(",", ":")))

    def request(self, method, path, text=None, timeout=REQUEST_TIMEOUT_SECONDS, headers=None):
        """The status, and the body as JSON."""
        place = urllib.parse.urlsplit(self.url)
        connection = http.client.HTTPConnection(place.hostname, place.port, timeout=timeout)
        try:
            connection.request(method, place.path + path, text, {"Content-Type": "application/json"} | (headers or {}))
            response = connection.getresponse()
            return Answer(response.status, json.loads(response.read()))
        finally:
            connection.close()
