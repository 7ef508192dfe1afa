extension Jinja {
    /// Reads the statements of a template from its tokens, by recursive descent.
    struct Parser {
        private var tokens: [Token]
        private var position = 0
        /// What the lexer found wrong after the last token.
        private let fault: TemplateError?
        private var depth = 0
        /// The height of the tallest expression read so far inside the one being read.
        private var height = 0

        /// The names of a template, by number.
        private(set) var symbols: [String] = []
        private var symbolNumbers: [String: Int] = [:]
        private(set) var scopeCount = 0
        /// The tags that are open, for messages.
        var openTags: [String] = []
        /// What would end each open block, for messages.
        var expectedEnds: [[String]] = []

        init(_ source: String) throws(TemplateError) {
            guard source.utf8.count <= TemplateLimits.sourceBytes else {
                throw .limit(
                    "The template has \(source.utf8.count) bytes, more than the \(TemplateLimits.sourceBytes) allowed")
            }
            (tokens, fault) = Lexer.tokens(of: source)
            if tokens.count == 1, let fault { throw fault }
        }

        // MARK: Tokens

        var current: Token { tokens[position] }

        var kind: Token.Kind { tokens[position].kind }

        var line: Int { tokens[position].line }

        var following: Token.Kind { tokens[min(position + 1, tokens.count - 1)].kind }

        /// Moves past the current token and returns it.
        @discardableResult
        mutating func next() throws(TemplateError) -> Token {
            let token = tokens[position]
            if position + 1 < tokens.count { position += 1 }
            if position + 1 == tokens.count, let fault { throw fault }
            return token
        }

        mutating func skip(_ symbol: Symbol) throws(TemplateError) -> Bool {
            guard kind == .symbol(symbol) else { return false }
            try next()
            return true
        }

        mutating func skip(word: String) throws(TemplateError) -> Bool {
            guard isWord(word) else { return false }
            try next()
            return true
        }

        func isWord(_ word: String) -> Bool { kind == .name(word) }

        mutating func expect(_ kind: Token.Kind) throws(TemplateError) {
            guard self.kind == kind else { throw unexpected(expected: kind.description) }
            try next()
        }

        mutating func expectName() throws(TemplateError) -> String {
            guard case .name(let name) = kind else { throw unexpected(expected: "name") }
            try next()
            return name
        }

        private func unexpected(expected: String) -> TemplateError {
            if kind == .end { return failure("unexpected end of template, expected \(Jinja.repr(expected)).") }
            return failure("expected token \(Jinja.repr(expected)), got \(Jinja.repr(kind.description))")
        }

        func failure(_ message: String, line: Int? = nil) -> TemplateError {
            .syntax(message, line: line ?? self.line)
        }

        // MARK: Names, scopes and depth

        mutating func symbol(_ name: String) -> Int {
            if let number = symbolNumbers[name] { return number }
            symbols.append(name)
            symbolNumbers[name] = symbols.count - 1
            return symbols.count - 1
        }

        mutating func newScope() -> Int {
            scopeCount += 1
            return scopeCount - 1
        }

        /// Parses something inside something else; the text of a stranger must not exhaust the stack.
        mutating func nested<Result>(
            _ parse: (inout Parser) throws(TemplateError) -> Result
        ) throws(TemplateError) -> Result {
            guard depth < TemplateLimits.syntaxDepth else {
                throw .limit("The template nests deeper than \(TemplateLimits.syntaxDepth) levels", line: line)
            }
            depth += 1
            defer { depth -= 1 }
            return try parse(&self)
        }

        /// Parses an expression that is `levels` taller than the tallest one in it. Chains such as `a.b.c` are
        /// read in a loop, yet make a tree as high as they are long, which everything after this recurses on.
        mutating func measured<Result>(
            adding levels: Int, _ parse: (inout Parser) throws(TemplateError) -> Result
        ) throws(TemplateError) -> Result {
            let outer = height
            height = 0
            let result = try parse(&self)
            height = max(outer, height + levels)
            return result
        }

        /// Makes the expression being read one taller.
        mutating func link() throws(TemplateError) {
            height += 1
            guard height <= TemplateLimits.syntaxDepth else {
                throw .limit("An expression nests deeper than \(TemplateLimits.syntaxDepth) levels", line: line)
            }
        }
    }
}
