"""The proxies that the environment names (HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, NO_PROXY), over a guarded transport."""

from __future__ import annotations

import urllib.request
from collections.abc import Collection

import httpx

from weekly.errors import Refused, SettingsError
from weekly.net.private_addresses import has_local_name, refusal

_SCHEMES = frozenset({"http", "https", "all"})


class ProxiedNetwork(httpx.BaseTransport):
    """Requests go through the proxy that the environment names for them, those without one to *direct*.

    A proxy resolves names in our place, so that addresses cannot be checked: names of a network of its own are refused.
    """

    def __init__(
        self, direct: httpx.BaseTransport, *, hosts: Collection[str], services: Collection[tuple[str, int]]
    ) -> None:
        """*hosts*, and the host and port pairs *services*, may be private."""
        self._direct = direct
        self._hosts, self._services = frozenset(hosts), frozenset(services)
        self._proxies = {
            scheme: _transport(url) for scheme, url in urllib.request.getproxies().items() if scheme in _SCHEMES
        }

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The answer; raises Refused for local names, httpx's errors for the rest."""
        url = request.url
        proxy = self._proxies.get(url.scheme) or self._proxies.get("all")
        if proxy is None or urllib.request.proxy_bypass(f"{url.host}:{url.port}" if url.port else url.host):
            return self._direct.handle_request(request)
        service = (url.host, url.port or (443 if url.scheme == "https" else 80))
        if has_local_name(url.host) and url.host not in self._hosts and service not in self._services:
            raise Refused(refusal(url.host, "through a proxy"), url=url.host)
        return proxy.handle_request(request)

    def close(self) -> None:
        """Closes the connections."""
        for transport in (self._direct, *self._proxies.values()):
            transport.close()


def _transport(url: str) -> httpx.HTTPTransport:
    try:
        return httpx.HTTPTransport(proxy=httpx.Proxy(url if "://" in url else f"http://{url}"))
    except (ValueError, ImportError) as error:
        raise SettingsError(
            "HTTP_PROXY, HTTPS_PROXY or ALL_PROXY: not a proxy that can be used: " + type(error).__name__
        ) from error
