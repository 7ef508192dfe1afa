"""Literals, operators, precedence, attributes, items, slices and calls."""

CASES = r"""
{{ 1 + 2 * 3 }} {{ (1 + 2) * 3 }} {{ 7 // 2 }} {{ -7 // 2 }} {{ 7 % 3 }} {{ -7 % 3 }} {{ 7 % -3 }}
{{ 7 / 2 }} {{ 6 / 3 }} {{ 2 ** 10 }} {{ 2 ** -1 }} {{ 2 ** 3 ** 2 }} {{ -2 ** 2 }} {{ 2.0 ** 0.5 }}
{{ 7.5 // 2 }} {{ -7.5 // 2 }} {{ 7.5 % 2 }} {{ -7.5 % 2 }} {{ 7.5 % -2 }} {{ 0.1 + 0.2 }}
{{ 1_000 + 0x1F + 0b101 + 0o17 }} {{ 1e3 }} {{ 1.5e-7 }} {{ 1E+2 }} {{ 12_3.4_5 }}
{{ 1e16 }} {{ 1e15 }} {{ 123456789012345678.0 }} {{ 0.0001 }} {{ 0.00001 }} {{ 1.0 }} {{ 100.0 }} {{ 5e-324 }} {{ 1.7976931348623157e308 }} {{ 1e22 }} {{ 1e21 + 1.5 }}
{{ 1 / 3 }} {{ 2 / 3 * 100 }} {{ 1e400 }}
{{ -0.0 }} {{ 0.0 }} {{ 1.10 }} {{ 3.14159 }}
{{ 1 / 0 }}
{{ 1 // 0 }}
{{ 1 % 0 }}
{{ 1.0 / 0 }}
{{ 1.0 // 0 }}
{{ 1.0 % 0 }}
{{ 0 ** -1 }}
{{ 10.0 ** 400 }}
{{ true + true }} {{ true * 3 }} {{ false - 1 }} {{ -true }} {{ +true }} {{ +5 }} {{ - - 5 }} {{ not not 5 }}
{{ "a" + "b" }} {{ "ab" * 3 }} {{ 3 * "ab" }} {{ "ab" * -1 }} {{ [1] + [2] }} {{ [1, 2] * 2 }} {{ (1,) + (2,) }} {{ (1, 2) * 2 }}
{{ "a" + 1 }}
{{ 1 + "a" }}
{{ [1] + (2,) }}
{{ (1,) + [2] }}
{{ none + 1 }}
{{ none + "a" }}
{{ {} + {} }}
{{ "a" * "b" }}
{{ "a" * 1.5 }}
{{ 1.5 * [1] }}
{{ "a" - "b" }}
{{ [] / 2 }}
{{ "a" ** 2 }}
{{ -"a" }}
{{ +none }}
{{ 1 ~ 2 }} {{ "a" ~ none ~ true ~ 1.5 ~ [1, "x"] }} {{ 1 ~ 2 + 3 }} {{ 1 + 2 ~ 3 }} {{ missing ~ "!" }}
{{ 1 < 2 < 3 }} {{ 1 < 3 < 2 }} {{ 3 > 2 >= 2 }} {{ 1 == 1.0 }} {{ 1 == true }} {{ "1" == 1 }} {{ 1 != 2 }} {{ none == none }} {{ none == false }}
{{ "a" < "b" }} {{ "B" < "a" }} {{ "é" > "z" }} {{ "" < "a" }} {{ [1, 2] < [1, 3] }} {{ [1] < [1, 0] }} {{ (1, 2) == (1, 2) }} {{ [1] == (1,) }}
{{ {"a": 1, "b": 2} == {"b": 2, "a": 1} }} {{ {"a": 1} == {"a": 1.0} }} {{ {"a": 1} != {"a": 2} }}
{{ 1 < "a" }}
{{ "a" >= 1 }}
{{ none < 1 }}
{{ [1] < ["a"] }}
{{ {} < {} }}
{{ 9007199254740993 == 9007199254740992.0 }} {{ 9007199254740993 > 9007199254740992.0 }} {{ 1 < 1.5 < 2 }}
{{ 1 in [1, 2] }} {{ 3 not in [1, 2] }} {{ "a" in "cat" }} {{ "" in "" }} {{ "b" not in "cat" }} {{ "a" in {"a": 1} }} {{ 2 in range(3) }} {{ 1.0 in [1] }} {{ none in [none] }} {{ "x" in ("x", "y") }}
{{ 1 in "abc" }}
{{ 1 in 5 }}
{{ "a" in none }}
{{ [] in {} }}
{{ "a" in missing }} {{ missing in [1] }} {{ missing in [missing] }}
{{ missing in "abc" }}
{{ not 1 in [1] }} {{ not (1 in [2]) }} {{ 1 not in [2] and 2 in [2] }} {{ 1 == 1 in [true] }}
{{ 1 and 2 }} {{ 0 and 2 }} {{ 0 or 2 }} {{ "" or "x" }} {{ none or false }} {{ [] or {} }} {{ 1 and 0 or 3 }} {{ not "" and 1 }} {{ 0 or 0.0 or "" }}
{{ "y" if true else "n" }} {{ "y" if false else "n" }} {{ "y" if false }}| {{ 1 if 0 else 2 if 0 else 3 }} {{ ("a" if true) ~ "b" }}
{{ (1 if false) + 1 }}
{{ ("x" if false).y }}
{{ 1 if missing else 2 }} {{ 1 if missing is defined else 2 }} {{ "a" if 1 if 2 else "b" }}
{{ [1, 2, 3][0] }} {{ [1, 2, 3][-1] }} {{ "héllo"[1] }} {{ "héllo"[-1] }} {{ (1, 2)[1] }} {{ {"a": 1}["a"] }} {{ {1: "x"}[1] }} {{ {1: "x"}[1.0] }} {{ {1: "x"}[true] }} {{ range(5)[2] }} {{ [1, 2][true] }}
[{{ [1, 2][5] }}] [{{ {"a": 1}["b"] }}] [{{ "abc"[9] }}] [{{ [1]["x"] }}] [{{ 5["x"] }}] [{{ none[0] }}] [{{ [1][1.5] }}]
{{ [1, 2][5].x }}
{{ {"a": 1}["b"].c }}
{{ {"a": 1}.b.c }}
{{ {"a": 1}[3].c }}
{{ {}[[1]].c }}
{{ "abc".foo.bar }}
{{ none.foo.bar }}
{{ none["foo"]["bar"] }}
{{ true.x.y }}
{{ 5 .x.y }}
{{ 1.5.x.y }}
{{ [].x.y }}
{{ (1,).x.y }}
{{ range(2).x.y }}
{{ missing.x }}
{{ missing["x"] }}
{{ missing[0] }}
{{ missing() }}
{{ missing + 1 }}
{{ 1 + missing }}
{{ "a" + missing }}
{{ [1] + missing }}
{{ [1] * missing }}
{{ missing < 1 }}
{{ 1 < missing }}
{{ -missing }}
{{ missing ** 2 }}
{{ missing == missing }} {{ missing != 1 }} {{ missing == none }} {{ not missing }} [{{ missing }}] {{ [missing] }} {{ missing|list }} {{ missing|length }} {{ {missing: 1} }}
{{ 5() }}
{{ "x"() }}
{{ none() }}
{{ {}() }}
{{ user.name() }}
{{ user.nothing() }}
{{ user["nothing"]() }}
{{ user.name }} {{ user["name"] }} {{ user.tags[0] }} {{ user.tags.0 }} {{ user.address.city }} {{ user["address"]["city"] }} {{ user.get("age") }} {{ user.get("zip", "none") }} {{ user.get("zip") }}
{{ pairs[1].0 }} {{ pairs.1.1 }} {{ deep.a.b.c.0.d }}
{{ user.items is callable }} {{ user["items"] is callable }} {{ schema["items"] }} {{ schema.items is callable }} {{ user["keys"] is defined }} {{ user["pop"] is defined }} {{ user.pop is defined }}
{{ user.pop("name") }}
{{ user.update({"a": 1}) }}
{{ user.setdefault("a", 1) }}
{{ user.clear() }}
{{ user.popitem() }}
{{ numbers.append(1) }}
{{ numbers.pop() }}
{{ numbers.insert(0, 1) }}
{{ numbers.extend([1]) }}
{{ numbers.remove(1) }}
{{ numbers.reverse() }}
{{ numbers.sort() }}
{{ numbers.clear() }}
{{ user.__class__ }}
{{ "".__class__.__mro__ }}
{{ [].__class__.x }}
{{ user["__class__"] }}|{{ user.__foo__ }}|{{ "a"._x }}
{{ [1, 2, 3, 4][1:3] }} {{ [1, 2, 3, 4][:2] }} {{ [1, 2, 3, 4][2:] }} {{ [1, 2, 3, 4][:] }} {{ [1, 2, 3, 4][-2:] }} {{ [1, 2, 3, 4][:-1] }} {{ [1, 2, 3, 4][::2] }} {{ [1, 2, 3, 4][::-1] }} {{ [1, 2, 3, 4][3:0:-1] }} {{ [1, 2, 3, 4][10:] }} {{ [1, 2, 3, 4][-10:2] }}
{{ "héllo wörld"[1:4] }} {{ "héllo"[::-1] }} {{ "héllo"[-3:] }} {{ "abcdef"[4:1:-2] }} {{ "abc"[5:] }}| {{ "abc"[2:1] }}| {{ "abcdef"[::3] }} {{ "abc"[none:2] }} {{ "abc"[true:] }}
{{ (1, 2, 3)[1:] }} {{ (1, 2, 3)[:1] }} {{ range(10)[2:5] }} {{ range(10)[::-3] }} {{ range(10)[::-3]|list }} {{ range(0)[1:] }} {{ range(10)[20:] }} {{ "x"[-5:5] }} {{ [1, 2, 3][::-100] }} {{ [1, 2, 3][-1:-100:-1] }}
{{ [1, 2][::0] }}
{{ numbers["a":] }}
{{ user[1:2] }}
{{ user.address.zip[1:] }}
{{ user.age[:1] }}
{{ missing[1:] }}
{{ (numbers|map("abs"))[1:] }}
{{ [1, "a", 1.5, none, true, [2], (3,), {"k": "v"}] }}
{{ {"a": 1, "b": [1, 2], 3: none, none: 4, true: 5, (1, 2): 6, 1.5: 7} }}
{{ {1: "a", 1.0: "b", true: "c"} }} {{ {"a": 1, "a": 2} }} {{ {[1]: 2} }}
{{ () }} {{ (1,) }} {{ (1, 2) }} {{ 1, 2 }} {{ [] }} {{ {} }} {{ [1, 2,] }} {{ {"a": 1,} }} {{ (1) }} {{ ((1, 2), 3) }}
{{ "it's" }} {{ ["it's"] }} {{ ['say "hi"'] }} {{ ["both ' and \""] }} {{ ["a\nb\tc\\d\r"] }} {{ ["\x00\x1f\x7f\x80\xa0é€😀\u200b\u2028"] }}
{{ "a\tb" }} {{ 'a\'b' }} {{ "\x41\u00e9\U0001F600" }} {{ "\101\7" == "A\x07" }} {{ "\q" }} {{ "a\
b" }} {{ "x" 'y' "z" }}
{{ "\x4" }}
{{ "\u12" }}
{{ none }} {{ true }} {{ false }} {{ None }} {{ True }} {{ False }} {{ [none, true] }}
{{ text|length }} {{ emoji|length }} {{ emoji[0] }} {{ combining|length }} {{ combining == composed }} {{ combining[0] }} {{ flag|length }}
{{ text.upper().lower().title() }} {{ "a,b".split(",")[1] }} {{ ("a" ~ "b").upper() }} {{ "%s"|format("x") }} {{ 5|string + "a" }} {{ -5|abs }} {{ -5 .real }} {{ 2 + -5|abs }} {{ "a" "b"|upper }}
{{ dict(a=1, b=2) }} {{ dict({"x": 1}, y=2) }} {{ dict([("p", 1), ("q", 2)]) }} {{ dict() }} {{ dict.fromkeys(["a", "b"]) }} {{ dict.fromkeys("ab", 0) }}
{{ dict(5) }}
{{ dict([1]) }}
{{ dict([(1, 2, 3)]) }}
{{ dict(missing) }}
{{ dict({}, {}) }}
{{ dict(*[[("a", 1)]]) }} {{ dict(**{"a": 1}) }} {{ range(*[1, 4])|list }} {{ dict(a=1, **{"b": 2}) }}
{{ range(3) }} {{ range(1, 3) }} {{ range(1, 10, 3) }} {{ range(3)|list }} {{ range(5, 0, -2)|list }} {{ range(0)|list }} {{ range(3)|length }} {{ range(2) == range(0, 2) }} {{ range(3).stop }} {{ range(3)[-1] }} {{ range(1, 2, 3).step }}
{{ range(1000000) }}
{{ range(100000)|length }} {{ range(0, 10, 0) }}
{{ range("a") }}
{{ range() }}
{{ range(1, 2, 3, 4) }}
{{ range(1.5) }}
{{ raise_exception("no " ~ 1) }}
{{ raise_exception(5) }}
{{ raise_exception() }}
{{ raise_exception("a", "b") }}
{{ raise_exception(msg="a") }}
{{ strftime_now("%Y-%m-%d %H:%M:%S %B %b %A %a %j %y %p %I %% %-d %-m %e %D %T %F %R") }}
{{ strftime_now("%U %W %V %G %u %w %C %h %f|%z|%Z|%q %-I %_d %^a %c %x %X %k %l %n%t|%P %r %s %#p %-j %") }}
{{ strftime_now(5) }}
{{ strftime_now("") }}|{{ strftime_now("plain ü") }}
{{ [1,2,3]|sum > 5 and "x" in "xyz" or false }}
{{ 1 if 2 > 1 and 3 not in [1] else 0 }}
{{ (user.name ~ "!")|upper }} {{ user.name ~ "!"|upper }} {{ "a" < "b" == true }}
{{ user.age is number and user.age > 18 }}
{{ {"a": {"b": [1, {"c": 2}]}}.a.b[1].c }}
{{ 'a' == "a" }} {{ "ß".upper() }} {{ "ΑΣ".lower() }} {{ "İ".lower()|length }}
{{ numbers[1:][0] }} {{ numbers[-2:]|first }} {{ messages[0]["content"][:2] }} {{ messages[-1].role }} {{ messages|length - 1 }}
{{ 3 * (2 + 1) ** 2 }} {{ 10 - 2 - 3 }} {{ 100 / 10 / 2 }} {{ 2 * 3 % 4 }} {{ 7 // 2 * 2 }} {{ -3 + 5 }} {{ 2 - -2 }} {{ 1 - 1 ~ 2 }}
{{ big }} {{ big + 1 }} {{ float }} {{ whole }} {{ neg }} {{ float + 1 }} {{ whole + 1 }}
"""
