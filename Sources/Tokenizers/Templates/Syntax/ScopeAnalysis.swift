extension Jinja {
    /// Finds the variables of every scope of a template, and the faults that are plain before it renders:
    /// filters and tests that do not exist, and `break` outside a loop.
    struct ScopeAnalysis {
        private var scopes: [Scope?]
        private let names: SpecialNames
        /// The variables of the scopes around the current place.
        private var outer: [[Int: Scope.Origin]] = []
        private var isInLoop = false
        /// Inside a condition an unknown filter is a fault only when it is reached.
        private var isConditional = false

        static func scopes(of body: Block, count: Int, names: SpecialNames) throws(TemplateError) -> [Scope] {
            var analysis = ScopeAnalysis(scopes: Array(repeating: nil, count: count), names: names)
            try analysis.enter(body, line: 1)
            return analysis.scopes.map { $0 ?? Scope([:]) }
        }

        private init(scopes: [Scope?], names: SpecialNames) {
            self.scopes = scopes
            self.names = names
        }

        // MARK: Scopes

        /// Finds the variables of a block, then those of the blocks inside it.
        private mutating func enter(
            _ block: Block, line: Int, loads: [Expression] = [],
            declaring declare: (inout ScopeSymbols) -> Void = { _ in }
        ) throws(TemplateError) {
            var symbols = ScopeSymbols(outer: outer)
            declare(&symbols)
            for expression in loads { symbols.load(expression) }
            symbols.visit(block.body)
            scopes[block.scope] = Scope(symbols.origins)
            let saved = (outer: outer, isConditional: isConditional)
            outer.append(symbols.origins)
            isConditional = false
            for expression in loads { try check(expression, line: line) }
            try enterScopes(in: block.body)
            (outer, isConditional) = saved
        }

        /// Enters a block that the reference compiles to a function of its own, which no `break` leaves.
        private mutating func enterFunction(
            _ block: Block, line: Int, loads: [Expression] = [],
            declaring declare: (inout ScopeSymbols) -> Void = { _ in }
        ) throws(TemplateError) {
            let saved = isInLoop
            isInLoop = false
            try enter(block, line: line, loads: loads, declaring: declare)
            isInLoop = saved
        }

        private mutating func enterScopes(in body: [Statement]) throws(TemplateError) {
            var line = 1
            for statement in body {
                line = statement.line ?? line
                try enterScopes(in: statement, line: line)
            }
        }

        private mutating func enterScopes(in statement: Statement, line: Int) throws(TemplateError) {
            switch statement {
            case .output(let parts):
                for case .value(let value, let line) in parts { try check(value, line: line) }
            case .set(let assignment): try check(assignment.value, line: line)
            case .setBlock(let set): try enter(set.block, line: set.line, loads: set.filter.map { [$0] } ?? [])
            case .loop(let loop): try enter(loop)
            case .condition(let condition): try enter(condition)
            case .macro(let macro): try enter(macro)
            case .call(let caller, let call):
                try check(.call(call), line: caller.line)
                try enter(caller)
            case .filter(let filter): try enter(filter.block, line: line, loads: [filter.filter])
            case .with(let with):
                for assignment in with.assignments { try check(assignment.value, line: line) }
                try enter(with.block, line: line) { symbols in
                    for assignment in with.assignments { symbols.declare(assignment.target) }
                }
            case .autoescape(let escape): try enter(escape.block, line: line, loads: [escape.isOn])
            case .generation(let block): try enterFunction(block, line: line)
            case .block(let block):
                let saved = outer
                outer = []
                try enterFunction(block, line: line)
                outer = saved
            case .load: break
            case .leaveLoop, .nextItem: try checkLoop(statement, line: line)
            }
        }

        private mutating func enter(_ condition: Condition) throws(TemplateError) {
            let saved = isConditional
            isConditional = true
            for branch in condition.branches {
                try check(branch.test, line: branch.line)
                try enterScopes(in: branch.body)
            }
            try enterScopes(in: condition.otherwise)
            isConditional = saved
        }

        private mutating func enter(_ loop: Loop) throws(TemplateError) {
            try check(loop.items, line: loop.line)
            if loop.storesLoopVariable(names.loop) {
                throw .syntax(
                    "Can't assign to special loop variable in for-loop target", line: loop.line,
                    exception: .templateAssertion)
            }
            let usesLoop =
                loop.isRecursive || !NameSearch.names([names.loop], readIn: loop.body.body).isEmpty
            let saved = isInLoop
            isInLoop = true
            try enter(loop.body, line: loop.line) { [names] symbols in
                if usesLoop { symbols.declare(names.loop) }
                symbols.declare(loop.target)
            }
            scopes[loop.body.scope]?.usesLoop = usesLoop
            isInLoop = loop.isRecursive ? false : saved
            try enter(loop.otherwise, line: loop.line)
            isInLoop = saved
            if let test = loop.test {
                let block = Block(body: [], scope: loop.testScope)
                try enter(block, line: loop.line, loads: [test]) { $0.declare(loop.target) }
            }
        }

        private mutating func enter(_ macro: Macro) throws(TemplateError) {
            let special = NameSearch.names([names.caller, names.keywords, names.variadics], readIn: macro.block.body)
            let parameters = macro.parameters.map(\.symbol)
            if special.contains(names.caller), let place = parameters.firstIndex(of: names.caller),
                macro.parameters[place].defaultValue == nil
            {
                throw .syntax(
                    "When defining macros or call blocks the special \"caller\" argument must be omitted "
                        + "or be given a default.", line: macro.line, exception: .templateAssertion)
            }
            let hidden = special.subtracting(parameters)
            try enterFunction(macro.block, line: macro.line, loads: macro.parameters.compactMap(\.defaultValue)) {
                for symbol in parameters + hidden.sorted() { $0.declare(symbol) }
            }
            scopes[macro.block.scope]?.usesCaller = hidden.contains(names.caller)
            scopes[macro.block.scope]?.usesKeywords = hidden.contains(names.keywords)
            scopes[macro.block.scope]?.usesVariadics = hidden.contains(names.variadics)
        }

        // MARK: Checks

        private func checkLoop(_ statement: Statement, line: Int) throws(TemplateError) {
            guard !isInLoop else { return }
            let isBreak = if case .leaveLoop = statement { true } else { false }
            let message = isBreak ? "'break' outside loop" : "'continue' not properly in loop"
            throw .syntax(message, line: line, exception: .pythonSyntax)
        }

        /// Throws for a filter or a test that does not exist, unless a condition may keep it from being reached.
        private func check(_ expression: Expression, line: Int) throws(TemplateError) {
            switch expression {
            case _ where isConditional: return
            case .conditional: return
            case .filter(let filter) where Filters.table[filter.name] == nil:
                throw .syntax("No filter named \(Jinja.repr(filter.name)).", line: line, exception: .templateAssertion)
            case .test(let test) where Tests.table[test.name] == nil:
                throw .syntax("No test named \(Jinja.repr(test.name)).", line: line, exception: .templateAssertion)
            default:
                for child in expression.children { try check(child, line: line) }
            }
        }
    }
}

extension Jinja.Statement {
    /// The line of a statement that keeps one.
    var line: Int? {
        switch self {
        case .output(let parts):
            for case .value(_, let line) in parts { return line }
            return nil
        case .set(let assignment): return assignment.line
        case .filter(let filter): return filter.line
        case .with(let with): return with.line
        case .autoescape(let escape): return escape.line
        case .load(let line): return line
        case .setBlock(let set): return set.line
        case .loop(let loop): return loop.line
        case .condition(let condition): return condition.branches.first?.line
        case .macro(let macro), .call(let macro, _): return macro.line
        case .generation, .block, .leaveLoop, .nextItem: return nil
        }
    }
}

extension Jinja.Loop {
    /// Whether the loop, or anything in it, assigns to the variable `loop`.
    func storesLoopVariable(_ symbol: Int) -> Bool {
        target.stores(symbol) || body.body.contains { $0.stores(symbol) }
            || otherwise.body.contains { $0.stores(symbol) }
    }
}

extension Jinja.Target {
    fileprivate func stores(_ symbol: Int) -> Bool {
        switch self {
        case .name(let name): name == symbol
        case .attribute: false
        case .tuple(let targets): targets.contains { $0.stores(symbol) }
        }
    }
}

extension Jinja.Statement {
    fileprivate func stores(_ symbol: Int) -> Bool {
        func any(_ body: [Jinja.Statement]) -> Bool { body.contains { $0.stores(symbol) } }
        return switch self {
        case .set(let assignment): assignment.target.stores(symbol)
        case .setBlock(let set): set.target.stores(symbol) || any(set.block.body)
        case .loop(let loop): loop.storesLoopVariable(symbol)
        case .condition(let condition): condition.branches.contains { any($0.body) } || any(condition.otherwise)
        case .macro(let macro), .call(let macro, _): any(macro.block.body)
        case .filter(let filter): any(filter.block.body)
        case .with(let with): any(with.block.body)
        case .autoescape(let escape): any(escape.block.body)
        case .generation(let block), .block(let block): any(block.body)
        case .output, .load, .leaveLoop, .nextItem: false
        }
    }
}
