/// Python's strings are sequences of code points, Swift's of grapheme clusters that are equal when they look
/// alike; these are the operations in which that shows.
extension String {
    /// `len`: the number of code points.
    var codePointCount: Int {
        let bytes = utf8.span
        var count = 0
        for place in bytes.indices where bytes[place] & 0xC0 != 0x80 { count += 1 }
        return count
    }

    /// The text `count` times over. Twice as much is copied at every turn; the library appends piece by piece.
    func repeated(_ count: Int) -> String {
        guard count > 0, !isEmpty else { return "" }
        var result = ""
        result.reserveCapacity(utf8.count * count)
        var doubled = self
        var left = count
        while left > 0 {
            if left & 1 == 1 { result += doubled }
            left >>= 1
            if left > 0 { doubled += doubled }
        }
        return result
    }

    /// `==`: the same code points. Characters that are written in two ways are two texts.
    func isSameText(as other: String) -> Bool {
        utf8.count == other.utf8.count && utf8.elementsEqual(other.utf8)
    }

    /// `<`: by code points, which is also the order of the bytes of UTF-8.
    func precedesText(_ other: String) -> Bool { utf8.lexicographicallyPrecedes(other.utf8) }

    /// The code point at `place`, from 0, or from the end when negative; nil beyond either end.
    func codePoint(at place: Int) -> String? {
        let scalars = unicodeScalars
        if place >= 0 {
            guard let index = scalars.index(scalars.startIndex, offsetBy: place, limitedBy: scalars.endIndex),
                index < scalars.endIndex
            else { return nil }
            return String(scalars[index])
        }
        guard place > -Int(Int32.max),
            let index = scalars.index(scalars.endIndex, offsetBy: place, limitedBy: scalars.startIndex)
        else { return nil }
        return String(scalars[index])
    }

    /// The code points `start..<stop`, both inside the text.
    func codePoints(_ start: Int, _ stop: Int) -> String {
        let scalars = unicodeScalars
        let first = scalars.index(scalars.startIndex, offsetBy: start)
        let last = scalars.index(first, offsetBy: stop - start)
        return String(scalars[first..<last])
    }

    init(scalars: some Sequence<Unicode.Scalar>) {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        self.init(view)
    }
}

extension Jinja {
    /// The places of `value[start:stop:step]` in a sequence of `count` items, as Python clamps them.
    ///
    /// (CPython, `PySlice_AdjustIndices`.)
    static func places(
        start: Int?, stop: Int?, step: Int?, count: Int
    ) throws(TemplateError) -> Places {
        let step = step ?? 1
        guard step != 0 else { throw .value("slice step cannot be zero") }
        // A step beyond the count takes one item, as any other of that size; clamped, no sum overflows.
        let stride = max(-count - 1, min(count + 1, step))
        func clamp(_ bound: Int?, default missing: Int) -> Int {
            guard let bound else { return missing }
            let place = bound < 0 ? (bound < -count ? -1 : bound + count) : bound
            return step > 0 ? max(0, min(place, count)) : max(-1, min(place, count - 1))
        }
        let first = clamp(start, default: step > 0 ? 0 : count - 1)
        let last = clamp(stop, default: step > 0 ? count : -1)
        return Places(first: first, end: last, step: stride)
    }

    /// Places in a sequence: `first`, and every `step` on to before `end`.
    struct Places: Sequence {
        let first: Int
        let end: Int
        let step: Int

        func makeIterator() -> StrideTo<Int>.Iterator { stride(from: first, to: end, by: step).makeIterator() }
    }
}
