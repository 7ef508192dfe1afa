extension Jinja.Lexer {
    /// What a tag says about the white space beside it.
    enum Sign {
        /// Strip all of it.
        case minus
        /// Keep all of it.
        case plus
        /// Trim and strip blocks as the environment is set up.
        case none
    }

    /// Where text ends and a tag begins.
    struct Tag {
        enum Kind { case comment, variable, block, raw }

        let kind: Kind
        let start: Int
        /// After the opening marks and the sign; after the whole tag for `raw`.
        let end: Int
        let sign: Sign
    }

    /// The first tag at or after the position.
    func findTag() -> Tag? {
        var start = position
        while start + 1 < source.count {
            if source[start] == "{", let tag = tag(at: start) { return tag }
            start += 1
        }
        return nil
    }

    private func tag(at start: Int) -> Tag? {
        let kind: Tag.Kind
        switch source[start + 1] {
        case "{": kind = .variable
        case "#": kind = .comment
        case "%": kind = .block
        default: return nil
        }
        let sign = sign(at: start + 2)
        if kind == .block, let end = matchRaw(at: start) {
            return Tag(kind: .raw, start: start, end: end, sign: sign)
        }
        return Tag(kind: kind, start: start, end: start + (sign == .none ? 2 : 3), sign: sign)
    }

    func sign(at place: Int) -> Sign {
        switch scalar(at: place) {
        case "-": .minus
        case "+": .plus
        default: .none
        }
    }

    func scalar(at place: Int) -> Unicode.Scalar? { place < source.count ? source[place] : nil }

    func matches(_ text: StaticString, at place: Int) -> Bool {
        var place = place
        return text.withUTF8Buffer { bytes in
            for byte in bytes {
                guard scalar(at: place)?.value == UInt32(byte) else { return false }
                place += 1
            }
            return true
        }
    }

    func skippingSpace(at place: Int) -> Int {
        var place = place
        while let scalar = scalar(at: place), scalar.isPythonSpace { place += 1 }
        return place
    }

    /// After `{% raw %}` and the space that its end strips.
    private func matchRaw(at start: Int) -> Int? {
        var place = skippingSpace(at: start + (sign(at: start + 2) == .none ? 2 : 3))
        guard matches("raw", at: place) else { return nil }
        place = skippingSpace(at: place + 3)
        if matches("-%}", at: place) { return skippingSpace(at: place + 3) }
        return matches("%}", at: place) ? place + 2 : nil
    }

    /// After `{% endraw %}` and the space that its end strips.
    func matchEndRaw(at start: Int) -> Int? {
        guard matches("{%", at: start) else { return nil }
        let place = skippingSpace(at: start + (sign(at: start + 2) == .none ? 2 : 3))
        guard matches("endraw", at: place) else { return nil }
        return matchEnd("%}", at: skippingSpace(at: place + 6))
    }

    /// After closing marks of a block or a comment: `+` keeps what follows, `-` strips it, and by default one
    /// line break is trimmed.
    func matchEnd(_ marks: StaticString, at place: Int) -> Int? {
        switch scalar(at: place) {
        case "+" where matches(marks, at: place + 1): return place + 3
        case "-" where matches(marks, at: place + 1): return skippingSpace(at: place + 3)
        case _ where matches(marks, at: place): return scalar(at: place + 2) == "\n" ? place + 3 : place + 2
        default: return nil
        }
    }

    /// After `}}`, which trims nothing by itself.
    func matchVariableEnd(at place: Int) -> Int? {
        if matches("-}}", at: place) { return skippingSpace(at: place + 3) }
        return matches("}}", at: place) ? place + 2 : nil
    }
}
