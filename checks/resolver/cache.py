"""What was learned, for as long as its zone says (RFC 1034 section 3.6, RFC 2308 section 5), and not without end: the
least used goes first. Only answers are remembered; what could not be told is asked again."""

import math
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace

from checks.resolver.questions import Question
from checks.resolver.reading import Held, Link

_LARGEST = 16_384
"""Answers with more characters than this are not kept."""


class Cache:
    """`clock` gives monotonic seconds; `size` counts questions."""

    def __init__(self, size: int, clock: Callable[[], float]) -> None:
        self._size = size
        self._clock = clock
        self._known: OrderedDict[Question, tuple[float, Link]] = OrderedDict()

    def get(self, question: Question) -> Link | None:
        """What is known, with the TTL that is left (whole seconds, rounded up)."""
        if question not in self._known:
            return None
        expires, link = self._known[question]
        left = expires - self._clock()
        if left <= 0:
            del self._known[question]
            return None
        self._known.move_to_end(question)
        return replace(link, ttl=math.ceil(left))

    def put(self, question: Question, link: Link) -> None:
        """Remember an answer; a newer one takes its place."""
        self._known.pop(question, None)
        weight = sum(map(len, link.values)) if isinstance(link, Held) else 0
        if link.ttl <= 0 or weight > _LARGEST:
            return
        self._known[question] = (self._clock() + link.ttl, link)
        while len(self._known) > self._size:
            self._known.popitem(last=False)
