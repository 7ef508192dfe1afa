"""Statements, scopes and control flow."""

CASES = r"""
{% for i in [1, 2, 3] %}{{ i }}{% endfor %}
{% for i in [] %}{{ i }}{% else %}none{% endfor %}
{% for i in [1, 2, 3] %}{{ loop.index }}{{ loop.index0 }}{{ loop.revindex }}{{ loop.revindex0 }}{{ loop.first }}{{ loop.last }}{{ loop.length }};{% endfor %}
{% for i in [1, 2, 3, 4] if i % 2 == 0 %}{{ i }}:{{ loop.index }}/{{ loop.length }}{{ loop.last }} {% endfor %}
{% for i in [1, 2, 3] if i > 5 %}x{% else %}empty{% endfor %}
{% for i in [1, 2, 3] %}{{ loop.previtem }}-{{ i }}-{{ loop.nextitem }} {% endfor %}
{% for i in [1, 2, 3] %}{{ loop.previtem is defined }}{{ loop.nextitem is defined }} {% endfor %}
{% for i in range(5) %}{{ loop.cycle("a", "b") }}{% endfor %}
{% for i in range(5) %}{{ loop.cycle() }}{% endfor %}
{% for i in [1, 1, 2, 2, 1] %}{{ loop.changed(i) }} {% endfor %}
{% for i in [1, 2] %}{% for j in [3, 4] %}{{ loop.index }}{{ i }}{{ j }} {% endfor %}{{ loop.index }}|{% endfor %}
{% for i in [1, 2] %}{% set outer = loop %}{% for j in [3, 4] %}{{ outer.index }}.{{ loop.index }} {% endfor %}{% endfor %}
{% for k, v in {"a": 1, "b": 2}.items() %}{{ k }}={{ v }};{% endfor %}
{% for k in {"a": 1, "b": 2} %}{{ k }};{% endfor %}{% for c in "héy" %}{{ c }}.{% endfor %}
{% for a, (b, c) in [(1, (2, 3)), (4, [5, 6])] %}{{ a }}{{ b }}{{ c }};{% endfor %}
{% for a, b in [(1, 2, 3)] %}{% endfor %}
{% for a, b in [(1,)] %}{% endfor %}
{% for a, b in [5] %}{% endfor %}
{% for a, b in ["xy", "zw"] %}{{ b }}{{ a }}{% endfor %}
{% for i in none %}{% endfor %}
{% for i in 5 %}{% endfor %}
{% for i in missing %}x{% else %}nothing{% endfor %}
{% for i in true %}{% endfor %}
{% for i in [1, 2, 3, 4] %}{% if i == 3 %}{% break %}{% endif %}{{ i }}{% endfor %}
{% for i in [1, 2, 3, 4] %}{% if i == 2 %}{% continue %}{% endif %}{{ i }}{% endfor %}
{% for i in [1, 2] %}{% continue %}{% else %}else{% endfor %}
{% for i in [1, 2] %}{% break %}{% else %}else{% endfor %}
{% for i in [1, 2] %}{% if i == 2 %}{% break %}{% endif %}{% else %}else{% endfor %}
{% for i in [1, 2] %}{% for j in [1, 2] %}{% if j == 2 %}{% break %}{% endif %}{{ i }}{{ j }} {% endfor %}{% endfor %}
{% for i in [1, 2] %}{% for j in [] %}{% else %}{% break %}{% endfor %}{{ i }}{% endfor %}done
{% break %}
{% if true %}{% continue %}{% endif %}
{% for i in [1] %}{% macro m() %}{% break %}{% endmacro %}{% endfor %}
{% for i in [1, 2] %}{% set x %}a{% break %}b{% endset %}{% endfor %}[{{ x }}]
{% for i in [1, 2, 3] %}{% filter upper %}a{% if i == 2 %}{% break %}{% endif %}{{ i }}b{% endfilter %}{% endfor %}
{% for item in tree recursive %}{{ item.name }}{% if item.children %}({{ loop(item.children) }}){% endif %}{{ loop.depth }}{{ loop.depth0 }}{% if not loop.last %},{% endif %}{% endfor %}
{% for i in [1] %}{{ loop([2]) }}{% endfor %}
{% for i in [[1, [2]], [3]] recursive %}{% if i is iterable %}<{{ loop(i) }}>{% else %}{{ i }}{% endif %}{% else %}E{% endfor %}
{% for i in [1, 2] %}{{ loop }}{% endfor %}
{% for i in [3, 1, 2]|sort %}{{ i }}{% endfor %}{% for i in numbers|select("odd") %}{{ loop.length }}{{ i }}{% endfor %}
{% for i in (1, 2) %}{{ i }}{% endfor %}{% for i in 1, 2 %}{{ i }}{% endfor %}
{% for m in messages %}{{ m.role }}{{ m["content"] }}{{ "," if not loop.last }}{% endfor %}
{% set x = 1 %}{% for i in [1, 2] %}{% set x = x + i %}{{ x }}{% endfor %}{{ x }}
{% set x = 1 %}{% if true %}{% set x = 2 %}{% endif %}{{ x }}
{% if false %}{% set user = 2 %}{% endif %}{{ user.name }}
{% for i in [1, 2] %}{% if loop.first %}{% set y = i %}{% endif %}[{{ y }}]{% endfor %}[{{ y }}]
{% for i in [1, 2] %}{{ x }}{% set x = i %}{{ x }}{% endfor %}
{% set ns = namespace(n=0) %}{% for i in [1, 2, 3] %}{% set ns.n = ns.n + i %}{% endfor %}{{ ns.n }}
{% set ns = namespace(a=1, b="x") %}{{ ns }} {{ ns.a }}{{ ns.c }}{{ ns["b"] }}{% set ns.c = [1] %}{{ ns.c }}{{ ns.c is defined }}
{% set ns = namespace({"a": 1}, b=2) %}{{ ns.a }}{{ ns.b }}{% set ns.a, ns.b = 3, 4 %}{{ ns.a }}{{ ns.b }}
{% set ns = namespace() %}{{ ns.x.y }}
{% set ns = namespace() %}{% set ns._x = 1 %}
{{ namespace(_a=1) }}
{% set d = {} %}{% set d.x = 1 %}
{% set missing2.x = 1 %}
{% set ns = namespace() %}{% set ns.self = ns %}{{ ns }}
{% set ns = namespace(x=1) %}{{ ns is mapping }}{{ ns is iterable }}{{ ns is callable }}{{ ns == ns }}{{ ns == namespace(x=1) }}{{ ns is defined }}
{% set a, b = 1, 2 %}{{ a }}{{ b }}{% set (c, d) = [3, 4] %}{{ c }}{{ d }}{% set e, = [5] %}{{ e }}
{% set a, b = 1 %}
{% set a, b = "xyz" %}
{% set x %}hello {{ user.name }}{% endset %}{{ x|upper }}{{ x is string }}
{% set x | upper %}abc{% endset %}{{ x }}
{% set x | upper | replace("A", "-") | trim %} abc {% endset %}[{{ x }}]
{% set user %}{{ user.name }}!{% endset %}[{{ user }}]
{{ user.name }}{% set user %}{{ user.name }}!{% endset %}[{{ user }}]
{% set ns = namespace() %}{% set ns.x %}abc{% endset %}{{ ns.x }}
{% macro f() %}{{ user.name }}{% endmacro %}{{ f() }}
{% macro f() %}{{ text }}{% endmacro %}[{{ f() }}]{% set text = "new" %}[{{ f() }}]
{% macro f() %}{{ later }}{% endmacro %}[{{ f() }}]{% set later = "new" %}[{{ f() }}]
{% macro f(a, b=2, c="x") %}{{ a }}{{ b }}{{ c }}{% endmacro %}{{ f(1) }} {{ f(1, 3) }} {{ f(1, c="z") }} {{ f(b=1, a=0) }} {{ f() }}
{% macro f(a) %}{{ a is defined }}{{ a.x }}{% endmacro %}{{ f() }}
{% macro f(a, b=a) %}{{ b }}{% endmacro %}{{ f(1) }}{{ f(1, 2) }}
{% macro f(a=b, b=1) %}[{{ a }}{{ b }}]{% endmacro %}{{ f() }}{{ f(b=5) }}
{% macro f(a) %}{% endmacro %}{{ f(1, 2) }}
{% macro f(a) %}{% endmacro %}{{ f(1, z=2) }}
{% macro f() %}{% endmacro %}{{ f(caller=1) }}
{% macro f(a) %}{{ varargs }}{{ kwargs }}{{ a }}{% endmacro %}{{ f(1, 2, 3, z=4) }}
{% macro f(a) %}{{ varargs|length }}{% endmacro %}{{ f(1, 2, 3) }}
{% macro f() %}<{{ caller() }}>{% endmacro %}{% call f() %}body {{ user.name }}{% endcall %}
{% macro f() %}<{{ caller(1, 2) }}>{% endmacro %}{% call(a, b=0) f() %}{{ a }}-{{ b }}{% endcall %}
{% macro f() %}{{ caller is defined }}{% if caller %}{{ caller() }}{% endif %}{% endmacro %}{{ f() }}{% call f() %}x{% endcall %}
{% macro f() %}{{ caller() }}{% endmacro %}{{ f() }}
{% macro f() %}x{% endmacro %}{% call f() %}y{% endcall %}
{% macro f(caller) %}{{ caller() }}{% endmacro %}
{% macro f(caller=none) %}{{ caller() if caller }}{% endmacro %}{{ f() }}{% call f() %}y{% endcall %}
{% call 5 %}{% endcall %}
{% macro f(x) %}{% if x > 0 %}{{ x }}{{ f(x - 1) }}{% endif %}{% endmacro %}{{ f(4) }}
{% macro f() %}{% set z = 5 %}{{ z }}{% endmacro %}{{ f() }}[{{ z }}]
{% set z = 1 %}{% macro f() %}{% set z = z + 1 %}{{ z }}{% endmacro %}{{ f() }}{{ f() }}{{ z }}
{% macro f(a, b) %}{% endmacro %}{{ f.name }} {{ f.arguments }} {{ f.catch_kwargs }} {{ f.catch_varargs }} {{ f.caller }} {{ f }} {{ f is callable }}
{% macro outer() %}{% macro inner(x) %}<{{ x }}>{% endmacro %}{{ inner(1) }}{{ inner(2) }}{% endmacro %}{{ outer() }}[{{ inner }}]
{% for i in [1, 2] %}{% macro f() %}{{ i }}{% endmacro %}{{ f() }}{% endfor %}
{% macro a() %}{{ b() }}{% endmacro %}{% macro b() %}B{% endmacro %}{{ a() }}
{% macro f(a=1, b) %}{% endmacro %}
{% macro f(a) %}{{ loop }}{% endmacro %}{% for i in [1] %}[{{ f(1) }}]{% endfor %}
{% with a=1, b=2 %}{{ a }}{{ b }}{% endwith %}[{{ a }}]
{% set a = 5 %}{% with a=1, b=a %}{{ a }}{{ b }}{% endwith %}{{ a }}
{% with %}{% set q = 1 %}{{ q }}{% endwith %}[{{ q }}]
{% with a, b = (1, 2) %}{% endwith %}
{% with (a, b) = (1, 2) %}{{ a }}{{ b }}{% endwith %}
{% filter upper %}abc {{ user.name }}{% endfilter %}
{% filter replace("a", "b")|upper %}banana{% endfilter %}
{% if 0 %}a{% elif 1 %}b{% else %}c{% endif %}{% if 0 %}a{% elif 0 %}b{% else %}c{% endif %}{% if 1 %}a{% elif 1 %}b{% endif %}
{% if missing %}a{% else %}b{% endif %}{% if [] %}a{% else %}b{% endif %}{% if 0.0 %}a{% else %}b{% endif %}{% if "0" %}a{% else %}b{% endif %}
{% if missing.x %}a{% endif %}
{% if user.missing %}a{% endif %}b
{% if user.missing.x %}a{% endif %}b
{% print 1, "a", [2] %}
{% raw %}{{ x }}{% if %}{% endraw %}!
{% raw -%}  a  {%- endraw %}!
a  {%- raw %} b {% endraw -%}  c
{# comment #}a{#- c -#} b {#+ c +#}
{# {{ x }} {% raw %} #}z
{% autoescape true %}{{ "<b>" }}{{ "<i>"|safe }}{{ neg ~ "<"|safe }}{{ "&" ~ ("<"|e) ~ text }}{% set x %}<u>{% endset %}{{ x }}{% endautoescape %}{{ "<" }}
{% autoescape false %}{{ "<b>" }}{% endautoescape %}
{% generation %}abc {{ user.name }}{% set q = 1 %}{{ q }}{% endgeneration %}[{{ q }}]
{% for m in messages %}{% generation %}{{ m.content }}{% endgeneration %}{% endfor %}
{% for i in [1] %}{% generation %}{% break %}{% endgeneration %}{% endfor %}
{% block title %}A{{ user.name }}{% endblock %}
{% set t = 1 %}{% block b %}[{{ t }}]{% set u = 2 %}{{ u }}{% endblock %}[{{ u }}]
{% for i in [1, 2] %}{% block c %}[{{ i }}]{% endblock %}{% endfor %}
{% include "x" %}
{% import "x" as y %}
{% from "x" import y %}
{% extends "x" %}
{% do numbers %}
{% foo %}
{% endfor %}
{% if true %}
{% for i in [1] %}
{% for i in [1] %}{% endif %}
{% if x %}{% endfor %}
{% macro f() %}
{% set x %}abc
{{ x
{{ x }
{{ x %}
{% if x }}
{{ }}
{% %}
{{ 1 + }}
{{ * 2 }}
{{ (1 }}
{{ 1) }}
{{ [1} }}
{{ a b }}
{{ "abc }}
{{ a..b }}
{{ a.5.b }}
{{ a[] }}
{{ 012 }}
{{ 1abc }}
{{ a ? b }}
{{ a & b }}
{{ @ }}
{{ x is }}
{{ x is not }}
{{ x is foo }}
{{ x|foo }}
{{ x|foo.bar }}
{% if true %}{{ x|foo }}{% endif %}
{% if false %}{{ x|foo }}{% endif %}ok
{% if false %}{{ x is foo }}{% endif %}ok
{% if true %}{{ x is foo }}{% endif %}
{{ (x|foo) if false else "y" }}
{% if false %}{% for i in [] %}{{ i|foo }}{% endfor %}{% endif %}
{{ f(a=1, 2) }}
{{ f(a=1, a=2) }}
{{ f(**{}, *[]) }}
{{ f(*[1], 2) }}
{{ f(1,) }}
{{ x is defined is true }}
{{ 1 is odd is even }}
{% set 5 = 1 %}
{% set "a" = 1 %}
{% set true = 1 %}
{% set [a] = 1 %}
{% set a.b.c = 1 %}
{% set a %}
{% set %}
{% for %}{% endfor %}
{% for x %}{% endfor %}
{% for x y in z %}{% endfor %}
{% for true in [1] %}{% endfor %}
{% for loop in [1] %}{{ loop.index }}{% endfor %}
{% for i in [1] %}{% set loop = 1 %}{% endfor %}
{% macro 5() %}{% endmacro %}
{% macro true() %}{% endmacro %}
{% macro f %}{% endmacro %}
{% with a %}{% endwith %}
{% block %}{% endblock %}
{% block a-b %}{% endblock %}
{% raw %}abc
{# abc
{% if a: %}x{% endif %}{% for i in [1]: %}{{ i }}{% endfor %}
{{ user. }}
{{ user.5a }}
{{ {"a" 1} }}
{{ {1, 2} }}
{{ {"a": 1 }}
{{ [1 2] }}
{{ not }}
{{ 1 if }}
{{ 1 not 2 }}
{{ x[1:2:3:4] }}
{{ cycler("a", "b").next() }}{% set c = cycler("a", "b") %}{{ c.next() }}{{ c.current }}{{ c.next() }}{{ c.next() }}{{ c.reset() }}{{ c.next() }}
{{ cycler() }}
{% set j = joiner(", ") %}{% for i in [1, 2, 3] %}{{ j() }}{{ i }}{% endfor %}{{ joiner("|")() }}
{% set range = 5 %}{{ range }}
{{ loop }}|{{ caller }}|{{ kwargs }}
{% for x in [1] %}{{ loop.foo.bar }}{% endfor %}
{% for x in [1, 2, 3] %}{{ loop.last }}{% if loop.index == 1 %}{{ loop.length }}{% endif %}{% endfor %}
{% for x in numbers|map("string") %}{{ loop.index }}/{{ loop.length }}{{ x }}{{ loop.revindex }} {% endfor %}
{% for a in [1, 2] %}{% for b in [1, 2] if b != a %}{{ a }}{{ b }} {% endfor %}{% endfor %}
{% set ns = namespace(last=0) %}{% for x in [1, 1, 2, 2, 3] if x != ns.last %}{% set ns.last = x %}{{ x }}{% endfor %}
{% set ns = namespace(seen=[]) %}{% for x in [1, 2, 1] %}{% if x not in ns.seen %}{% set ns.seen = ns.seen + [x] %}{% endif %}{% endfor %}{{ ns.seen }}
{% for x in [1, 2] %}{% set ns = namespace(v=x) %}{% endfor %}[{{ ns }}]
{% set x = 1 %}{% macro f(x) %}{{ x }}{% set x = 3 %}{{ x }}{% endmacro %}{{ f(2) }}{{ x }}
{% set items = [1] %}{{ items }}{% set dict = 1 %}{{ dict }}
{% set content = "a" %}{% for message in messages %}{% set content = message.content %}{% endfor %}{{ content }}
{% if x is not defined %}{% set x = "dflt" %}{% endif %}{{ x }}
{% if not text2 is defined %}{% set text2 = none %}{% endif %}{{ text2 }}
{% for x in [1] %}{% for y in [2] %}{% set z = x + y %}{% endfor %}[{{ z }}]{% endfor %}
{% set x = 5 %}{% for i in [1] %}{% for j in [1] %}{{ x }}{% set x = 6 %}{{ x }}{% endfor %}{{ x }}{% endfor %}{{ x }}
{% set x = 5 %}{% with %}{{ x }}{% set x = 6 %}{{ x }}{% endwith %}{{ x }}
{% set x = 5 %}{% filter upper %}{% set x = 6 %}{{ x }}{% endfilter %}{{ x }}
{% for x in [1] %}{% endfor %}[{{ x }}]{% for x in [x] %}[{{ x }}]{% endfor %}
{% for message in messages %}{% if message.role == "user" %}U:{{ message.content }}{% elif message.role == "assistant" %}A:{{ message.content }}{% else %}{{ raise_exception("Unknown role: " + message.role) }}{% endif %}{% endfor %}
{% for message in messages %}{% if (message.role == "user") != (loop.index0 % 2 == 0) %}{{ raise_exception("Conversation roles must alternate") }}{% endif %}{% endfor %}
"""
