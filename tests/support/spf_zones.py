"""Random SPF zones: terms good, bad and strange over a handful of names, so that trees, circles and errors come up."""

from hypothesis import strategies as st

NAMES = ("example.com", "a.example.com", "b.example.com", "x.example.net", "y.example.net")
HOSTS = ("192.0.2.10", "203.0.113.7", "2001:db8::10", "::ffff:192.0.2.10")

# fmt: off
_TERMS = (
    "a", "mx", "ptr", "all", "-all", "~all", "?all", "+all", "a/24", "mx//64", "ip4:192.0.2.0/24",
    "ip6:2001:db8::/32", "ip4:0.0.0.0/0", "ptr:%{d}", "exists:%{i}.example.net", "exists:%{l1r-}.%{d2}", "a:%{h}",
    "include:%{d}", "foo=bar", "exp=x.example.net", "ipv4:192.0.2.1", "include=x.example.net", "foo", "a:", "-",
    "%", "a,", "\xe2\x80\x93all",
)
# fmt: on
_TARGETED = ("include:", "redirect=", "a:", "mx:", "exists:", "-include:", "?include:", "exp=")

terms = st.one_of(
    st.sampled_from(_TERMS),
    st.builds(str.__add__, st.sampled_from(_TARGETED), st.sampled_from((*NAMES, "gone.example.net"))),
)
records = st.builds(lambda words: " ".join(("v=spf1", *words)), st.lists(terms, max_size=7))
texts = st.one_of(records, records, records, st.text(max_size=20), st.just("v=spf1 " + "a " * 12))

_types = st.fixed_dictionaries(
    {},
    optional={
        "TXT": st.one_of(st.lists(texts, min_size=1, max_size=2), st.just("SERVFAIL")),
        "A": st.sampled_from((["192.0.2.10"], ["198.51.100.1"], "timeout")),
        "AAAA": st.just(["2001:db8::10"]),
        "MX": st.sampled_from((["10 a.example.com"], ["0 ."], [f"{n} b.example.com" for n in range(12)], "REFUSED")),
    },
)
zones = st.dictionaries(st.sampled_from(NAMES), _types)
sound_zones = st.fixed_dictionaries(
    {name: st.fixed_dictionaries({"TXT": records.map(lambda record: [record])}) for name in NAMES}
)
"""Every name has one record and nothing else."""

# fmt: off
_CALM_TERMS = (
    "a", "mx", "a:a.example.com", "a:b.example.com", "mx:x.example.net", "ip4:192.0.2.0/28", "ip4:203.0.113.7",
    "-ip4:192.0.2.20", "?a:y.example.net", "include:a.example.com", "include:x.example.net", "?include:y.example.net",
    "redirect=y.example.net", "exists:b.example.com", "a:gone.example.net", "include:b.example.com", "all", "+all",
    "include=x.example.net", "foo=bar", "ipv4:203.0.113.7", "include:gone.example.net", "a/0", "ip4:192.0.2.0/28,a",
)
# fmt: on
_calm_records = st.builds(
    lambda words, end: " ".join(("v=spf1", *words, end)),
    st.lists(st.sampled_from(_CALM_TERMS), max_size=6),
    st.sampled_from(("~all", "-all", "?all", "~all a", "")),
)
_calm_types = st.fixed_dictionaries(
    {"TXT": _calm_records.map(lambda record: [record]), "A": st.sampled_from((["192.0.2.10"], ["198.51.100.1"]))},
    optional={"MX": st.just(["10 a.example.com"]), "AAAA": st.just(["2001:db8::10"])},
)
calm_zones = st.fixed_dictionaries(dict.fromkeys(NAMES, _calm_types))
"""Zones as people publish them: mostly right, with the mistakes that people make."""
