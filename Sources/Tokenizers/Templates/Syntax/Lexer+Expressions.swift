extension Jinja.Lexer {
    /// Reads what stands between the marks of a tag, and the closing marks.
    mutating func readTag(
        begin: Jinja.Token.Kind, end: Jinja.Token.Kind
    ) throws(TemplateError) {
        emit(begin)
        closings.removeAll()
        while position < source.count {
            let closing = end == .variableEnd ? matchVariableEnd(at: position) : matchEnd("%}", at: position)
            if closings.isEmpty, let closing {
                emit(end)
                advance(to: closing)
                return
            }
            try readToken()
        }
    }

    private mutating func readToken() throws(TemplateError) {
        let scalar = source[position]
        if scalar.isPythonSpace {
            advance(to: skippingSpace(at: position))
        } else if scalar.isASCIIDigit {
            try readNumber()
        } else if scalar.isPythonWord {
            try readName()
        } else if scalar == "'" || scalar == "\"", let end = matchString(at: position) {
            try readString(to: end)
        } else if let symbol = matchSymbol(at: position) {
            try read(symbol)
        } else {
            throw .syntax("unexpected char \(Jinja.repr(String(scalar))) at \(position)", line: line)
        }
    }

    // MARK: Symbols

    private func matchSymbol(at place: Int) -> Jinja.Symbol? {
        guard let first = scalar(at: place), first.isASCII else { return nil }
        if let second = scalar(at: place + 1), second.isASCII,
            let symbol = Jinja.Symbol(rawValue: "\(first)\(second)")
        {
            return symbol
        }
        return Jinja.Symbol(rawValue: "\(first)")
    }

    private mutating func read(_ symbol: Jinja.Symbol) throws(TemplateError) {
        if let closing = symbol.closing { closings.append(closing) }
        if symbol.isClosing {
            guard let expected = closings.popLast() else {
                throw .syntax("unexpected '\(symbol.rawValue)'", line: line)
            }
            guard expected == symbol else {
                throw .syntax("unexpected '\(symbol.rawValue)', expected '\(expected.rawValue)'", line: line)
            }
        }
        emit(.symbol(symbol))
        advance(to: position + symbol.rawValue.utf8.count)
    }

    // MARK: Names

    private mutating func readName() throws(TemplateError) {
        var end = position + 1
        while let scalar = scalar(at: end), scalar.isPythonWord { end += 1 }
        let name = text(position..<end)
        guard source[position].isIdentifierStart, source[position..<end].allSatisfy(\.isIdentifierPart) else {
            throw .syntax("Invalid character in identifier", line: line)
        }
        emit(.name(name))
        advance(to: end)
    }

    // MARK: Numbers

    private mutating func readNumber() throws(TemplateError) {
        // A number after a dot is an index (`pair.0.1`), never the start of a fraction.
        if position == 0 || source[position - 1] != ".", let end = matchFloat(at: position) {
            let digits = text(position..<end).filter { $0 != "_" }
            guard let value = Double(digits) else { throw .syntax("invalid number '\(digits)'", line: line) }
            emit(.float(value))
            advance(to: end)
            return
        }
        let (digits, radix, end) = matchInteger(at: position)
        guard let value = Int(digits, radix: radix) else {
            throw .limit("The integer \(digits) does not fit 64 bits", line: line)
        }
        emit(.integer(value))
        advance(to: end)
    }

    /// After digits with single underscores between them; nil where none stand.
    private func matchDigits(at start: Int, isDigit: (Unicode.Scalar) -> Bool = \.isASCIIDigit) -> Int? {
        guard let first = scalar(at: start), isDigit(first) else { return nil }
        var end = start + 1
        while let next = scalar(at: end) {
            if isDigit(next) {
                end += 1
            } else if next == "_", let after = scalar(at: end + 1), isDigit(after) {
                end += 2
            } else {
                break
            }
        }
        return end
    }

    private func matchFloat(at start: Int) -> Int? {
        guard var end = matchDigits(at: start) else { return nil }
        var isFloat = false
        if scalar(at: end) == ".", let fraction = matchDigits(at: end + 1) {
            end = fraction
            isFloat = true
        }
        if scalar(at: end) == "e" || scalar(at: end) == "E" {
            let hasSign = scalar(at: end + 1) == "+" || scalar(at: end + 1) == "-"
            if let exponent = matchDigits(at: end + (hasSign ? 2 : 1)) {
                end = exponent
                isFloat = true
            }
        }
        return isFloat ? end : nil
    }

    private func matchInteger(at start: Int) -> (digits: String, radix: Int, end: Int) {
        let radix =
            switch (source[start], scalar(at: start + 1)) {
            case ("0", "b"), ("0", "B"): 2
            case ("0", "o"), ("0", "O"): 8
            case ("0", "x"), ("0", "X"): 16
            default: 10
            }
        if radix != 10 {
            let first = scalar(at: start + 2) == "_" ? start + 3 : start + 2
            let isDigit = { (scalar: Unicode.Scalar) in scalar.digitValue(radix: radix) != nil }
            if let end = matchDigits(at: first, isDigit: isDigit) {
                return (text(first..<end).filter { $0 != "_" }, radix, end)
            }
        }
        // A leading zero stands alone: "012" is 0 followed by 12, which no grammar rule accepts.
        let isDigit: (Unicode.Scalar) -> Bool = source[start] == "0" ? { $0 == "0" } : \.isASCIIDigit
        let end = matchDigits(at: start, isDigit: isDigit) ?? start + 1
        return (text(start..<end).filter { $0 != "_" }, 10, end)
    }

    // MARK: Strings

    /// After the closing quote; nil when there is none.
    private func matchString(at start: Int) -> Int? {
        var place = start + 1
        while let scalar = scalar(at: place) {
            if scalar == source[start] { return place + 1 }
            place += scalar == "\\" ? 2 : 1
        }
        return nil
    }

    private mutating func readString(to end: Int) throws(TemplateError) {
        let content = source[position + 1..<end - 1]
        emit(.string(try Jinja.StringLiteral.decode(content, line: line)))
        advance(to: end)
    }
}
