/// Templates that never end, drawn at random: a macro that calls itself from inside other things.
enum Nesting {
    /// What an expression may stand in.
    private static let expressions: [@Sendable (String) -> String] = [
        { "(\($0))|upper" }, { "'' ~ (\($0))" }, { "[\($0)]" }, { "(\($0)) is odd" }, { "not (\($0))" },
        { "(\($0)) if 1 else 2" }, { "{1: \($0)}" }, { "((\($0)) + '')" }, { "dict(a=\($0))" },
        { "[\($0)]|map('upper')|list" }, { "(\($0))|default(1)" }, { "range((\($0))|length)" }, { "'%s' % (\($0),)" },
        { "'{}'.format(\($0))" }, { "(\($0)) == 1" }, { "(\($0)) in ['x']" }, { "[1][0:(\($0))|length]" },
        { "(\($0)).upper()" }, { "[\($0)]|selectattr('x')|list" }, { "[\($0)]|join" }, { "[\($0)]|tojson" },
        { "g(1, *[\($0)], **{'k': 1})" },
    ]

    /// What statements may stand in.
    private static let blocks: [@Sendable (String) -> String] = [
        { "{% if 1 %}\($0){% endif %}" }, { "{% for i in [1] %}\($0){% endfor %}" },
        { "{% for i in [1] if i recursive %}\($0){% endfor %}" }, { "{% set x %}\($0){% endset %}{{ x }}" },
        { "{% set x|upper %}\($0){% endset %}{{ x }}" }, { "{% filter upper|lower %}\($0){% endfilter %}" },
        { "{% with a=1 %}\($0){% endwith %}" }, { "{% call g() %}\($0){% endcall %}" },
        { "{% autoescape true %}\($0){% endautoescape %}" }, { "{% generation %}\($0){% endgeneration %}" },
        { "{% macro q(a, b=2) %}\($0){% endmacro %}{{ q(1) }}" },
        { "{% macro q(a, b=f()) %}\($0){% endmacro %}{{ q(1) }}" },
    ]

    static func recursion(using random: inout some RandomNumberGenerator) -> String {
        var expression = "f()"
        for _ in 0..<Int.random(in: 0...6, using: &random) {
            expression = expressions[Int.random(in: expressions.indices, using: &random)](expression)
        }
        var body = Bool.random(using: &random) ? "{{ \(expression) }}" : "{% set y = \(expression) %}{{ y }}"
        for _ in 0..<Int.random(in: 0...5, using: &random) {
            body = blocks[Int.random(in: blocks.indices, using: &random)](body)
        }
        return "{% macro g(a) %}{{ caller() if caller else '' }}{{ kwargs|length }}{{ varargs|length }}{% endmacro %}"
            + "{% macro f() %}\(body){% endmacro %}{{ f() }}"
    }
}
