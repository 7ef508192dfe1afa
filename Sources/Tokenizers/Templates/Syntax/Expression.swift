extension Jinja {
    /// An expression; names are numbers of symbols, see `Program.symbols`.
    ///
    /// Whatever has several parts is a reference: taking a case apart then costs the stack of a recursion one
    /// word, not all the parts of all the cases.
    enum Expression: Sendable {
        case literal(Literal)
        case name(Int)
        case list([Expression])
        case tuple([Expression])
        case mapping([Pair])
        case attribute(Attribute)
        case item(Item)
        case slice(Slice)
        case call(Call)
        case filter(FilterCall)
        case test(TestCall)
        indirect case negative(Expression)
        indirect case positive(Expression)
        indirect case not(Expression)
        case arithmetic(Calculation)
        /// `a ~ b ~ c`
        case concatenation([Expression])
        case comparison(Comparison)
        case and([Expression])
        case or([Expression])
        case conditional(Conditional)
    }

    /// `value.name`
    final class Attribute: Sendable {
        let value: Expression
        let name: String

        init(_ value: Expression, _ name: String) {
            self.value = value
            self.name = name
        }
    }

    /// `value[key]`
    final class Item: Sendable {
        let value: Expression
        let key: Expression

        init(_ value: Expression, _ key: Expression) {
            self.value = value
            self.key = key
        }
    }

    /// `value[start:stop:step]`
    final class Slice: Sendable {
        let value: Expression
        let start: Expression?
        let stop: Expression?
        let step: Expression?

        init(_ value: Expression, start: Expression?, stop: Expression?, step: Expression?) {
            self.value = value
            self.start = start
            self.stop = stop
            self.step = step
        }
    }

    final class Call: Sendable {
        let callee: Expression
        let arguments: Arguments

        init(_ callee: Expression, _ arguments: Arguments) {
            self.callee = callee
            self.arguments = arguments
        }
    }

    /// `value|name(arguments)`; without a value it filters the text of its block.
    final class FilterCall: Sendable {
        let value: Expression?
        let name: String
        let arguments: Arguments

        init(_ value: Expression?, _ name: String, _ arguments: Arguments) {
            self.value = value
            self.name = name
            self.arguments = arguments
        }
    }

    /// `value is name(arguments)`
    final class TestCall: Sendable {
        let value: Expression
        let name: String
        let arguments: Arguments

        init(_ value: Expression, _ name: String, _ arguments: Arguments) {
            self.value = value
            self.name = name
            self.arguments = arguments
        }
    }

    /// Operators of one precedence, applied from the left.
    final class Calculation: Sendable {
        let first: Expression
        let operations: [(arithmetic: Arithmetic, operand: Expression)]

        init(_ first: Expression, _ operations: [(arithmetic: Arithmetic, operand: Expression)]) {
            self.first = first
            self.operations = operations
        }
    }

    /// `a < b < c`: each neighbour pair must hold.
    final class Comparison: Sendable {
        let first: Expression
        let relations: [(relation: Relation, operand: Expression)]

        init(_ first: Expression, _ relations: [(relation: Relation, operand: Expression)]) {
            self.first = first
            self.relations = relations
        }
    }

    /// `then if test else otherwise`
    final class Conditional: Sendable {
        let test: Expression
        let then: Expression
        let otherwise: Expression?
        /// Named in the message of a value that is missing for want of an `else`.
        let line: Int

        init(test: Expression, then: Expression, otherwise: Expression?, line: Int) {
            self.test = test
            self.then = then
            self.otherwise = otherwise
            self.line = line
        }
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

    struct Arguments: Sendable {
        var positional: [Expression] = []
        var keywords: [(name: String, value: Expression)] = []
        /// `*values`
        var spread: Expression?
        /// `**values`
        var keywordSpread: Expression?
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
    /// The expressions directly inside, in the order in which they are written.
    var children: [Jinja.Expression] {
        switch self {
        case .literal, .name: []
        case .list(let items), .tuple(let items), .concatenation(let items), .and(let items), .or(let items): items
        case .mapping(let pairs): pairs.flatMap { [$0.key, $0.value] }
        case .negative(let value), .positive(let value), .not(let value): [value]
        case .attribute(let attribute): [attribute.value]
        case .item(let item): [item.value, item.key]
        case .slice(let slice): [slice.value] + [slice.start, slice.stop, slice.step].compactMap(\.self)
        case .call(let call): [call.callee] + call.arguments.children
        case .filter(let filter): (filter.value.map { [$0] } ?? []) + filter.arguments.children
        case .test(let test): [test.value] + test.arguments.children
        case .arithmetic(let calculation): [calculation.first] + calculation.operations.map(\.operand)
        case .comparison(let comparison): [comparison.first] + comparison.relations.map(\.operand)
        case .conditional(let choice): [choice.test, choice.then] + (choice.otherwise.map { [$0] } ?? [])
        }
    }
}

extension Jinja.Arguments {
    var children: [Jinja.Expression] {
        positional + keywords.map(\.value) + [spread, keywordSpread].compactMap(\.self)
    }

    var isEmpty: Bool { positional.isEmpty && keywords.isEmpty && spread == nil && keywordSpread == nil }
}
