"""Cases for check_host() from RFC 7208 sections 4.6.4, 6 and 7: limits, modifiers, explanations and macros."""

import itertools

from tests.support.spf_world import HOST, HOST6, Case, Zone

FOUND = {"A": ["127.0.0.2"]}
LONG = "somewhat.long.name.example.com"


def _chain(length: int) -> Zone:
    """`length` records, each including the next; the last one lets the host pass."""
    names = [f"c{index}.example.org" for index in range(length)]
    zone = {name: {"TXT": [f"v=spf1 include:{after} -all"]} for name, after in itertools.pairwise(names)}
    return {**zone, names[-1]: {"TXT": [f"v=spf1 ip4:{HOST} -all"]}}


def _exchangers(count: int, matching: int) -> Zone:
    """`many.example.org` with `count` hosts, of which one is the host under test."""
    hosts = {f"h{n}.example.org": {"A": [HOST if n == matching else "198.51.100.1"]} for n in range(count)}
    return {"many.example.org": {"MX": [f"{n} h{n}.example.org" for n in range(count)]}, **hosts}


def _pointers(count: int, matching: int) -> Zone:
    """192.0.2.80 with `count` names, of which one is below example.com; all lead back."""
    names = ["x.example.com" if n == matching else f"p{n}.example.org" for n in range(count)]
    return {"80.2.0.192.in-addr.arpa": {"PTR": names}, **{name: {"A": ["192.0.2.80"]} for name in names}}


VOID2 = "a:gone1.example.net a:gone2.example.net"
TEN = " ".join(["a:two.example.net"] * 10)

LIMITS = (
    Case("4.6.4", "ten look-ups", f"v=spf1 {TEN} ip4:{HOST} -all", "pass"),
    Case("4.6.4", "eleven look-ups", f"v=spf1 {TEN} a:mail.example.net -all", "permerror"),
    Case(
        "4.6.4",
        "ten look-ups of every kind",
        "v=spf1 a mx ptr a:two.example.net mx:mx.example.net exists:gone.example.net include:soft.example.net "
        "a:two.example.net a:two.example.net a:two.example.net ip4:203.0.113.7 -all",
        "pass",
        ip="203.0.113.7",
        zone={"example.com": {"A": ["198.51.100.1"], "MX": ["10 two.example.net"]}},
    ),
    Case(
        "4.6.4",
        "look-ups within includes count",
        "v=spf1 include:nine.example.org a:mail.example.net",
        "permerror",
        zone={"nine.example.org": {"TXT": [f"v=spf1 {TEN}"]}},
    ),
    Case("4.6.4", "what was not evaluated does not count", f"v=spf1 ip4:{HOST} {TEN} {TEN} -all", "pass"),
    Case("4.6.4", "ten includes deep", "v=spf1 include:c0.example.org -all", "pass", zone=_chain(10)),
    Case("4.6.4", "eleven includes deep", "v=spf1 include:c0.example.org -all", "permerror", zone=_chain(11)),
    Case("4.6.4", "an include of itself", "v=spf1 include:example.com +all", "permerror"),
    Case("4.6.4", "a redirect to itself", "v=spf1 redirect=example.com", "permerror"),
    Case(
        "4.6.4",
        "a circle of two",
        "v=spf1 include:c.example.org +all",
        "permerror",
        zone={"c.example.org": {"TXT": ["v=spf1 include:example.com"]}},
    ),
    Case("4.6.4", "redirect is the eleventh", f"v=spf1 {TEN} redirect=pass.example.net", "permerror"),
    Case("4.6.4", "redirect is the tenth", f"v=spf1 {TEN[18:]} redirect=pass.example.net", "pass"),
    Case(
        "4.6.4",
        "exp is not counted",
        f"v=spf1 {TEN} -all exp=why.example.net",
        "fail",
        f"{HOST} may not send as example.com",
    ),
    Case("4.6.4", "ten mail exchangers", "v=spf1 mx:many.example.org -all", "pass", zone=_exchangers(10, 9)),
    Case(
        "4.6.4", "the eleventh mail exchanger", "v=spf1 mx:many.example.org +all", "permerror", zone=_exchangers(11, 10)
    ),
    Case(
        "4.6.4",
        "ten mail exchangers, none of which matches",
        "v=spf1 mx:many.example.org ~all",
        "softfail",
        zone=_exchangers(10, 99),
    ),
    Case(
        "4.6.4",
        "any number of addresses",
        "v=spf1 a:full.example.org -all",
        "pass",
        ip="198.51.100.30",
        zone={"full.example.org": {"A": [f"198.51.100.{n}" for n in range(31)]}},
    ),
    Case("4.6.4", "the tenth name of a host", "v=spf1 ptr -all", "pass", ip="192.0.2.80", zone=_pointers(11, 9)),
    Case(
        "4.6.4", "the eleventh name is passed over", "v=spf1 ptr -all", "fail", ip="192.0.2.80", zone=_pointers(11, 10)
    ),
    Case("4.6.4", "two void look-ups", f"v=spf1 {VOID2} ~all", "softfail"),
    Case("4.6.4", "three void look-ups", f"v=spf1 {VOID2} a:gone3.example.net +all", "permerror"),
    Case("4.6.4", "a void exists", f"v=spf1 {VOID2} exists:gone.example.net +all", "permerror"),
    Case("4.6.4", "a void mx", f"v=spf1 {VOID2} mx:nomx.example.net +all", "permerror"),
    Case("4.6.4", "a void ptr", f"v=spf1 {VOID2} ptr +all", "permerror", ip="192.0.2.99"),
    Case("4.6.4", "no data is void as well", f"v=spf1 {VOID2} a:empty.example.net +all", "permerror"),
    Case(
        "4.6.4",
        "void look-ups within includes",
        "v=spf1 a:gone.example.net include:v.example.org +all",
        "permerror",
        zone={"v.example.org": {"TXT": [f"v=spf1 {VOID2}"]}},
    ),
    Case("4.6.4", "an exp that finds nothing is not void", f"v=spf1 {VOID2} -all exp=gone.example.net", "fail", ""),
)

REDIRECT = (
    Case("6.1", "nothing matched", "v=spf1 redirect=pass.example.net", "pass"),
    Case("6.1", "something matched", f"v=spf1 ~ip4:{HOST} redirect=pass.example.net", "softfail"),
    Case("6.1", "written first, it still comes last", f"v=spf1 redirect=pass.example.net ?ip4:{HOST}", "neutral"),
    Case("6.1", "no record there", "v=spf1 redirect=empty.example.net", "permerror"),
    Case("6.1", "no such name", "v=spf1 redirect=gone.example.net", "permerror"),
    Case("6.1", "not answered", "v=spf1 redirect=broken.example.net", "temperror"),
    Case("6.1", "a record that breaks the grammar", "v=spf1 redirect=bad.example.net", "permerror"),
    Case("6.1", "an empty domain", "v=spf1 redirect=", "permerror"),
    Case("6.1", "no domain", "v=spf1 ?all redirect=-all", "permerror"),
    Case("6.1", "with a colon", "v=spf1 redirect:pass.example.net", "permerror"),
    Case(
        "6.1",
        "a means the new domain",
        "v=spf1 redirect=own.example.org",
        "pass",
        zone={"own.example.org": {"TXT": ["v=spf1 a -all"], "A": [HOST]}},
    ),
    Case(
        "6.1",
        "a macro",
        "v=spf1 redirect=%{d}.spf.example.org",
        "pass",
        zone={"example.com.spf.example.org": {"TXT": ["v=spf1 +all"]}},
    ),
    Case(
        "6.1",
        "twice in a row",
        "v=spf1 redirect=r.example.org",
        "pass",
        zone={"r.example.org": {"TXT": ["v=spf1 redirect=pass.example.net"]}},
    ),
    Case("6", "redirect twice", "v=spf1 redirect=pass.example.net redirect=pass.example.net", "permerror"),
    Case("6", "exp twice", "v=spf1 -all exp=why.example.net EXP=why.example.net", "permerror"),
    Case("6", "an unknown modifier without a value", "v=spf1 foo= -all", "fail"),
    Case("6", "an unknown modifier twice", "v=spf1 foo=a foo=b -all", "fail"),
    Case("6", "an unknown modifier with a bad macro", "v=spf1 foo=%x -all", "permerror"),
    Case("6", "a name that begins with a digit", "v=spf1 1up=foo -all", "permerror"),
    Case("6", "no name", "v=spf1 =foo -all", "permerror"),
    Case("6", "an old default= does nothing", "v=spf1 default=fail", "neutral"),
    Case("6", "a mechanism's name as a modifier", "v=spf1 all=yes include=pass.example.net", "neutral"),
)

EXPLANATION = (
    Case("6.2", "of a fail", "v=spf1 exp=why.example.net -all", "fail", f"{HOST} may not send as example.com"),
    Case("6.2", "not of a pass", "v=spf1 exp=why.example.net +all", "pass", ""),
    Case("6.2", "not of a softfail", "v=spf1 exp=why.example.net ~all", "softfail", ""),
    Case("6.2", "without exp", "v=spf1 -all", "fail", ""),
    Case(
        "6.2",
        "several records there",
        "v=spf1 -all exp=x.example.org",
        "fail",
        "",
        zone={"x.example.org": {"TXT": ["one", "two"]}},
    ),
    Case("6.2", "no record there", "v=spf1 -all exp=mail.example.net", "fail", ""),
    Case("6.2", "no such name", "v=spf1 -all exp=gone.example.net", "fail", ""),
    Case("6.2", "not answered", "v=spf1 -all exp=broken.example.net", "fail", ""),
    Case(
        "6.2",
        "a text that breaks the grammar",
        "v=spf1 -all exp=x.example.org",
        "fail",
        "",
        zone={"x.example.org": {"TXT": ["The %{x}-files"]}},
    ),
    Case(
        "6.2",
        "a percent sign alone",
        "v=spf1 -all exp=x.example.org",
        "fail",
        "",
        zone={"x.example.org": {"TXT": ["100% sure"]}},
    ),
    Case(
        "6.2",
        "octets beyond ASCII",
        "v=spf1 -all exp=x.example.org",
        "fail",
        "",
        zone={"x.example.org": {"TXT": ["caf\xc3\xa9"]}},
    ),
    Case("6.2", "an empty domain", "v=spf1 exp= -all", "permerror", ""),
    Case("6.2", "no domain", "v=spf1 exp=-all", "permerror", ""),
    Case(
        "6.2",
        "an include's own is not used",
        "v=spf1 include:fail.example.net -all exp=why.example.net",
        "fail",
        f"{HOST} may not send as example.com",
    ),
    Case(
        "6.2",
        "an include's own is not used where the record has none",
        "v=spf1 -include:w.example.org +all",
        "fail",
        "",
        zone={"w.example.org": {"TXT": [f"v=spf1 ip4:{HOST} exp=other.example.net"]}},
    ),
    Case(
        "6.2",
        "after a redirect the target's is used",
        "v=spf1 exp=why.example.net redirect=fail.example.net",
        "fail",
        "from the other side",
    ),
    Case(
        "6.2",
        "after a redirect the first record's is not",
        "v=spf1 exp=why.example.net redirect=e.example.org",
        "fail",
        "",
        zone={"e.example.org": {"TXT": ["v=spf1 -all"]}},
    ),
    Case(
        "6.2",
        "a macro in the target",
        "v=spf1 -all exp=%{ir}.%{d1}.example.org",
        "fail",
        "for you",
        zone={"10.2.0.192.com.example.org": {"TXT": ["for you"]}},
    ),
    Case(
        "6.2",
        "a trailing dot of the text stays",
        "v=spf1 -all exp=x.example.org",
        "fail",
        "No. example.com. is bad.",
        zone={"x.example.org": {"TXT": ["No. %{d}. is bad."]}},
    ),
    Case(
        "6.2",
        "what the sender wrote is not read again",
        "v=spf1 -all exp=x.example.org",
        "fail",
        "%{d} %x",
        sender="%{d} %x@example.com",
        zone={"x.example.org": {"TXT": ["%{l}"]}},
    ),
)


def _told(what: str, text: str, explanation: str, **given: str) -> Case:
    """A fail whose explanation shows what the macros in `text` stand for."""
    zone: Zone = {"x.example.org": {"TXT": [text]}}
    return Case("7", what, "v=spf1 -all exp=x.example.org", "fail", explanation, zone=zone, **given)


def _exists(what: str, spec: str, name: str, result: str = "pass", section: str = "7.3", **given: str) -> Case:
    """A domain-spec that must lead to `name`."""
    return Case(section, what, f"v=spf1 exists:{spec} -all", result, zone={name: FOUND}, **given)


MACROS = (
    _told("s", "%{s}", "strong-bad@email.example.com", sender="strong-bad@email.example.com"),
    _told("l", "%{l}", "strong-bad", sender="strong-bad@email.example.com"),
    _told("o", "%{o}", "email.example.com", sender="strong-bad@email.example.com"),
    _told("d", "%{d}", "example.com"),
    _told("i", "%{i}", HOST),
    _told("i of IPv6", "%{i}", "2.0.0.1.0.D.B.8.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.1.0", ip=HOST6),
    _told("v", "%{v}", "in-addr"),
    _told("v of IPv6", "%{v}", "ip6", ip=HOST6),
    _told("h", "%{h}", "MTA.example.org", helo="MTA.example.org"),
    _told("c", "%{c}", HOST),
    _told("c of IPv6", "%{c}", HOST6, ip="2001:DB8:0:0::10"),
    _told("r", "%{r}", "unknown"),
    _told("p", "%{p}", "mail.example.net"),
    _told("p without a name that leads back", "%{p}", "unknown", ip="192.0.2.66"),
    _told("p without a PTR record", "%{p}", "unknown", ip="192.0.2.99"),
    _told("p of a host whose PTR look-up fails", "%{p}", "unknown", ip="192.0.2.68"),
    _told("p prefers the domain, then what is below it", "%{p}", "host.example.com", ip="192.0.2.70"),
    _told("escapes", "%%%_%-", "% %20"),
    _told(
        "a capital asks for URL escaping",
        "%{L}@%{O}",
        "~j%26k%3D%20-_.%2B%2F@example.com",
        sender="~j&k= -_.+/@example.com",
    ),
    _told("a capital with a transformer", "%{L1r-}", "b%26", sender="b&-a@example.com"),
    _exists("right-hand parts", "%{d2}.w.example.org", "example.com.w.example.org"),
    _exists("one right-hand part", "%{d1}.w.example.org", "com.w.example.org"),
    _exists("more parts than there are", "%{d9}.w.example.org", "example.com.w.example.org"),
    _exists("very many parts", f"%{{d{'9' * 30}}}.w.example.org", "example.com.w.example.org"),
    _exists("reversed", "%{dr}.w.example.org", "com.example.w.example.org"),
    _exists("reversed, with a capital R", "%{dR}.w.example.org", "com.example.w.example.org"),
    _exists("reversed, then cut", "%{d1r}.w.example.org", "example.w.example.org"),
    _exists("an address reversed", "%{ir}.w.example.org", "10.2.0.192.w.example.org"),
    _exists("another delimiter", "%{l-}.w.example.org", "strong.bad.w.example.org", sender="strong-bad@example.com"),
    _exists("only that delimiter", "%{l1-}.w.example.org", "b.c.w.example.org", sender="a-b.c@example.com"),
    _exists("several delimiters", "%{l+-r}.w.example.org", "c.b.a.w.example.org", "permerror", sender="a-b+c@x.org"),
    _exists("several delimiters, in order", "%{lr+-}.w.example.org", "c.b.a.w.example.org", sender="a-b+c@example.com"),
    _exists(
        "every delimiter",
        "%{l.-+,/_=}.w.example.org",
        "a.b.c.d.e.f.g.h.w.example.org",
        sender="a.b-c+d,e/f_g=h@example.com",
    ),
    _exists(
        "the domain of the sender", "%{o}.w.example.org", "sub.example.net.w.example.org", sender="a@sub.example.net"
    ),
    _exists("the sender's domain, without its dot", "%{o}.w.x.net", "example.com.w.x.net", sender="a@example.com."),
    _exists("a backslash stands for itself", "%{l}.w.x.net", "a\\\\b.w.x.net", sender="a\\b@example.com"),
    _exists("at the end of a domain", "w.example.org.%{d}", "w.example.org.example.com"),
    _exists("a macro alone", "%{h}", "mta.example.org", helo="mta.example.org"),
    _exists("a domain that is no name matches nothing", "%{h}", "other.example.org", "fail", helo="[192.0.2.10]"),
    _exists("over 253 octets, labels on the left go", ".".join(["%{d}"] * 30), ".".join(["example.com"] * 21)),
    _exists("a trailing dot", "w.%{d}.example.org.", "w.example.com.example.org"),
    _exists(
        "a local part beyond ASCII matches nothing (RFC 8616 section 4)",
        "%{l}.w.example.org",
        "x.w.example.org",
        "fail",
        sender="jörg@example.com",
    ),
    Case(
        "7.3",
        "a validated name in a domain",
        "v=spf1 exists:%{p}.w.example.org -all",
        "pass",
        zone={"mail.example.net.w.example.org": FOUND},
    ),
    Case(
        "7.1",
        "escapes in a domain",
        "v=spf1 a:a%%b%-c.example.org -all",
        "pass",
        zone={"a%b%20c.example.org": {"A": [HOST]}},
    ),
    Case("7.1", "an unknown letter", "v=spf1 exists:%{a}.example.org -all", "permerror"),
    Case("7.1", "no such escape", "v=spf1 exists:%x.example.org -all", "permerror"),
    Case("7.1", "parentheses for braces", "v=spf1 exists:%(ir).example.org -all", "permerror"),
    Case("7.1", "a percent sign at the end", "v=spf1 exists:example.org% -all", "permerror"),
    Case("7.1", "an open brace", "v=spf1 exists:%{d.example.org -all", "permerror"),
    Case("7.1", "no letter", "v=spf1 exists:%{}.example.org -all", "permerror"),
    Case("7.1", "a delimiter that is none", "v=spf1 exists:%{d;}.example.org -all", "permerror"),
    Case("7.2", "c only in explanations", "v=spf1 exists:%{c}.example.org -all", "permerror"),
    Case("7.2", "r only in explanations", "v=spf1 -all exp=%{r}.example.org", "permerror"),
    Case("7.2", "t only in explanations", "v=spf1 redirect=%{t}.example.org", "permerror"),
    Case("7.3", "no parts at all", "v=spf1 exists:%{d0}.example.org -all", "permerror"),
)

CASES = (*LIMITS, *REDIRECT, *EXPLANATION, *MACROS)
