"""A set of words written as running text, so that long lists stay readable."""


def bag(text: str) -> frozenset[str]:
    """The words of `text`, parted by blanks."""
    return frozenset(text.split())
