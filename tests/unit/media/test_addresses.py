"""Where this server may go: a table of hostile places, and what an owner allows."""

import ipaddress

import pytest

from core.problems import Problem, Problems
from media.address_lists import name_of, parse_list
from media.addresses import (
    Policy,
    check_allowed,
    is_public,
    may_connect,
    parse_address,
    parse_networks,
)

NOT_PUBLIC = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.254",
    "127.0.0.1", "127.1.2.3", "169.254.169.254", "169.254.0.1", "172.16.0.1", "172.31.255.255",
    "192.0.0.1", "192.0.2.1", "192.88.99.1", "192.168.0.1", "198.18.0.1", "198.19.255.255",
    "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1",
    "64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::1", "100::1", "2001::1",
    "2001:0:4136:e378::", "2001:db8::1", "2002:7f00:1::", "2002:808:808::", "3fff::1", "5f00::1",
    "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "4000::1",
]  # fmt: skip


@pytest.mark.parametrize("text", NOT_PUBLIC)
def test_address_of_a_near_place_is_not_public(text):
    assert not is_public(ipaddress.ip_address(text))


@pytest.mark.parametrize(
    "text",
    ["1.1.1.1", "8.8.8.8", "100.128.0.1", "172.32.0.1", "2606:4700::1111", "2a00:1450:4001::1"],
)
def test_address_on_the_internet_is_public(text):
    assert is_public(ipaddress.ip_address(text))


def test_network_that_the_owner_names_is_reachable_and_no_other():
    policy = Policy(hosts=("*",), networks=parse_networks(["10.1.0.0/16"]))

    assert may_connect(ipaddress.ip_address("10.1.2.3"), policy)
    assert not may_connect(ipaddress.ip_address("10.2.0.1"), policy)
    assert not may_connect(ipaddress.ip_address("::1"), policy)


@pytest.mark.parametrize(
    "text",
    [
        "", "example.org/a.png", "//example.org/a", "file:///etc/passwd", "gopher://example.org/",
        "ftp://example.org/a", "dict://example.org:11211/", "data:text/plain,x", "javascript:x",
        "http://", "http:///a", "http://user@example.org/", "http://u:p@example.org/",
        "http://example.org@127.0.0.1/", "http://example.org\\@127.0.0.1/", "http://exa mple.org/",
        "http://example.org/a b", "http://example.org/\r\nHost: x", "http://example.org:99999/",
        "http://example.org:x/", "http://[::1/", "http://[fe80::1%25eth0]/", "http://exam<ple>.org/",
        "http://-a.org/", "http://a_b.org/", "http://%31%32%37.0.0.1/", "http://" + "a" * 3000,
        "http://\u200b.org/", "http://a..org/",
    ],
)  # fmt: skip
def test_text_that_is_no_plain_address_is_refused(text):
    with pytest.raises(Problem) as refused:
        parse_address(text)

    assert refused.value.code == "address_invalid"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("http://Example.org", ("http", "example.org", 80, "/")),
        ("https://example.org./a?b=c#d", ("https", "example.org", 443, "/a?b=c")),
        ("https://bücher.de:8443/책", ("https", "xn--bcher-kva.de", 8443, "/%EC%B1%85")),
        ("http://[2606:4700::1111]/", ("http", "2606:4700::1111", 80, "/")),
        ("http://2130706433/", ("http", "2130706433", 80, "/")),
    ],
)  # fmt: skip
def test_address_is_taken_apart(text, expected):
    target = parse_address(text)

    assert (target.scheme, target.host, target.port, target.path) == expected


@pytest.mark.parametrize(
    ("entry", "address", "allowed"),
    [
        ("*", "https://example.org/", True),
        ("*", "https://example.org:8443/", False),
        ("*:8443", "https://example.org:8443/", True),
        ("example.org", "https://EXAMPLE.org/", True),
        ("example.org", "https://a.example.org/", False),
        ("example.org", "https://example.org.evil.net/", False),
        (".example.org", "https://a.b.example.org/", True),
        (".example.org", "https://badexample.org/", False),
        (".example.org", "https://example.org/", False),
        ("files:9000", "http://files:9000/a", True),
        ("files:9000", "http://files/a", False),
        ("files", "http://files:22/a", False),
    ],
)
def test_host_is_allowed_by_name_and_port(entry, address, allowed):
    def ask():
        check_allowed(parse_address(address), Policy(hosts=("nothing.net", entry)))

    if allowed:
        ask()
    else:
        with pytest.raises(Problem, match="not allowed"):
            ask()


def test_list_of_addresses_gives_each_a_name():
    text = (
        "https://a.org/1.png\n\n  https://a.org/2.png  둘째 그림.png \n"
        "https://a.org/3.png?X-Amz-Signature=secret&b=1#x\nhttps://a.org/4.png?id=4\n"
    )

    assert [name for _address, name in parse_list(text, most=10)] == [
        "https://a.org/1.png",
        "둘째 그림.png",
        "https://a.org/3.png",
        "https://a.org/4.png?id=4",
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "required"),
        ("https://a.org/1\nfile:///etc/passwd", "address_invalid"),
        ("https://a.org/1 x\nhttps://a.org/2 x", "name_twice"),
        ("\n".join(f"https://a.org/{n}" for n in range(5)), "too_many"),
        ("https://a.org/" + "n" * 300, "media_name"),
    ],
)
def test_list_with_a_fault_is_refused_as_a_whole(text, code):
    with pytest.raises(Problems) as refused:
        parse_list(text, most=3)

    assert [problem.code for problem in refused.value.problems] == [code]
    assert {problem.field for problem in refused.value.problems} == {"addresses"}


def test_key_in_a_query_becomes_no_name():
    assert name_of("https://a.org/x?sig=1") == "https://a.org/x"
