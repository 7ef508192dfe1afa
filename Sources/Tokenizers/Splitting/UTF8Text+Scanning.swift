extension UTF8Text {
    /// The end of the longest run of scalars of `kinds` from `place`; `place` itself when there is none.
    @inline(__always)
    func run(of kinds: UnicodeKind, from place: Int, before end: Int) -> Int {
        var place = place
        while place < end {
            let scalar = self[place]
            guard kinds.contains(scalar.kind) else { break }
            place = scalar.end
        }
        return place
    }

    /// The same, of at most `limit` scalars.
    func run(of kinds: UnicodeKind, from place: Int, before end: Int, limit: Int) -> Int {
        var place = place
        for _ in 0..<limit {
            guard place < end, kinds.contains(self[place].kind) else { break }
            place = self[place].end
        }
        return place
    }

    /// The end of a run of `\r`, `\n` and, if `slash`, `/`.
    func lineBreaks(from place: Int, before end: Int, slash: Bool = false) -> Int {
        var place = place
        while place < end, bytes[place] == 0x0A || bytes[place] == 0x0D || slash && bytes[place] == 0x2F { place += 1 }
        return place
    }

    /// The end of `'s|'t|'re|'ve|'m|'ll|'d` at `place`, or nil.
    func contraction(at place: Int, before end: Int, foldsCase: Bool) -> Int? {
        guard place + 1 < end, bytes[place] == UInt8(ascii: "'") else { return nil }
        let first = letter(place + 1, end, foldsCase)
        switch first {
        case UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "m"), UInt8(ascii: "d"):
            return self[place + 1].end
        case UInt8(ascii: "r"), UInt8(ascii: "v"):
            return letter(place + 2, end, foldsCase) == UInt8(ascii: "e") ? place + 3 : nil
        case UInt8(ascii: "l"):
            return letter(place + 2, end, foldsCase) == UInt8(ascii: "l") ? place + 3 : nil
        default: return nil
        }
    }

    /// The byte at `place`, in lower case if `foldsCase`; "ſ" (U+017F) then folds to "s". 0 past the end.
    private func letter(_ place: Int, _ end: Int, _ foldsCase: Bool) -> UInt8 {
        guard place < end else { return 0 }
        let byte = bytes[place]
        guard foldsCase else { return byte }
        if byte == 0xC5, bytes[place + 1] == 0xBF { return UInt8(ascii: "s") }
        return (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }

    /// White space at `place`, as `\s+(?!\S)|\s+` takes it: a run up to its last scalar, which is left to the
    /// word that follows.
    func spaces(at place: Int, before end: Int) -> Int {
        let space = whiteSpace(from: place, before: end)
        return space.end == end || space.last == place ? space.end : space.last
    }

    /// White space at `place`, as `\s*[\r\n]+|\s+(?!\S)|\s+` takes it: up to its last line break if it has one.
    func spacesOrLines(at place: Int, before end: Int) -> Int {
        let space = whiteSpace(from: place, before: end)
        if let lines = space.lines { return lines }
        return space.end == end || space.last == place ? space.end : space.last
    }

    /// The run of white space from `place`: its end, where its last scalar begins, and where its last line
    /// break ends.
    private func whiteSpace(from place: Int, before end: Int) -> (end: Int, last: Int, lines: Int?) {
        var place = place
        var last = place
        var lines: Int?
        while place < end {
            let scalar = self[place]
            guard UnicodeKind.space.contains(scalar.kind) else { break }
            last = place
            place = scalar.end
            if scalar.value == 0x0A || scalar.value == 0x0D { lines = place }
        }
        return (place, last, lines)
    }
}
