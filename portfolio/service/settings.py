"""What a service is told when it starts."""

from __future__ import annotations

from dataclasses import dataclass, field

from portfolio.batch import MANY
from portfolio.cache_choice import CacheChoice
from portfolio.conduct import Conduct

MIB = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How a service listens, and how much it takes on.

    `conduct` says how questions are asked; its wall time is the most that a request may have.
    `workers` processes answer, one question each; `spare` more are started while some of them are
    at long ones. At most `queue` questions wait. A request must have its head after `head_s` and
    its body after `body_s`, at most `max_body` bytes. When told to stop, the service answers what
    it has for `grace_s`. `connections` are held at once.
    """

    conduct: Conduct = MANY
    host: str = "127.0.0.1"
    port: int = 8080
    workers: int = 2
    spare: int = 6
    queue: int = 256
    max_body: int = MIB
    head_s: float = 10.0
    body_s: float = 10.0
    idle_s: float = 30.0
    grace_s: float = 10.0
    connections: int = 512
    cache: CacheChoice = field(default_factory=CacheChoice)
    logs_requests: bool = True
