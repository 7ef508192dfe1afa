extension Jinja {
    /// An expression; names are numbers of symbols, see `Program.symbols`.
    indirect enum Expression: Sendable {
        case literal(Literal)
        case name(Int)
        case list([Expression])
        case tuple([Expression])
        case mapping([Pair])
        /// `value.name`
        case attribute(Expression, String)
        /// `value[key]`
        case item(Expression, Expression)
        /// `value[start:stop:step]`
        case slice(Expression, Bounds)
        case call(Expression, Arguments)
        /// `value|name(arguments)`; without a value it filters the text of its block.
        case filter(Expression?, String, Arguments)
        /// `value is name(arguments)`
        case test(Expression, String, Arguments)
        case negative(Expression)
        case positive(Expression)
        case not(Expression)
        /// Operators of one precedence, applied from the left.
        case arithmetic(Expression, [Operation])
        /// `a ~ b ~ c`
        case concatenation([Expression])
        /// `a < b < c`: each neighbour pair must hold.
        case comparison(Expression, [Comparison])
        case and([Expression])
        case or([Expression])
        /// `then if test else otherwise`; the line names it in a message.
        case conditional(test: Expression, then: Expression, otherwise: Expression?, line: Int)
    }

    enum Literal: Sendable {
        case none
        case bool(Bool)
        case int(Int)
        case float(Double)
        case string(String)
    }

    struct Pair: Sendable {
        let key: Expression
        let value: Expression
    }

    struct Bounds: Sendable {
        let start: Expression?
        let stop: Expression?
        let step: Expression?
    }

    struct Arguments: Sendable {
        var positional: [Expression] = []
        var keywords: [(name: String, value: Expression)] = []
        /// `*values`
        var spread: Expression?
        /// `**values`
        var keywordSpread: Expression?
    }

    struct Operation: Sendable {
        let arithmetic: Arithmetic
        let operand: Expression
    }

    enum Arithmetic: String, Sendable {
        case add = "+"
        case subtract = "-"
        case multiply = "*"
        case divide = "/"
        case floorDivide = "//"
        case modulo = "%"
        case power = "** or pow()"
    }

    struct Comparison: Sendable {
        let relation: Relation
        let operand: Expression
    }

    enum Relation: String, Sendable {
        case equal = "=="
        case notEqual = "!="
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
        case isIn = "in"
        case isNotIn = "not in"
    }

    /// What an assignment stores into.
    indirect enum Target: Sendable {
        case name(Int)
        case tuple([Target])
        /// `namespace.name`
        case attribute(Int, String)
    }
}

extension Jinja.Expression {
    /// The names and expressions directly inside, in the order in which they are written.
    var children: [Jinja.Expression] {
        switch self {
        case .literal, .name: []
        case .list(let items), .tuple(let items), .concatenation(let items), .and(let items), .or(let items): items
        case .mapping(let pairs): pairs.flatMap { [$0.key, $0.value] }
        case .attribute(let value, _), .negative(let value), .positive(let value), .not(let value): [value]
        case .item(let value, let key): [value, key]
        case .slice(let value, let bounds): [value] + [bounds.start, bounds.stop, bounds.step].compactMap(\.self)
        case .call(let value, let arguments), .test(let value, _, let arguments): [value] + arguments.children
        case .filter(let value, _, let arguments): (value.map { [$0] } ?? []) + arguments.children
        case .arithmetic(let first, let rest): [first] + rest.map(\.operand)
        case .comparison(let first, let rest): [first] + rest.map(\.operand)
        case .conditional(let test, let then, let otherwise, _): [test, then] + (otherwise.map { [$0] } ?? [])
        }
    }
}

extension Jinja.Arguments {
    var children: [Jinja.Expression] {
        positional + keywords.map(\.value) + [spread, keywordSpread].compactMap(\.self)
    }
}
