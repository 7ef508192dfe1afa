extension Jinja {
    /// Breaks one paragraph into lines as Python's `textwrap` does.
    struct WordWrap {
        let width: Int
        let breaksLongWords: Bool
        let breaksHyphens: Bool

        func lines(of paragraph: String) -> [String] {
            var chunks = chunks(of: Array(paragraph.unicodeScalars))[...]
            var lines: [String] = []
            while let first = chunks.first {
                // White space at the start of any line but the first is dropped.
                if !lines.isEmpty, first.allSatisfy(\.isPythonSpace) {
                    chunks.removeFirst()
                    if chunks.isEmpty { break }
                }
                var line = takeLine(from: &chunks)
                if let last = line.last, last.allSatisfy(\.isPythonSpace) { line.removeLast() }
                if !line.isEmpty { lines.append(String(scalars: line.joined())) }
            }
            return lines
        }

        private func takeLine(from chunks: inout ArraySlice<[Unicode.Scalar]>) -> [[Unicode.Scalar]] {
            var line: [[Unicode.Scalar]] = []
            var length = 0
            while let chunk = chunks.first, length + chunk.count <= width {
                length += chunk.count
                line.append(chunk)
                chunks.removeFirst()
            }
            guard let long = chunks.first, long.count > width else { return line }
            if breaksLongWords {
                let cut = cut(long, at: width - length)
                line.append(Array(long[..<cut]))
                chunks[chunks.startIndex] = Array(long[cut...])
            } else if line.isEmpty {
                line.append(long)
                chunks.removeFirst()
            }
            return line
        }

        /// Where a word that is longer than a line is cut: after a hyphen, if there is one.
        private func cut(_ word: [Unicode.Scalar], at space: Int) -> Int {
            guard breaksHyphens, let hyphen = word[..<space].lastIndex(of: "-"), hyphen > 0,
                word[..<hyphen].contains(where: { $0 != "-" })
            else { return space }
            return hyphen + 1
        }

        // MARK: Chunks

        /// Words, the parts of hyphenated words, dashes, and the white space between them.
        private func chunks(of text: [Unicode.Scalar]) -> [[Unicode.Scalar]] {
            var chunks: [[Unicode.Scalar]] = []
            var place = 0
            while place < text.count {
                let isSpace = text[place].isASCIISpace
                var end = place
                while end < text.count, text[end].isASCIISpace == isSpace { end += 1 }
                if isSpace || !breaksHyphens {
                    chunks.append(Array(text[place..<end]))
                } else {
                    chunks += parts(of: Array(text[place..<end]))
                }
                place = end
            }
            return chunks
        }

        private func parts(of word: [Unicode.Scalar]) -> [[Unicode.Scalar]] {
            var parts: [[Unicode.Scalar]] = []
            var start = 0
            var place = 0
            while place < word.count {
                if let end = dash(in: word, at: place) {
                    if place > start { parts.append(Array(word[start..<place])) }
                    parts.append(Array(word[place..<end]))
                    (start, place) = (end, end)
                } else if isBreak(in: word, after: place, from: start) {
                    parts.append(Array(word[start...place]))
                    (start, place) = (place + 1, place + 1)
                } else {
                    place += 1
                }
            }
            if start < word.count { parts.append(Array(word[start...])) }
            return parts
        }

        /// A dash of two hyphens or more between words: `one--two`.
        private func dash(in word: [Unicode.Scalar], at place: Int) -> Int? {
            guard place > 0, word[place] == "-", word[place - 1].isWordOrPunctuation else { return nil }
            var end = place
            while end < word.count, word[end] == "-" { end += 1 }
            return end - place >= 2 && end < word.count && word[end].isPythonWord ? end : nil
        }

        /// Whether a word may break after the hyphen at `place`: two letters before it and two after it, with
        /// another hyphen between them at most.
        private func isBreak(in word: [Unicode.Scalar], after place: Int, from start: Int) -> Bool {
            func isLetter(_ place: Int) -> Bool {
                word.indices.contains(place) && word[place].isPythonWord && !word[place].isPythonDecimal
            }
            func isHyphen(_ place: Int) -> Bool { word.indices.contains(place) && word[place] == "-" }
            guard isHyphen(place), place > start, isLetter(place - 1), isLetter(place + 1) else { return false }
            let before = isLetter(place - 2) || (isHyphen(place - 2) && isLetter(place - 3))
            let after = isLetter(place + 2) || (isHyphen(place + 2) && isLetter(place + 3))
            return before && after
        }
    }
}

extension Unicode.Scalar {
    /// The white space that `textwrap` breaks at.
    fileprivate var isASCIISpace: Bool { value == 0x20 || 0x09...0x0D ~= value }

    fileprivate var isWordOrPunctuation: Bool { isPythonWord || "!\"'&.,?".unicodeScalars.contains(self) }
}
