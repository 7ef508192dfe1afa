extension Jinja {
    /// A piece of a template as the parser sees it; white space and comments are gone.
    struct Token: Equatable {
        enum Kind: Equatable {
            /// Text between tags.
            case data(String)
            case variableBegin
            case variableEnd
            case blockBegin
            case blockEnd
            case name(String)
            case string(String)
            case integer(Int)
            case float(Double)
            case symbol(Symbol)
            case end
        }

        let kind: Kind
        /// From 1.
        let line: Int
    }

    /// The operators and punctuation of expressions.
    enum Symbol: String {
        case add = "+"
        case subtract = "-"
        case divide = "/"
        case floorDivide = "//"
        case multiply = "*"
        case modulo = "%"
        case power = "**"
        case tilde = "~"
        case leftBracket = "["
        case rightBracket = "]"
        case leftParenthesis = "("
        case rightParenthesis = ")"
        case leftBrace = "{"
        case rightBrace = "}"
        case equal = "=="
        case notEqual = "!="
        case greater = ">"
        case greaterOrEqual = ">="
        case less = "<"
        case lessOrEqual = "<="
        case assign = "="
        case dot = "."
        case colon = ":"
        case pipe = "|"
        case comma = ","
        case semicolon = ";"

        /// What must close the bracket, if this opens one.
        var closing: Symbol? {
            switch self {
            case .leftBracket: .rightBracket
            case .leftParenthesis: .rightParenthesis
            case .leftBrace: .rightBrace
            default: nil
            }
        }

        var isClosing: Bool { self == .rightBracket || self == .rightParenthesis || self == .rightBrace }
    }
}

extension Jinja.Token.Kind {
    /// The token in the words of an error message.
    var description: String {
        switch self {
        case .data: "template data / text"
        case .variableBegin: "begin of print statement"
        case .variableEnd: "end of print statement"
        case .blockBegin: "begin of statement block"
        case .blockEnd: "end of statement block"
        case .name(let name): name
        case .string: "string"
        case .integer: "integer"
        case .float: "float"
        case .symbol(let symbol): symbol.rawValue
        case .end: "end of template"
        }
    }
}
