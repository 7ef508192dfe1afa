extension Jinja {
    /// A statement. What opens a scope carries its number: an index into `Program.scopes`.
    indirect enum Statement: Sendable {
        case output([OutputPart])
        case set(Target, Expression, line: Int)
        case setBlock(SetBlock)
        case loop(Loop)
        case condition([Branch], otherwise: [Statement])
        case macro(Macro)
        /// `{% call(arguments) callee() %}`: the body is handed over as the macro `caller`.
        case call(Macro, callee: Expression, Arguments)
        case filter(Expression, Block, line: Int)
        case with([(target: Target, value: Expression)], Block, line: Int)
        case autoescape(Expression, Block, line: Int)
        /// `{% generation %}`: the part of a prompt that the assistant wrote; rendered as it is.
        case generation(Block)
        /// `{% block %}`: rendered where it stands, since there is nothing to inherit from.
        case block(Block, line: Int)
        /// `extends`, `include` and the imports, which need other templates.
        case load(line: Int)
        case leaveLoop
        case nextItem
    }

    enum OutputPart: Sendable {
        case text(String)
        case value(Expression, line: Int)
    }

    struct Branch: Sendable {
        let test: Expression
        let body: [Statement]
        let line: Int
    }

    struct Block: Sendable {
        let body: [Statement]
        let scope: Int
    }

    struct SetBlock: Sendable {
        let target: Target
        let filter: Expression?
        let block: Block
        let line: Int
    }

    struct Loop: Sendable {
        let target: Target
        let items: Expression
        /// The `if` of the loop: items for which it does not hold are passed over, and not counted.
        let test: Expression?
        let testScope: Int
        let body: Block
        let otherwise: Block
        let isRecursive: Bool
        let line: Int
    }

    /// A macro, or the body of a `call` block, which has no name.
    struct Macro: Sendable {
        let name: String?
        let symbol: Int?
        let parameters: [Parameter]
        let block: Block
        let line: Int
    }

    struct Parameter: Sendable {
        let name: String
        let symbol: Int
        let defaultValue: Expression?
    }
}
