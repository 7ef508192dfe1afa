extension Jinja {
    /// A template that has been read: its statements, and where each of its names lives.
    struct Program: Sendable {
        let body: Block
        let scopes: [Scope]
        /// The text of each symbol.
        let symbols: [String]
        let names: SpecialNames

        init(source: String) throws(TemplateError) {
            var parser = try Parser(source)
            let root = parser.newScope()
            let names = SpecialNames(&parser)
            let body = Block(body: try parser.parseStatements(until: []), scope: root)
            scopes = try ScopeAnalysis.scopes(of: body, count: parser.scopeCount, names: names)
            symbols = parser.symbols
            self.body = body
            self.names = names
        }
    }

    /// The symbols of names that mean something to the language itself.
    struct SpecialNames: Sendable {
        let loop: Int
        let caller: Int
        let keywords: Int
        let variadics: Int

        init(_ parser: inout Parser) {
            loop = parser.symbol("loop")
            caller = parser.symbol("caller")
            keywords = parser.symbol("kwargs")
            variadics = parser.symbol("varargs")
        }
    }

    /// The variables of one scope. jinja2 settles before it renders which scope a name belongs to, and what the
    /// name holds when the scope is entered; templates see the difference, so this interpreter does the same.
    struct Scope: Sendable {
        /// What a variable holds when its scope is entered.
        enum Origin: Sendable {
            /// What the one who enters puts there.
            case parameter
            /// The template's input of that name.
            case input
            /// What the scope outside has under that name.
            case outer
            case nothing
        }

        /// In ascending order; a variable's place here is its slot.
        let symbols: [Int]
        let origins: [Origin]
        /// Of a loop body: `loop` is mentioned in it.
        var usesLoop = false
        /// Of a macro: the names outside its parameters that it mentions.
        var usesCaller = false
        var usesKeywords = false
        var usesVariadics = false

        init(_ origins: [Int: Origin]) {
            let ordered = origins.sorted { $0.key < $1.key }
            symbols = ordered.map(\.key)
            self.origins = ordered.map(\.value)
        }

        /// The slot of a symbol, if it lives here.
        func slot(of symbol: Int) -> Int? {
            var low = 0
            var high = symbols.count
            while low < high {
                let middle = (low + high) / 2
                if symbols[middle] < symbol { low = middle + 1 } else { high = middle }
            }
            return low < symbols.count && symbols[low] == symbol ? low : nil
        }
    }
}
