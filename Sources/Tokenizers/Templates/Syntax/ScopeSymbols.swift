extension Jinja {
    /// The variables of a scope while they are being found, statement by statement in the order of the text.
    struct ScopeSymbols {
        private(set) var origins: [Int: Scope.Origin] = [:]
        private var stores: Set<Int> = []
        /// The variables of the scopes around this one.
        private let outer: [[Int: Scope.Origin]]
        /// What was added, in order, so that a branch can be taken back before the next is tried.
        private var additions: [Addition] = []

        private enum Addition {
            case origin(Int)
            case store(Int)
        }

        init(outer: [[Int: Scope.Origin]]) { self.outer = outer }

        private func isOuter(_ symbol: Int) -> Bool { outer.contains { $0[symbol] != nil } }

        private mutating func set(_ symbol: Int, _ origin: Scope.Origin) {
            if origins.updateValue(origin, forKey: symbol) == nil { additions.append(.origin(symbol)) }
        }

        private mutating func markStored(_ symbol: Int) {
            if stores.insert(symbol).inserted { additions.append(.store(symbol)) }
        }

        mutating func declare(_ symbol: Int) {
            markStored(symbol)
            set(symbol, .parameter)
        }

        /// A name that is read before anything is stored in it, here or outside, is an input.
        private mutating func load(_ symbol: Int) {
            if origins[symbol] == nil, !isOuter(symbol) { set(symbol, .input) }
        }

        private mutating func store(_ symbol: Int) {
            markStored(symbol)
            if origins[symbol] == nil { set(symbol, isOuter(symbol) ? .outer : .nothing) }
        }

        mutating func load(_ expression: Expression) {
            if case .name(let symbol) = expression { load(symbol) }
            for child in expression.children { load(child) }
        }

        mutating func store(_ target: Target) {
            switch target {
            case .name(let symbol): store(symbol)
            case .attribute(let symbol, _): load(symbol)
            case .tuple(let targets): for target in targets { store(target) }
            }
        }

        mutating func declare(_ target: Target) {
            switch target {
            case .name(let symbol): declare(symbol)
            case .attribute: break
            case .tuple(let targets): for target in targets { declare(target) }
            }
        }

        mutating func visit(_ body: [Statement]) {
            for statement in body { visit(statement) }
        }

        /// What a statement reads and stores in the scope where it stands; what it does in scopes of its own is
        /// found when those are entered.
        private mutating func visit(_ statement: Statement) {
            switch statement {
            case .output(let parts):
                for case .value(let value, _) in parts { load(value) }
            case .set(let assignment):
                load(assignment.value)
                store(assignment.target)
            case .setBlock(let set): store(set.target)
            case .loop(let loop): load(loop.items)
            case .condition(let condition): visit(condition.branches[...], condition.otherwise)
            case .macro(let macro): if let symbol = macro.symbol { store(symbol) }
            case .call(_, let call): load(.call(call))
            case .filter(let block): load(block.filter)
            case .with(let with): for assignment in with.assignments { load(assignment.value) }
            case .autoescape, .generation, .block, .load, .leaveLoop, .nextItem: break
            }
        }

        // MARK: Conditions

        private mutating func visit(_ branches: ArraySlice<Branch>, _ otherwise: [Statement]) {
            guard let first = branches.first else { return }
            load(first.test)
            let outcomes = [
                outcome(of: { $0.visit(first.body) }),
                outcome(of: { for branch in branches.dropFirst() { $0.visit([branch], []) } }),
                outcome(of: { $0.visit(otherwise) }),
            ]
            merge(outcomes)
        }

        /// What a branch would add.
        private struct Outcome {
            var origins: [(symbol: Int, origin: Scope.Origin)] = []
            var stores: [Int] = []
        }

        private mutating func outcome(of branch: (inout ScopeSymbols) -> Void) -> Outcome {
            let mark = additions.count
            branch(&self)
            var outcome = Outcome()
            for addition in additions[mark...] {
                switch addition {
                case .origin(let symbol):
                    if let origin = origins.removeValue(forKey: symbol) { outcome.origins.append((symbol, origin)) }
                case .store(let symbol):
                    stores.remove(symbol)
                    outcome.stores.append(symbol)
                }
            }
            additions.removeSubrange(mark...)
            return outcome
        }

        /// After branches of which one was taken: what only a branch stored may still be the input, or what the
        /// scope outside has.
        private mutating func merge(_ outcomes: [Outcome]) {
            for outcome in outcomes {
                for (symbol, origin) in outcome.origins { set(symbol, origin) }
            }
            for symbol in outcomes.flatMap(\.stores) {
                markStored(symbol)
                set(symbol, isOuter(symbol) ? .outer : .input)
            }
        }
    }
}
