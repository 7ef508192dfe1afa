"""Filters, each with its arguments and its errors."""

CASES = r"""
{{ -5|abs }} {{ -5.5|abs }} {{ true|abs }}
{{ "a"|abs }}
{{ missing|abs }}
{{ user|attr("items") is callable }} [{{ user|attr("name") }}] {{ "a"|attr("upper") is callable }}
{{ (user|attr("name")).x }}
{{ missing|attr("x") }}
{{ user|attr("pop") }}|{{ numbers|attr("append") is undefined }}
{{ [1, 2, 3, 4, 5]|batch(2)|list }} {{ [1, 2, 3]|batch(2, "x")|list }} {{ "abc"|batch(2)|list }} {{ []|batch(2)|list }} {{ [1, 2]|batch(0)|list }}
{{ "hello WORLD"|capitalize }} {{ "ÉCOLE"|capitalize }} {{ 5|capitalize }} {{ none|capitalize }} {{ "ǆx"|capitalize }}
[{{ "ab"|center(7) }}] [{{ "abc"|center(6) }}] [{{ "abc"|center(2) }}] {{ "x"|center|length }}
{{ missing|default }}| {{ missing|default("d") }} {{ missing|d("d") }} {{ ""|default("d") }}| {{ ""|default("d", true) }} {{ none|default("d") }} {{ 0|default(5, boolean=true) }} {{ user.zip|default(user.name) }} {{ missing|default(default_value=3) }}
{{ missing.x|default("d") }}
{{ {"b": 1, "A": 2, "c": 0}|dictsort }} {{ {"b": 1, "A": 2}|dictsort(true) }} {{ {"b": 1, "a": 2}|dictsort(false, "value") }} {{ {"b": 1, "a": 2}|dictsort(reverse=true) }} {{ {"a": "B", "b": "a"}|dictsort(by="value") }}
{{ [1]|dictsort }}
{{ missing|dictsort }}
{{ {"a": 1, 2: 3}|dictsort }}
{{ {}|dictsort(by="x") }}
{{ "<a href='x'>&\"</a>"|escape }} {{ "<"|e }} {{ ("<"|e)|e }} {{ ("<"|e)|forceescape }} {{ 5|e }} {{ none|e }} {{ ["<"]|e }}
{{ ("<"|e) + ">" }} {{ ">" + ("<"|e) }} {{ ("<"|e) ~ ">" }} {{ ("<b>"|safe) + "<" }} {{ "<"|safe|string is escaped }} {{ ("<"|e)|upper }} {{ ("<"|e) * 2 }} {{ [("<"|e)] }} {{ ("a"|safe) == "a" }} {{ ("%s"|safe) % "<" }} {{ ("{}"|safe).format("<") }} {{ (",,"|safe).join(["<", ">"|safe]) }}
{{ ("a<b"|safe)|replace("<", "&") }} {{ ("abc"|safe)[1:] }} {{ ("abc"|safe).upper() is escaped }} {{ ["a"|safe, "<"]|join("<") }} {{ ("a"|safe)|tojson }} {{ ("<"|safe)|length }} {{ ("a b"|safe).split()[0] is escaped }}
{{ 1|filesizeformat }} {{ 0|filesizeformat }} {{ 999|filesizeformat }} {{ 1000|filesizeformat }} {{ 1500000|filesizeformat }} {{ 1024|filesizeformat(true) }} {{ 123456789|filesizeformat(binary=true) }} {{ "1e30"|filesizeformat }} {{ -5|filesizeformat }}
{{ "x"|filesizeformat }}
{{ [1, 2]|first }} {{ "abc"|first }} [{{ []|first }}] {{ {"a": 1}|first }} {{ (1, 2)|first }} [{{ missing|first }}] {{ range(3)|first }} {{ numbers|map("abs")|first }}
{{ ([]|first).x }}
{{ 5|first }}
{{ none|first }}
{{ "3.14"|float }} {{ "x"|float }} {{ "x"|float(1.5) }} {{ 3|float }} {{ none|float }} {{ "1e3"|float }} {{ " 2.5 "|float }} {{ "inf"|float }} {{ "nan"|float }} {{ true|float }} {{ "1_0.5"|float }} {{ ".5"|float }} {{ "5."|float }} {{ "0x10"|float }} {{ "+1"|float }} {{ "-Infinity"|float }} {{ ""|float }} {{ "."|float }} {{ "1e"|float }} {{ "1__0"|float }} {{ "5.e1"|float }}
{{ missing|float }}
{{ "%s-%d"|format("a", 5) }} {{ "%(a)s"|format(a=1) }} {{ "%s"|format([1]) }} {{ "a"|format }} {{ 5|format }}
{{ "%s"|format }}
{{ "%s"|format(1, 2) }}
{{ "%s"|format(1, a=2) }}
{% for g in users|groupby("city") %}{{ g.grouper }}:{{ g.list|map(attribute="name")|join("+") }};{% endfor %}
{% for city, items in users|groupby("city") %}{{ city }}{{ items|length }};{% endfor %}{{ users|groupby("age")|length }} {{ (users|groupby("city"))[0][0] }}
{{ users|groupby("zip", default="none")|map("first")|list }} {{ ["a", "B", "A"]|groupby(0)|map("first")|list }}
{{ users|groupby("zip") }}
{{ [{"k": "a"}, {"k": "B"}, {"k": "A"}]|groupby("k") }} {{ [{"k": "a"}, {"k": "B"}, {"k": "A"}]|groupby("k", case_sensitive=true)|map(attribute=0)|list }}
{{ "a\nb\n\nc"|indent }} | {{ "a\nb"|indent(2, true) }} | {{ "a\n\nb"|indent(2, blank=true) }} | {{ "a\nb"|indent("> ") }} | {{ "a\nb\n"|indent(1) }}| {{ ""|indent }}| {{ "a\nb"|indent(width=3, first=true) }} | {{ "a\r\nb\u2028c"|indent(1) }}
{{ none|indent }}
{{ 5|indent }}
{{ missing|indent }}
{{ "42"|int }} {{ "42.9"|int }} {{ "x"|int }} {{ "x"|int(7) }} {{ 3.9|int }} {{ -3.9|int }} {{ true|int }} {{ none|int }} {{ "0x1F"|int(0, 16) }} {{ "1F"|int(base=16) }} {{ "0b11"|int(0, 2) }} {{ "077"|int(0, 8) }} {{ " 12 "|int }} {{ "1_000"|int }} {{ "1e3"|int }} {{ [1]|int }} {{ ""|int }} {{ "0x1F"|int }} {{ "-5"|int }} {{ "+5"|int }} {{ "12abc"|int }} {{ "inf"|int }} {{ "0x1F"|int(0, 0) }} {{ "z"|int(0, 36) }} {{ "1__0"|int }}
{{ missing|int }}
{{ inf_text|float|int }}
{{ [1, 2, 3]|join("-") }} {{ [1, none, "x", true]|join(",") }} {{ "abc"|join("-") }} {{ []|join(",") }}| {{ users|join(", ", attribute="name") }} {{ [1, 2]|join }} {{ {"a": 1, "b": 2}|join(",") }} {{ missing|join(",") }}| {{ [1, 2]|join(0) }} {{ [missing, 1]|join("-") }} {{ users|map(attribute="name")|join("/") }} {{ [1, 2]|join(d=";") }}
{{ 5|join }}
{{ none|join }}
{{ [1, 2]|last }} {{ "abc"|last }} [{{ []|last }}] {{ {"a": 1, "b": 2}|last }} {{ range(3)|last }} {{ (1, 2)|last }} [{{ missing|last }}] {{ user.items()|last }}
{{ numbers|map("abs")|last }}
{{ 5|last }}
{{ [1, 2]|length }} {{ "héé"|length }} {{ user|length }} {{ ""|count }} {{ range(5)|count }} {{ user.items()|length }} {{ missing|length }} {{ (1, 2)|length }}
{{ 5|length }}
{{ none|length }}
{{ numbers|map("abs")|length }}
{{ "abc"|list }} {{ {"a": 1}|list }} {{ range(3)|list }} {{ (1, 2)|list }} {{ user.keys()|list }} {{ missing|list }}
{{ 5|list }}
{{ "HeLLo"|lower }} {{ "ÀÉ"|lower }} {{ 5|lower }} {{ none|lower }} {{ missing|lower }}| {{ "ΌΔΟΣ ΣΑΣ"|lower }}
{{ {"a": 1, "b": 2}|items|list }} {% for k, v in user.address|items %}{{ k }}{{ v }}{% endfor %} {{ missing|items|list }}
{{ [1]|items|list }}
{{ "a"|items|list }}
{{ ["a", "B"]|map("upper")|list }} {{ users|map(attribute="name")|list }} {{ users|map(attribute="address.city")|list }} {{ users|map(attribute="zip", default="-")|list }} {{ [[1, 2], [3]]|map("length")|list }} {{ [[1, 2], [3, 4]]|map(attribute=1)|list }} {{ ["a"]|map("replace", "a", "b")|list }} {{ []|map("upper")|list }} {{ none|map("upper")|list }} {{ [1.5]|map("round", 0, "floor")|list }} {{ [[1, 2]]|map("join", "-")|list }} {{ pairs|map("first")|list }}
{{ [1]|map("nope")|list }}
{{ [1]|map|list }}
{{ [1]|map(attribute="a", x=1)|list }}
{{ [1]|map(missing)|list }}
{{ 5|map("upper")|list }}
{{ users|map(attribute="zip")|list }} {{ users|map(attribute="name")|first }} {{ users|map("attr", "items")|length }}
{{ [3, 1, 2]|min }} {{ [3, 1, 2]|max }} {{ ["b", "A"]|min }} {{ ["b", "A"]|min(true) }} {{ users|min(attribute="age") is mapping }} {{ (users|max(attribute="age")).name }} [{{ []|max }}] {{ "abc"|max }} {{ {"a": 1, "b": 0}|max }}
{{ [1, "a"]|max }}
{{ [1, "a"]|min }}
{{ [none, 1]|max }}
{{ [1, 2, 3]|pprint }} {{ {"b": 1, "a": [1, 2]}|pprint }} {{ "x"|pprint }} {{ none|pprint }} {{ (1,)|pprint }}
{{ {"first_key_that_is_long": ["aaaaaaaaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbbbbbbbbbbbbb"], "second": {"x": 1, "y": [1, 2, 3]}}|pprint }}
{{ [1, 2, 3, 4]|reject("odd")|list }} {{ [0, 1, "", "a"]|reject|list }} {{ [1, 2, 3]|reject("gt", 1)|list }} {{ users|rejectattr("active")|map(attribute="name")|list }} {{ users|rejectattr("age", "lt", 30)|map(attribute="name")|list }} {{ users|rejectattr("zip", "defined")|list|length }}
{{ [1, 2, 3, 4]|select("odd")|list }} {{ [0, 1, "", "a"]|select|list }} {{ [1, 2, 3]|select("equalto", 2)|list }} {{ [1, 2, 3]|select("in", [1, 3])|list }} {{ [1, 2, 3]|select("==", 2)|list }} {{ users|selectattr("active")|map(attribute="name")|list }} {{ users|selectattr("city", "equalto", "Oslo")|map(attribute="name")|list }} {{ users|selectattr("address.city", "defined")|list|length }} {{ messages|selectattr("role", "eq", "user")|map(attribute="content")|join("|") }} {{ none|select|list }} {{ ["a", 1]|select("string")|list }} {{ [1, 2, 3, 4, 6]|select("divisibleby", 3)|list }}
{{ [1]|select("nope")|list }}
{{ [1]|selectattr|list }}
{{ [1]|select(missing)|list }}
{{ 5|select|list }}
{{ users|selectattr("name", "nope")|list }}
{{ "banana"|replace("a", "o") }} {{ "banana"|replace("a", "o", 2) }} {{ 5|replace("5", "6") }} {{ "abc"|replace("", "-") }} {{ "abc"|replace("", "-", 2) }} {{ "a.b"|replace(".", 1) }} {{ none|replace("None", "x") }} {{ "aaa"|replace("aa", "b") }} {{ ""|replace("", "x") }} {{ "abc"|replace("b", "", count=1) }} {{ "abc"|replace(missing, "-") }}
{{ "abc"|replace("a") }}
{{ "abc"|replace }}
{{ "abc"|replace("a", "b", 1, 2) }}
{{ "abc"|replace(x="a") }}
{{ "abc"|reverse }} {{ [1, 2]|reverse|list }} {{ "héé"|reverse }} {{ (1, 2)|reverse|list }} {{ {"a": 1, "b": 2}|reverse|list }} {{ range(3)|reverse|list }} {{ numbers|map("abs")|reverse|list }} {{ missing|reverse|list }}
{{ 5|reverse }}
{{ 42.55|round }} {{ 42.55|round(1) }} {{ 42.55|round(1, "floor") }} {{ 42.51|round(1, "ceil") }} {{ 42|round }} {{ 0.5|round }} {{ 1.5|round }} {{ 2.5|round }} {{ -0.5|round }} {{ 2.675|round(2) }} {{ 1234|round(-2) }} {{ 1250|round(-2) }} {{ 1350|round(-2) }} {{ 1234.5|round(-2) }} {{ 1e20|round(2) }} {{ 3.7|round|int }} {{ 2.5|round(0, "ceil") }} {{ 7|round(1, "floor") }} {{ true|round }} {{ -1250|round(-2) }} {{ 1.005|round(2) }} {{ 123.456|round(precision=1) }} {{ 5e-5|round(4) }} {{ 0.15|round(1) }} {{ 1e-10|round(3) }}
{{ 5.5|round(1, "x") }}
{{ "x"|round }}
{{ none|round }}
{{ missing|round }}
{{ [1, 2, 3, 4, 5]|slice(2)|list }} {{ [1, 2, 3, 4, 5]|slice(3, "x")|list }} {{ [1]|slice(3)|list }} {{ []|slice(2)|list }}
{{ [1]|slice(0)|list }}
{{ [3, 1, 2]|sort }} {{ ["b", "A", "c"]|sort }} {{ ["b", "A", "c"]|sort(case_sensitive=true) }} {{ [3, 1, 2]|sort(reverse=true) }} {{ users|sort(attribute="age")|map(attribute="name")|list }} {{ users|sort(attribute="city,age")|map(attribute="name")|list }} {{ "cab"|sort }} {{ {"b": 1, "a": 2}|sort }} {{ [(2, "a"), (1, "b")]|sort }} {{ [true, 0, 2]|sort }} {{ users|sort(attribute="address.city", reverse=true)|map(attribute="name")|list }} {{ [1.5, 1, 2]|sort }} {{ missing|sort }} {{ ["a", "B", "A", "b"]|sort(reverse=true) }}
{{ [1, "a"]|sort }}
{{ [none, 1]|sort }}
{{ users|sort(attribute="zip") }}
{{ 5|sort }}
{{ 5|string }} {{ none|string }} {{ [1]|string }} {{ missing|string }}| {{ 1.0|string }} {{ 5|string is string }}
{{ "<p>Hello <b>World</b></p>  x\n y <!-- c -->&amp;&lt;&#39;&#x41;"|striptags }} {{ "a < b"|striptags }} {{ 5|striptags }}
{{ [1, 2, 3]|sum }} {{ []|sum }} {{ users|sum(attribute="age") }} {{ [1.5, 2]|sum }} {{ [[1], [2]]|sum(start=[]) }} {{ [1, 2]|sum(start=10) }} {{ [true, true]|sum }} {{ missing|sum }}
{{ ["a"]|sum }}
{{ ["a"]|sum(start="") }}
{{ [missing]|sum }}
{{ "hello wORLD-foo (bar) it's"|title }} {{ "ñandú o'neil"|title }} {{ 5|title }} {{ "a_b <c>[d]{e}"|title }}
[{{ "  a  "|trim }}] [{{ "xxaxx"|trim("x") }}] [{{ 5|trim }}] [{{ "\n\t a \u3000"|trim }}] [{{ none|trim }}] [{{ missing|trim }}] [{{ "abcba"|trim("ab") }}] [{{ "  a  "|trim(none) }}] [{{ "\x1ca\x85"|trim }}]
{{ "x"|trim(5) }}
{{ "foo bar baz qux"|truncate(9) }} {{ "foo bar baz qux"|truncate(9, true) }} {{ "foo bar baz qux"|truncate(11) }} {{ "foo bar baz qux"|truncate(11, false, "...", 0) }} {{ "abc"|truncate(2, end="") }} {{ "abcdefghij"|truncate(5, leeway=0) }} {{ "ab"|truncate }} {{ "aaaa bbbb cccc"|truncate(10, false, "…", 0) }} {{ "abcdefghijklmnop"|truncate(length=6, killwords=true, end="~") }}
{{ "abc"|truncate(2) }}
{{ "abc"|truncate(5, leeway=-1) }}
{{ 5|truncate }}
{{ [1, 2, 1, 3]|unique|list }} {{ ["a", "A", "b"]|unique|list }} {{ ["a", "A"]|unique(true)|list }} {{ users|unique(attribute="city")|map(attribute="name")|list }} {{ [1, 1.0, true]|unique|list }} {{ "abca"|unique|join }} {{ [none, none]|unique|list }} {{ [(1, 2), (1, 2)]|unique|list }}
{{ [[1]]|unique|list }}
{{ "abc ß ŉ"|upper }} {{ 5|upper }} {{ none|upper }} {{ missing|upper }}|
{{ "a b/c?d=é&~"|urlencode }} {{ {"a b": "c&d", "e": 1}|urlencode }} {{ [("a", 1), ("b", "x y")]|urlencode }} {{ 5|urlencode }} {{ ""|urlencode }}| {{ "a+b"|urlencode }} {{ none|urlencode }}
{{ [1]|urlencode }}
{{ "hello big world"|wordcount }} {{ ""|wordcount }} {{ "a-b c_d é1"|wordcount }} {{ 5|wordcount }}
{{ "The quick brown fox jumps over the lazy dog"|wordwrap(15) }}
{{ "aaaaaaaaaaaaaaaaaaaa bb"|wordwrap(8) }} | {{ "aaaaaaaaaaaaaaaaaaaa bb"|wordwrap(8, false) }} | {{ "a b c d e"|wordwrap(3, wrapstring="|") }} | {{ "one-two-three four"|wordwrap(9) }} | {{ "one-two-three four"|wordwrap(9, break_on_hyphens=false) }} | {{ "a\n\nb c"|wordwrap(2) }} | {{ "   lead and trail   "|wordwrap(6) }}
{{ "well-known state--of--the art e-mail x-y 1-2-3 foo-bar-"|wordwrap(7) }}
{{ "abc"|wordwrap(0) }}
{{ {"class": "a b", "id": none, "x": 5, "y": missing, "z": "<\">"}|xmlattr }}| {{ {"a": 1}|xmlattr(false) }} {{ {}|xmlattr }}|
{{ {"a b": 1}|xmlattr }}
{{ [1]|xmlattr }}
{{ user|tojson }} {{ [1, 1.5, none, true, "é<>&'\"\\\n\t\u0001\u007f"]|tojson }} {{ "x"|tojson }} {{ {}|tojson }} {{ []|tojson }} {{ (1, 2)|tojson }} {{ {1: 2, none: 3, true: 4, 1.5: 5}|tojson }}
{{ "é😀\u007f"|tojson(ensure_ascii=true) }} {{ "é"|tojson(true) }}
{{ user|tojson(indent=2) }} {{ {"a": [], "b": {}, "c": [1, [2]]}|tojson(indent=4) }} {{ [1, {"a": 2}]|tojson(indent="--") }} {{ [1]|tojson(indent=0) }}
{{ {"b": 1, "a": {"d": 1, "c": 2}}|tojson(sort_keys=true) }} {{ {"a": [1, 2]}|tojson(separators=(",", ":")) }} {{ {"a": 1, "b": 2}|tojson(indent=1, separators=(" ;", " = ")) }} {{ 1e400|tojson }} {{ "nan"|float|tojson }} {{ 1.0|tojson }} {{ 1e100|tojson }} {{ -0.0|tojson }}
{{ missing|tojson }}
{{ [missing]|tojson }}
{{ range(3)|tojson }}
{{ user.items()|tojson }}
{{ numbers|map("abs")|tojson }}
{{ namespace(a=1)|tojson }}
{{ {(1, 2): 3}|tojson }}
{{ {"a": 1, 2: 3}|tojson(sort_keys=true) }}
{{ user.get|tojson }}
{{ tools|tojson }} {{ tools|tojson(indent=4) }}
{{ "abc"|first|upper|default("x") }} {{ "a,b"|replace(",", ";")|upper }} {{ [1, 2]|map("string")|map("upper")|join }}
{{ "abc"|upper(1) }}
{{ "abc"|default(1, 2, 3) }}
{{ "abc"|trim(chars="a", x=1) }}
{{ "abc"|trim("a", chars="b") }}
{{ "a"|d(1, default_value=2) }}
"""
