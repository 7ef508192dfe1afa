extension Jinja {
    /// Looks for names that a body reads without having stored them before, in the order of the text and
    /// through all scopes: how jinja2 finds out whether a loop body uses `loop`, and a macro `caller`.
    struct NameSearch {
        private var names: Set<Int>
        private(set) var found: Set<Int> = []

        static func names(_ names: [Int], readIn body: [Statement]) -> Set<Int> {
            var search = NameSearch(names: Set(names))
            search.visit(body)
            return search.found
        }

        private init(names: Set<Int>) { self.names = names }

        private mutating func visit(_ body: [Statement]) {
            for statement in body where !names.isEmpty { visit(statement) }
        }

        private mutating func visit(_ expression: Expression) {
            if case .name(let symbol) = expression, names.contains(symbol) { found.insert(symbol) }
            for child in expression.children { visit(child) }
        }

        private mutating func visit(_ target: Target) {
            switch target {
            case .name(let symbol): names.remove(symbol)
            case .attribute: break
            case .tuple(let targets): for target in targets { visit(target) }
            }
        }

        private mutating func visit(_ macro: Macro) {
            for parameter in macro.parameters { names.remove(parameter.symbol) }
            for parameter in macro.parameters { parameter.defaultValue.map { visit($0) } }
            visit(macro.block.body)
        }

        private mutating func visit(_ statement: Statement) {
            switch statement {
            case .output(let parts):
                for case .value(let value, _) in parts { visit(value) }
            case .set(let assignment):
                visit(assignment.target)
                visit(assignment.value)
            case .setBlock(let set):
                visit(set.target)
                set.filter.map { visit($0) }
                visit(set.block.body)
            case .loop(let loop): visit(loop)
            case .condition(let condition):
                for branch in condition.branches {
                    visit(branch.test)
                    visit(branch.body)
                }
                visit(condition.otherwise)
            case .macro(let macro): visit(macro)
            case .call(let caller, let call):
                visit(.call(call))
                visit(caller)
            case .filter(let filter):
                visit(filter.block.body)
                visit(filter.filter)
            case .with(let with):
                for assignment in with.assignments { visit(assignment.target) }
                for assignment in with.assignments { visit(assignment.value) }
                visit(with.block.body)
            case .autoescape(let escape):
                visit(escape.isOn)
                visit(escape.block.body)
            case .generation(let block): visit(block.body)
            case .block, .load, .leaveLoop, .nextItem: break
            }
        }

        private mutating func visit(_ loop: Loop) {
            visit(loop.target)
            visit(loop.items)
            visit(loop.body.body)
            visit(loop.otherwise.body)
            loop.test.map { visit($0) }
        }
    }
}
