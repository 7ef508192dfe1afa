extension Jinja {
    /// The variables of a scope that has been entered.
    final class Frame: Releasable {
        let scope: Scope
        let outer: Frame?
        private var slots: [Value?]
        /// A macro or a loop keeps the frame beyond its block.
        var isKept = false

        init(scope: Scope, outer: Frame?) {
            self.scope = scope
            self.outer = outer
            slots = Array(repeating: nil, count: scope.symbols.count)
        }

        var isRoot: Bool { outer == nil }

        /// What the variable holds in the nearest scope that has it; the first nil means that none has.
        func value(of symbol: Int) -> Value?? {
            var frame: Frame? = self
            while let current = frame {
                if let slot = current.scope.slot(of: symbol) { return .some(current.slots[slot]) }
                frame = current.outer
            }
            return nil
        }

        func set(_ value: Value?, for symbol: Int) {
            guard let slot = scope.slot(of: symbol) else { return }
            slots[slot] = value
        }

        /// Fills the variables as they are when the scope is entered, or entered again.
        func begin(input: (Int) -> Value?) {
            for (slot, origin) in scope.origins.enumerated() {
                let symbol = scope.symbols[slot]
                switch origin {
                case .parameter: break
                case .input: slots[slot] = input(symbol)
                case .outer: slots[slot] = outer?.value(of: symbol) ?? nil
                case .nothing: slots[slot] = nil
                }
            }
        }

        func release() { slots = Array(repeating: nil, count: slots.count) }
    }
}
