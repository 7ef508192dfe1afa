"""Tests, methods and Python's formatting."""

CASES = r"""
{{ true is boolean }} {{ 1 is boolean }} {{ user.get is callable }} {{ 5 is callable }} {{ missing is callable }} {{ range is callable }} {{ x is defined }} {{ user is defined }} {{ none is defined }}
{{ 9 is divisibleby(3) }} {{ 9 is divisibleby 2 }} {{ 1 is eq 1 }} {{ 1 is equalto(1.0) }} {{ 1 is == 1 }} {{ "a" is eq("b") }} {{ 4 is even }} {{ 3 is even }} {{ 3 is odd }} {{ true is odd }} {{ 2.0 is even }}
{{ 9 is divisibleby 0 }}
{{ "a" is odd }}
{{ none is even }}
{{ missing is odd }}
{{ false is false }} {{ 0 is false }} {{ true is true }} {{ 1 is true }} {{ "upper" is filter }} {{ "nope" is filter }} {{ "odd" is test }} {{ "nope" is test }} {{ 1.5 is float }} {{ 1 is float }} {{ 1 is integer }} {{ true is integer }} {{ 1.0 is integer }}
{{ 2 is ge 2 }} {{ 3 is gt 2 }} {{ 1 is le 1 }} {{ 1 is lt 1 }} {{ 1 is ne 2 }} {{ 1 is greaterthan 0 }} {{ 1 is lessthan 2 }} {{ 1 is in [1, 2] }} {{ 3 is not in [1] }} {{ "a" is in "abc" }} {{ 1 is >= 1 }}
{{ [] is iterable }} {{ "a" is iterable }} {{ 5 is iterable }} {{ none is iterable }} {{ missing is iterable }} {{ user is iterable }} {{ range(2) is iterable }} {{ user.items() is iterable }} {{ numbers|map("abs") is iterable }}
{{ "abc" is lower }} {{ "aBc" is lower }} {{ "ABC" is upper }} {{ "123" is upper }} {{ 5 is lower }} {{ "" is lower }} {{ "a1" is lower }} {{ none is lower }}
{{ user is mapping }} {{ [] is mapping }} {{ missing is mapping }} {{ none is none }} {{ missing is none }} {{ 0 is none }} {{ 1 is number }} {{ 1.5 is number }} {{ true is number }} {{ "1" is number }}
{{ 1 is sameas 1 }} {{ none is sameas none }} {{ true is sameas true }} {{ 1 is sameas true }} {{ user is sameas user }} {{ [] is sameas [] }} {{ numbers is sameas numbers }} {{ user.tags is sameas user["tags"] }}
{{ [] is sequence }} {{ "a" is sequence }} {{ user is sequence }} {{ 5 is sequence }} {{ none is sequence }} {{ missing is sequence }} {{ (1,) is sequence }} {{ range(2) is sequence }} {{ user.items() is sequence }}
{{ "a" is string }} {{ 1 is string }} {{ ("a"|safe) is string }} {{ missing is string }} {{ missing is undefined }} {{ user is undefined }} {{ user.zip is undefined }} {{ user.name is not undefined }} {{ ("<"|e) is escaped }} {{ "<" is escaped }}
{{ 1 is not none and 2 is not string }} {{ not 1 is none }} {{ 1 is odd and 2 is even }} {{ 1 is odd or missing is defined }} {{ 5 is number == true }} {{ "x" if 1 is odd else "y" }} {{ user.age is divisibleby user.two }}
{{ 1 is gt "a" }}
{{ 1 is divisibleby }}
{{ 1 is odd(2) }}
{{ 1 is in }}
{{ 1 is in 5 }}
{{ [1] is filter }}
{{ user.address is mapping and user.address.city is string }} {{ messages is iterable and messages is not mapping }}
{{ "a b  c".split() }} {{ "a,b,,c".split(",") }} {{ "a,b,c".split(",", 1) }} {{ " a b ".split() }} {{ "".split() }} {{ "".split(",") }} {{ "a b c".split(none, 1) }} {{ "a b c".split(maxsplit=1) }} {{ "a--b".split("--") }} {{ "a,b".split(sep=",") }} {{ " a  b  c ".split(none, 1) }} {{ "</think>x</think>y".split("</think>")[-1] }} {{ "a\u3000b".split() }}
{{ "a,b,c".rsplit(",", 1) }} {{ "a b c".rsplit(none, 1) }} {{ "a,b".rsplit(",") }} {{ " a b  c ".rsplit(maxsplit=1) }} {{ "aaa".rsplit("aa", 1) }} {{ "é b ü".rsplit() }}
{{ "a".split("") }}
{{ "a".split(5) }}
{{ "a".split(",", "x") }}
{{ "abc".split(missing) }}
[{{ "  a ".strip() }}] [{{ "  a ".lstrip() }}] [{{ "  a ".rstrip() }}] [{{ "xyxa".strip("xy") }}] [{{ "\n\na\n".lstrip("\n") }}] [{{ "aéa".strip("aé") }}] [{{ "ab".rstrip("ba") }}] [{{ " a ".strip(none) }}]
{{ "a".strip(5) }}
{{ "abc".startswith("ab") }} {{ "abc".endswith("bc") }} {{ "abc".startswith(("x", "a")) }} {{ "abc".startswith("b", 1) }} {{ "abc".endswith("b", 0, 2) }} {{ "abc".startswith("") }} {{ "".startswith("") }} {{ "abc".startswith("", 5) }} {{ "abc".endswith("c", -1) }} {{ "a".startswith(()) }}
{{ "abc".startswith(5) }}
{{ "abc".startswith(none) }}
{{ "abc".startswith(missing) }}
{{ "abc".startswith() }}
{{ "abc".startswith(["a"]) }}
{{ "aBc".upper() }} {{ "aBc".lower() }} {{ "hello world-x it's".title() }} {{ "hELLO".capitalize() }} {{ "aBc".swapcase() }} {{ "ßé".upper() }}
{{ "banana".replace("a", "o") }} {{ "banana".replace("a", "o", 1) }} {{ "abc".replace("", "-") }} {{ "banana".replace("na", "") }} {{ "abc".replace("x", "y") }} {{ "aaa".replace("a", "b", -1) }} {{ "abc".replace("b", "é", 0) }}
{{ "a".replace("a") }}
{{ "a".replace(1, 2) }}
{{ "a".replace("a", none) }}
{{ "-".join(["a", "b"]) }} {{ ", ".join("abc") }} {{ "".join([]) }}| {{ "-".join({"a": 1, "b": 2}) }} {{ "-".join(("x",)) }} {{ ",".join(numbers|map("string")) }}
{{ "-".join([1]) }}
{{ "-".join(5) }}
{{ "-".join(["a", missing]) }}
{{ "-".join() }}
{{ "hello".find("l") }} {{ "hello".find("x") }} {{ "hello".rfind("l") }} {{ "hello".index("l") }} {{ "hello".rindex("l") }} {{ "hello".find("l", 3) }} {{ "hello".find("l", 0, 2) }} {{ "héllo".find("l") }} {{ "abc".find("") }} {{ "abc".rfind("") }} {{ "abc".find("", 4) }} {{ "hello".count("l") }} {{ "aaaa".count("aa") }} {{ "abc".count("") }} {{ "hello".count("l", 3) }} {{ "hello".find("o", -1) }}
{{ "abc".index("x") }}
{{ "abc".find(5) }}
{{ "123".isdigit() }} {{ "12a".isdigit() }} {{ "".isdigit() }} {{ "²".isdigit() }} {{ "abc".isalpha() }} {{ "ab1".isalpha() }} {{ "ab1".isalnum() }} {{ "a b".isalnum() }} {{ " \t\n".isspace() }} {{ "".isspace() }} {{ "ABC".isupper() }} {{ "AbC".isupper() }} {{ "abc".islower() }} {{ "1".islower() }} {{ "é".isalpha() }} {{ "٣".isdecimal() }} {{ "½".isnumeric() }} {{ "Ab Cd".istitle() }} {{ "a1_".isidentifier() }} {{ "1a".isidentifier() }} {{ "abc".isascii() }} {{ "é".isascii() }} {{ "a\n".isprintable() }}
{{ "5".zfill(3) }} {{ "-5".zfill(4) }} {{ "abc".zfill(2) }} {{ "+5".zfill(3) }} [{{ "ab".center(5) }}] [{{ "ab".center(5, "*") }}] [{{ "ab".ljust(4) }}] [{{ "ab".rjust(4, ".") }}] [{{ "abc".center(6, "-") }}] [{{ "ab".ljust(1) }}] [{{ "é".rjust(3) }}]
{{ "a".center("x") }}
{{ "a".ljust(3, "ab") }}
{{ "TestCase".removeprefix("Test") }} {{ "TestCase".removesuffix("Case") }} {{ "abc".removeprefix("x") }} {{ "abc".removesuffix("") }}
{{ "a".removeprefix(5) }}
{{ "a\nb\r\nc\rd\u2028e".splitlines() }} {{ "a\nb\n".splitlines(true) }} {{ "".splitlines() }} {{ "\n\n".splitlines() }} {{ "a\n".splitlines(keepends=true) }}
{{ "a=b=c".partition("=") }} {{ "abc".partition("=") }} {{ "a=b=c".rpartition("=") }} {{ "abc".rpartition("=") }} {{ "a\tb".expandtabs(4) }} {{ "a\tb".expandtabs() }}
{{ "abc".nope() }}
{{ "abc".upper(1) }}
{{ "{} {}".format("a", 1) }} {{ "{0} {1} {0}".format("a", "b") }} {{ "{x}".format(x=5) }} {{ "{0.name} {0[name]}".format(user) }} {{ "{a[0]}".format(a=[7]) }} {{ "{{}}".format() }} {{ "{!r}".format("a") }} {{ "{:>5}|{:<5}|{:^5}|{:*^5}".format("a", "b", "c", "d") }} {{ "{:05d} {:+d} {:x} {:X} {:#x} {:b} {:o} {:,}".format(42, 42, 255, 255, 255, 5, 8, 1234567) }}
{{ "{:.2f} {:.0f} {:e} {:g} {:g} {:%} {:10.3f}| {:<8.1f}| {:+.1f}".format(3.14159, 2.5, 12345.678, 0.00001, 1234567.0, 0.25, 3.14159, 2.25, 1.0) }} {{ "{:.3}".format("abcdef") }} {{ "{:5}|{:5}|{:5}".format(1, "a", true) }} {{ "{:{}}".format("a", 4) }}| {{ "{:.{}f}".format(1.23456, 2) }} {{ "{}".format(none) }} {{ "{}".format([1]) }} {{ "{}".format(missing) }}| {{ "{:_}".format(1234567) }} {{ "{:08.2f}".format(-3.14159) }} {{ "{:,.2f}".format(1234567.891) }} {{ "{:.3}".format(1234567.0) }} {{ "{:g}".format(100000.0) }} {{ "{:n}".format(5) }} {{ "{:c}".format(65) }}
{{ "{} {}".format("a") }}
{{ "{x}".format(y=1) }}
{{ "{".format() }}
{{ "}".format() }}
{{ "{0} {}".format(1) }}
{{ "{} {0}".format(1) }}
{{ "{:d}".format("a") }}
{{ "{:x}".format(1.5) }}
{{ "{:y}".format(1) }}
{{ "{!z}".format(1) }}
{{ "{:>5}".format(none) }}
{{ "{0.__class__}".format(5) }}
{{ "{0.nope.x}".format(user) }}
{{ "%s %d %i %x %o %X %e %f %g %r %c %% %5d|%-5d|%05d %+d %.2f %10.3f|" % ("a", 1, 2, 255, 8, 255, 1.5, 1.5, 1.5, "q", "z", 42, 42, 42, 42, 3.14159, 2.71828) }}
{{ "%s" % "a" }} {{ "%s" % none }} {{ "%s" % [1, 2] }} {{ "%(a)s-%(b)d" % {"a": 1, "b": 2} }} {{ "%s and %s" % ("x", "y") }} {{ "100%%" % () }} {{ "%5s|%-5s|%.2s" % ("a", "b", "cdef") }} {{ "%*d" % (5, 42) }} {{ "%#x" % 255 }} {{ "%d" % 3.9 }} {{ "%s" % missing }}| {{ "%c" % 65 }} {{ "% d" % 5 }} {{ "%d" % true }} {{ "%.3d" % 5 }} {{ "%s" % user.name }} {{ "%g %g %g" % (100000, 1000000, 0.0001) }} {{ "%e" % 0 }} {{ "%.0f %.0f" % (0.5, 1.5) }} {{ "%f" % 1e20 }} {{ "%g" % 1e-5 }}
{{ "%s %s" % "a" }}
{{ "%s" % ("a", "b") }}
{{ "abc" % 5 }}
{{ "abc" % {"a": 1} }} {{ "abc" % [1] }}
{{ "%d" % "a" }}
{{ "%x" % 1.5 }}
{{ "%y" % 1 }}
{{ "%" % 1 }}
{{ "%(a)s" % 5 }}
{{ "%(x)s" % {"a": 1} }}
{{ "%f" % "a" }}
{{ "%(a" % {"a": 1} }}
{{ 5 % "a" }}
{{ [1, 2, 1].count(1) }} {{ [1, 2, 1].index(2) }} {{ (1, 2).index(2) }} {{ (1, 1).count(1) }} {{ [1].copy() }} {{ range(5).index(3) }} {{ range(5).count(2) }}
{{ [1].index(5) }}
{{ (1,).index(5) }}
{{ {"a": 1}.keys() }} {{ {"a": 1}.values() }} {{ {"a": 1}.items() }} {{ {"a": 1}.get("b", 2) }} {{ {"a": 1}.get("a") }} {{ {"a": 1}.copy() }} {{ {"a": 1}.keys()|list }} {{ {"a": 1, "b": 2}.values()|sum }} {{ "a" in {"a": 1}.keys() }} {{ 1 in {"a": 1}.values() }} {{ {"a": 1}.keys() == {"a": 2}.keys() }} {{ {"a": 1}.items() == {"a": 2}.items() }} {{ {}.fromkeys([1]) }}
{{ {}.get() }}
{{ {}.get([1]) }}
{{ {"a": 1}.items(1) }}
{{ user.items()[0] }}|{{ (user.items()|list)[0] }}
{{ user.keys()[0].x }}
{{ 1.5.is_integer() }} {{ 2.0.is_integer() }}
{{ "abc".format_map({"a": 1}) }} {{ "{a}".format_map({"a": 1}) }}
{% set n = "5" %}{{ n|int + 1 }} {{ n ~ 1 }} {{ (n * 2)|int }}
{{ user.name.split("i")|map("upper")|join("-") }} {{ user.tags|join(", ")|capitalize }}
{{ "\u212a" == "K" }} {{ "K" in {"\u212a": 1} }} {{ composed in {combining: 1} }} {{ {composed: 1, combining: 2}|length }} {{ [composed, combining]|unique|list|length }}
{{ "🇩🇪🇫🇷"|length }} {{ "🇩🇪🇫🇷"[0:2] == "🇩🇪" }} {{ "e\u0301a".replace("e", "x") }} {{ "e\u0301".startswith("e") }} {{ "a\u0301b".find("b") }} {{ "\r\n"|length }} {{ "x\r\ny".split("\n") }} {{ "a\r\n"[-1] == "\n" }}
"""
