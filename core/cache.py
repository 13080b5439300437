"""Django's Redis cache with one client per server instead of one per call.

A client is safe to share between threads (its connections come from a pool), and building one costs
more than the call it is built for.
"""

from functools import lru_cache
from typing import Any

from django.core.cache.backends import redis


class CacheClient(redis.RedisCacheClient):
    """Keeps its clients."""

    def __init__(self, servers: list[str], **options: Any) -> None:
        super().__init__(servers, **options)
        self.get_client = lru_cache(maxsize=8)(super().get_client)  # type: ignore[method-assign]


class RedisCache(redis.RedisCache):
    """The cache of the settings."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = CacheClient
