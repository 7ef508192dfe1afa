"""White space around tags. Here `\n`, `\t` and `\s` (a space) in a case are written out."""

CASES = r"""
a\n{% if true %}\nb\n{% endif %}\nc\n
a\n  {% if true %}\n  b\n  {% endif %}\nc
a\n  {%- if true %}\n  b\n  {%- endif %}\nc
a\n  {% if true -%}\n  b\n  {% endif -%}\nc
a\n  {%- if true -%}\n  b\n  {%- endif -%}\n  c
a\n  {%+ if true %}\n  b\n  {%+ endif %}\nc
a\n  {% if true +%}\n  b\n  {% endif +%}\nc
  {{ 1 }}\n  {{- 2 }}\n  {{ 3 -}}\n  4
  {{+ 1 }} {{ 2 }}
{{ 1 }}\n{{ 2 }}\n
{{ 1 }}\n\n
\n{{ 1 }}\n
x {% if true %} y {% endif %} z
x\t{% if true %}\ty\t{% endif %}\tz
\t{% if true %}\n\t\tb{% endif %}
  {# comment #}\nb
a\n  {# comment #}\nb
a  {#- comment -#}  b
a\n {#+ comment +#}\nb
a\n  {% set x = 1 %}\n  {{ x }}
a\n{% set x %}\n  b\n{% endset %}\n[{{ x }}]
{% for i in [1, 2] %}\n  {{ i }}\n{% endfor %}\nend
{%- for i in [1, 2] %}\n  {{- i }}\n{%- endfor %}\nend
  {% for i in [1, 2] -%}\n  {{ i }}\n  {%- endfor %}
{% raw %}\n  a\n{% endraw %}\nb
  {% raw %}\n  {{ a }}\n  {% endraw %}\nb
a\n  {%- raw -%}\n  b\n  {%- endraw -%}\n  c
a\n  {%+ raw %}  b  {% endraw +%}\nc
{%-if true-%}a{%-endif-%}
{%   if true   %}a{%   endif   %}
{%\nif true\n%}a{%\nendif\n%}
{{\n1\n+\n2\n}}
{{-1}}{{- 1 -}}{{ -1 }}{{ - 1 }}
{{ 1 -1 }} {{ 1 - 1 }} {{ 3 -}}  x
a\r\n{% if true %}\r\nb\r\n{% endif %}\r\nc\r\n
a\r{% if true %}\rb{% endif %}
"a\\n"{{ "b\\n" }}
{% if true %}\n\n\nb\n\n{% endif %}\n\nc
\s\s{% if true %}a{% endif %}\s\s\n\s\s{% if true %}b{% endif %}
\u00a0{% if true %}a{% endif %}\u00a0{%- if true %}b{% endif -%}\u2003c
{% macro f() %}\n  x\n{% endmacro %}\n[{{ f() }}]
{% filter indent(2) %}a\nb{% endfilter %}
{%- macro f() -%}\n  x\n{%- endmacro -%}\n[{{ f() }}]
a {%- set x = 1 -%} b
a\n\n\n{%- set x = 1 %}\n\n\nb
a {{- "" }} b {{ "" -}} c
{% if true %}{# c #}\n{% endif %}|
{{ "x" }}  \n  {% if true %}y{% endif %}
text\n    {% if true %}yes{% endif %}\n\t {% if true %}no{% endif %}
{% if true %}  {% endif %}|{% if true %}\n{% endif %}|
{# a\n b #}\n\nc
{{ "}}" }} {{ "%}" }} {{ {"a": {"b": 1}} }} {{ {"a": {"b": 1}}["a"]}}
{% set d = {"a": {"b": "%}"}} %}{{ d }}
{{ [1, [2, [3]]] }}{{ ((1)) }}
{% if "{%" in "a{%b" %}x{% endif %}
a{{ "\n" }}b{{ '\\n' }}c
{{"a"}}{{'b'}}{{1}}{{[1]}}{{{}}}
{{{"a":1}}}
{{ {"a":1}}}
{% for i in [1,2,3] %}{{ i }}{% if not loop.last %}, {% endif %}{% endfor %}\n
{%- if true %}\n  a\n{%- else %}\n  b\n{%- endif %}\n
{% if false %}\n  a\n{% elif true %}\n  b\n{% endif %}\n
{{ line1\n}}{{ user.missing.x }}
line\n{{ 1 }}\n{{ missing.x }}
{%+ set x = 1 +%}\na
 \n {% set x = 1 %} \n a
{% macro f() %}\n{{ missing.x }}\n{% endmacro %}\n\n{{ f() }}
{% for i in [1] %}\n{% if missing.x %}\n{% endif %}{% endfor %}
{% set x = 1 %}\n{% set y =\n  missing.x %}
a\n{# c\n c #}\n{{ 1 / 0 }}
{% if a %}\n\n{% foo %}
{{ 1 }}\n{{ "a\nb" }}\n{{ @ }}
{%- set x = 1 %}\n\n  {%- set x = 2 %}\n{{ missing.x }}
a\n{% for i in\n [1] %}\n{% for j in 5 %}{% endfor %}{% endfor %}
{% call(x)\n f() %}{% endcall %}
{% raw %}\n\n{% endraw %}\n{{ missing.x }}
"""
