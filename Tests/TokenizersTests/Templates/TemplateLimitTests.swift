import Foundation
import JSON
import TestSupport
import Testing
import Tokenizers

/// What a template from a stranger may cost: each bound is met by an error, in time, and on a small stack.
struct TemplateLimitTests {
    private static let now = TemplateTime(year: 2025, month: 1, day: 1)

    private func outcome(_ source: String, _ limits: TemplateLimits = .default, _ context: JSON = [:]) -> Outcome {
        Outcome {
            try ChatTemplate(source).render(context, limits: limits, now: Self.now)
        }
    }

    // MARK: Bounds are where they are said to be

    @Test func outputIsBounded() {
        let limits = TemplateLimits(outputBytes: 10)
        #expect(outcome("{% for i in range(10) %}x{% endfor %}", limits).text == "xxxxxxxxxx")
        #expect(outcome("{% for i in range(11) %}x{% endfor %}", limits).error?.kind == .limit)
        #expect(outcome("{% set x %}12345678901{% endset %}", limits).error?.kind == .limit)
    }

    @Test func stepsAreBounded() {
        let loop = "{% for i in range(100) %}{% endfor %}"
        #expect(outcome(loop, TemplateLimits(steps: 2_000)).error == nil)
        #expect(outcome(loop, TemplateLimits(steps: 100)).error?.kind == .limit)
    }

    @Test func memoryIsBounded() {
        let limits = TemplateLimits(memoryBytes: 1 << 20)
        #expect(outcome("{{ ('x' * 1000)|length }}", limits).text == "1000")
        #expect(outcome("{{ ('x' * 2000000)|length }}", limits).error?.kind == .limit)
        #expect(outcome("{{ ([1] * 100000)|length }}", limits).error?.kind == .limit)
    }

    @Test func depthIsBounded() {
        let recursion = "{% macro f(n) %}{% if n > 0 %}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(20) }}"
        #expect(outcome(recursion).error == nil)
        #expect(outcome(recursion, TemplateLimits(depth: 50)).error?.kind == .limit)
    }

    @Test func sourceIsBounded() {
        #expect(outcome(String(repeating: "x", count: TemplateLimits.sourceBytes)).error == nil)
        #expect(outcome(String(repeating: "x", count: TemplateLimits.sourceBytes + 1)).error?.kind == .limit)
    }

    @Test func integersAreBounded() {
        for expression in [
            "9223372036854775807 + 1", "-9223372036854775807 - 2", "9223372036854775807 * 2", "2 ** 63", "10 ** 400",
            "(-9223372036854775807 - 1) // -1", "-(-9223372036854775807 - 1)", "(-9223372036854775807 - 1)|abs",
            "99999999999999999999", "'99999999999999999999'|int", "1e30|int", "[9223372036854775807, 1]|sum",
        ] {
            #expect(outcome("{{ \(expression) }}").error?.kind == .limit, "\(expression)")
        }
        #expect(outcome("{{ 2 ** 62 }} {{ 9223372036854775807 }}").text == "4611686018427387904 9223372036854775807")
        #expect(outcome("{{ (-9223372036854775807 - 1) % -1 }} {{ 0 ** 0 }} {{ 1 ** 9999999999 }}").text == "0 1 1")
    }

    @Test func chanceIsNotForPrompts() {
        #expect(outcome("{{ [1, 2]|random }}").error?.exception == .security)
    }

    // MARK: What costs too much ends

    static let expensive = [
        "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
        "{% macro f() %}{{ f() }}{{ f() }}{% endmacro %}{{ f() }}",
        "{% macro f(n) %}{% if n %}{{ f(n - 1) }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(40) }}",
        "{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}",
        "{% set ns = namespace(s='x') %}{% for i in range(99999) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}",
        "{% set ns = namespace(s=[1]) %}{% for i in range(99999) %}{% set ns.s = ns.s + ns.s %}{% endfor %}",
        "{% set ns = namespace(s=[]) %}{% for i in range(99999) %}{% set ns.s = [ns.s] %}{% endfor %}",
        "{% set ns = namespace(s=[]) %}{% for i in range(99) %}{% set ns.s = [ns.s, ns.s] %}{% endfor %}{{ ns.s }}",
        "{% set ns = namespace(s=[]) %}{% for i in range(99) %}{% set ns.s = [ns.s, ns.s] %}{% endfor %}{{ ns.s|tojson }}",
        "{% set ns = namespace(s=(), t=()) %}{% for i in range(99) %}{% set ns.s = (ns.s, ns.s) %}"
            + "{% set ns.t = (ns.t, ns.t) %}{% endfor %}{{ ns.s == ns.t }}{{ {ns.s: 1} }}",
        "{% set ns = namespace(s=[]) %}{% for i in range(99999) %}{% set ns.s = ns.s|map('upper') %}{% endfor %}{{ ns.s|list }}",
        "{% set ns = namespace(s={}) %}{% for i in range(99999) %}{% set ns.s = {'k': ns.s} %}{% endfor %}",
        "{% set ns = namespace(s={}) %}{% for i in range(99999) %}{% set ns.s = ns.s.copy %}{% set ns.s = [ns.s] %}{% endfor %}",
        "{{ 'x' * 9999999999 }}", "{{ [1] * 9999999999 }}", "{{ 'a'.center(9999999999) }}",
        "{{ 'a'|center(99999999999) }}",
        "{{ 'a'.zfill(9999999999) }}", "{{ '%*d' % (2000000000, 1) }}",
        "{{ '%.99999999f' % 1 }}{{ '{:.999999999f}'.format(1.5) }}", "{{ '{:>999999999}'.format(1) }}",
        "{{ 'a\nb'|indent(9999999999) }}", "{{ [1]|tojson(indent=9999999999) }}", "{{ [1]|batch(9999999999, 0)|list }}",
        "{{ [1]|slice(9999999999, 0)|list }}", "{{ ('a' * 99999).replace('', 'b' * 99999) }}",
        "{{ ('a,' * 99999).split(',')|join('x' * 99999) }}", "{{ ('\t' * 999).expandtabs(9999999999) }}",
        "{{ ('%s' * 9999) % (('x' * 99999,) * 9999) }}",
        "{% set a = 'a' * 4000000 %}{{ (a ~ 'b') in (a ~ a ~ 'c') }}",
        "{% set a = 'a' * 2000000 %}{{ a.count('a' * 1000000 ~ 'b') }}{{ a.rfind('b' ~ 'a' * 1000000) }}",
        "{% for i in range(99999) %}{{ ('x' * 1000000)[0] }}{% endfor %}",
        "{% for i in range(99999) %}{% set x = range(99999)|list %}{% endfor %}",
        "{% for i in range(99999) %}{% set x = namespace(a=i) %}{% endfor %}{% for i in range(99999) %}{{ range(99999)|sum }}{% endfor %}",
        "{{ range(99999)|map('string')|join|list|sort|unique|list|length }}{{ range(99999)|sort(reverse=true)|list * 99 }}",
    ]

    @Test(arguments: expensive)
    func expensiveTemplatesEnd(source: String) {
        let outcome = outcome(source)
        #expect(outcome.text != nil || outcome.error?.kind == .limit, "\(String(describing: outcome.error))")
    }

    // MARK: Small stacks

    /// Deep texts, deep values and deep recursion: what makes an interpreter recurse.
    static let deep: [String] = {
        func nest(_ open: String, _ middle: String, _ close: String, _ count: Int) -> String {
            String(repeating: open, count: count) + middle + String(repeating: close, count: count)
        }
        var sources: [String] = []
        for count in [30, 62, 64, 100, 5_000] {
            sources += [
                "{{ \(nest("(", "1", ")", count)) }}", "{{ \(nest("[", "1", "]", count)) }}",
                "{{ \(nest("{1: ", "1", "}", count)) }}", "{{ \(nest("-", "1", "", count)) }}",
                "{{ \(nest("not ", "1", "", count)) }}", "{{ \(nest("f(", "1", ")", count)) }}",
                "{{ \(nest("a[", "1", "]", count)) }}", "{{ a\(nest(".b", "", "", count)) }}",
                "{{ a\(nest("()", "", "", count)) }}", "{{ a\(nest("|upper", "", "", count)) }}",
                "{{ 1\(nest(" is odd", "", "", count)) }}", "{{ 1\(nest(" if 1", "", "", count)) }}",
                "{{ 1\(nest(" if 0 else 1", "", "", count)) }}", "{{ 1\(nest(" + 1", "", "", count)) }}",
                "{{ 1\(nest(" ~ 1", "", "", count)) }}", "{{ 1\(nest(" and 1", "", "", count)) }}",
                "{{ \(nest("(not 1 + 2 * [", "3", "][0])", count)) }}",
                nest("{% if 1 %}", "x", "{% endif %}", count), nest("{% for i in [1] %}", "x", "{% endfor %}", count),
                nest("{% set x %}", "x", "{% endset %}", count),
                nest("{% filter upper %}", "x", "{% endfilter %}", count),
                nest("{% with %}", "x", "{% endwith %}", count), nest("{% macro f() %}", "x", "{% endmacro %}", count),
                "{% set \(nest("(", "a", ",)", count)) = 1 %}",
                "{{ '\(nest("{:", "", "}", count))'.format(1) }}",
            ]
        }
        return sources + [
            "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
            "{% macro f() %}{% if true %}{% for i in [1] %}{{ '' ~ (f()|upper) }}{% endfor %}{% endif %}{% endmacro %}{{ f() }}",
            "{% macro f() %}{% set x %}{% filter upper %}{{ [[f()]] }}{% endfilter %}{% endset %}{% endmacro %}{{ f() }}",
            "{% macro f() %}{{ caller() }}{% endmacro %}{% macro g() %}{% call f() %}{{ g() }}{% endcall %}{% endmacro %}{{ g() }}",
            "{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}",
            "{% set ns = namespace(x=1) %}{% set ns.x = ns %}{{ ns }}{{ ns.x }}{{ ns == ns.x }}",
            "{% set ns = namespace(x=1) %}{% for i in range(9999) %}{% set ns.x = namespace(n=ns.x) %}{% endfor %}{{ ns }}",
            "{% set ns = namespace(x=[]) %}{% for i in range(159) %}{% set ns.x = [ns.x] %}{% endfor %}{{ ns.x }}"
                + "{{ ns.x|tojson }}{{ ns.x|tojson(indent=1) }}{{ ns.x == [ns.x] }}{{ ns.x|pprint }}{{ ns.x < [ns.x] }}",
            "{% set ns = namespace(x=()) %}{% for i in range(159) %}{% set ns.x = (ns.x,) %}{% endfor %}{{ {ns.x: 1} }}",
            "{% set ns = namespace(x=[]) %}{% for i in range(150) %}{% set ns.x = ns.x|map('upper') %}{% endfor %}{{ ns.x|list }}",
            "{% set ns = namespace(l=none) %}{% for i in range(99999) %}{% for x in [ns.l] %}{% set ns.l = loop %}{% endfor %}{% endfor %}",
            "{% set ns = namespace(l=none) %}{% for i in range(99999) %}{% set ns.l = [ns]|map(attribute='l')|unique %}"
                + "{{ '' if ns.l|first }}{% endfor %}",
            "{% set ns = namespace(l=none) %}{% for i in range(9999) %}{% for x in [1] %}{{ '' if loop.changed(ns.l) }}"
                + "{% set ns.l = loop %}{% endfor %}{% endfor %}",
            "{% set ns = namespace(l=none) %}{% for i in range(9999) %}{% macro m() %}{{ ns.l }}{% endmacro %}"
                + "{% set ns.l = cycler(m, ns.l) %}{% endfor %}",
        ]
    }()

    @Test func deepTemplatesEndOnASmallStack() {
        onSmallStack {
            for source in Self.deep {
                let outcome = outcome(source)
                #expect(outcome.text != nil || outcome.error != nil)
            }
        }
    }

    /// Endless recursion through every mixture of what may stand inside one another.
    @Test func mixedRecursionEndsOnASmallStack() {
        var random = SeededGenerator(seed: 5)
        let sources = (0..<150).map { _ in Nesting.recursion(using: &random) }
        onSmallStack {
            for source in sources { #expect(outcome(source).error?.kind == .limit, "\(source)") }
        }
    }

    /// Runs `body` on a thread with half a megabyte of stack, less than any that a server is likely to use.
    private func onSmallStack(_ body: @escaping @Sendable () -> Void) {
        let done = DispatchSemaphore(value: 0)
        let thread = Thread {
            body()
            done.signal()
        }
        thread.stackSize = 512 << 10
        thread.start()
        done.wait()
    }

    @Test func deepContextsEndOnASmallStack() {
        onSmallStack {
            for depth in [100, 126] {
                let text = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
                let context: JSON = ["x": (try? JSON.parse(text)) ?? .null]
                let source = "{{ x }}{{ x|tojson(indent=1) }}{{ x|pprint }}{{ x == [x] }}{{ x < [x] }}"
                #expect(outcome(source, .default, context).text?.isEmpty == false)
            }
            var value: JSON = []
            for _ in 0..<1_000 { value = .array([value]) }
            #expect(outcome("{{ x }}", .default, ["x": value]).error?.kind == .limit)
        }
    }
}
