extension Jinja {
    /// A statement. What opens a scope carries its number: an index into `Program.scopes`.
    ///
    /// As of expressions, whatever has several parts is a reference.
    enum Statement: Sendable {
        case output([OutputPart])
        case set(Assignment)
        case setBlock(SetBlock)
        case loop(Loop)
        case condition(Condition)
        case macro(Macro)
        /// `{% call(arguments) callee() %}`: the body is handed over as the macro `caller`.
        case call(Macro, Call)
        case filter(FilterBlock)
        case with(With)
        case autoescape(Autoescape)
        /// `{% generation %}`: the part of a prompt that the assistant wrote; rendered as it is.
        case generation(Block)
        /// `{% block %}`: rendered where it stands, since there is nothing to inherit from.
        case block(Block)
        /// `extends`, `include` and the imports, which need other templates.
        case load(line: Int)
        case leaveLoop
        case nextItem
    }

    enum OutputPart: Sendable {
        case text(String)
        case value(Expression, line: Int)
    }

    /// `{% set target = value %}`
    final class Assignment: Sendable {
        let target: Target
        let value: Expression
        let line: Int

        init(_ target: Target, _ value: Expression, line: Int) {
            self.target = target
            self.value = value
            self.line = line
        }
    }

    /// `{% if %}…{% elif %}…{% else %}…{% endif %}`
    final class Condition: Sendable {
        let branches: [Branch]
        let otherwise: [Statement]

        init(_ branches: [Branch], otherwise: [Statement]) {
            self.branches = branches
            self.otherwise = otherwise
        }
    }

    struct Branch: Sendable {
        let test: Expression
        let body: [Statement]
        let line: Int
    }

    /// A body with a scope of its own.
    final class Block: Sendable {
        let body: [Statement]
        let scope: Int

        init(body: [Statement], scope: Int) {
            self.body = body
            self.scope = scope
        }
    }

    /// `{% set target | filter %}…{% endset %}`
    final class SetBlock: Sendable {
        let target: Target
        let filter: Expression?
        let block: Block
        let line: Int

        init(_ target: Target, _ filter: Expression?, _ block: Block, line: Int) {
            self.target = target
            self.filter = filter
            self.block = block
            self.line = line
        }
    }

    /// `{% filter name %}…{% endfilter %}`
    final class FilterBlock: Sendable {
        let filter: Expression
        let block: Block
        let line: Int

        init(_ filter: Expression, _ block: Block, line: Int) {
            self.filter = filter
            self.block = block
            self.line = line
        }
    }

    /// `{% with target = value, … %}…{% endwith %}`
    final class With: Sendable {
        let assignments: [(target: Target, value: Expression)]
        let block: Block
        let line: Int

        init(_ assignments: [(target: Target, value: Expression)], _ block: Block, line: Int) {
            self.assignments = assignments
            self.block = block
            self.line = line
        }
    }

    /// `{% autoescape isOn %}…{% endautoescape %}`
    final class Autoescape: Sendable {
        let isOn: Expression
        let block: Block
        let line: Int

        init(_ isOn: Expression, _ block: Block, line: Int) {
            self.isOn = isOn
            self.block = block
            self.line = line
        }
    }

    final class Loop: Sendable {
        let target: Target
        let items: Expression
        /// The `if` of the loop: items for which it does not hold are passed over, and not counted.
        let test: Expression?
        let testScope: Int
        let body: Block
        let otherwise: Block
        let isRecursive: Bool
        let line: Int

        init(
            _ target: Target, in items: Expression, test: Expression?, testScope: Int, body: Block,
            otherwise: Block, isRecursive: Bool, line: Int
        ) {
            self.target = target
            self.items = items
            self.test = test
            self.testScope = testScope
            self.body = body
            self.otherwise = otherwise
            self.isRecursive = isRecursive
            self.line = line
        }
    }

    /// A macro, or the body of a `call` block, which has no name.
    final class Macro: Sendable {
        let name: String?
        let symbol: Int?
        let parameters: [Parameter]
        let block: Block
        let line: Int

        init(name: String?, symbol: Int?, parameters: [Parameter], block: Block, line: Int) {
            self.name = name
            self.symbol = symbol
            self.parameters = parameters
            self.block = block
            self.line = line
        }
    }

    struct Parameter: Sendable {
        let name: String
        let symbol: Int
        let defaultValue: Expression?
    }
}
