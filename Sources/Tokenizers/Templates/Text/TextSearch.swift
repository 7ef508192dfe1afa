extension Jinja {
    /// Finding text in text, by bytes: UTF-8 characters cannot match across their borders.
    struct TextSearch {
        let text: [UInt8]
        let pattern: [UInt8]
        private let meter: Meter

        init(_ pattern: String, in text: String, _ meter: Meter) throws(TemplateError) {
            self.text = Array(text.utf8)
            self.pattern = Array(pattern.utf8)
            self.meter = meter
            try meter.scan(text.utf8.count + pattern.utf8.count)
        }

        /// The first place of the pattern at or after `start`.
        func first(from start: Int) throws(TemplateError) -> Int? {
            guard let head = pattern.first else { return start <= text.count ? start : nil }
            var place = start
            // Compared bytes are counted, since a bad pair of texts makes this quadratic.
            var compared = 0
            while place + pattern.count <= text.count {
                if text[place] == head {
                    let length = matchLength(at: place)
                    if length == pattern.count { return place }
                    compared += length
                    if compared >= 4_096 {
                        try meter.scan(compared)
                        compared = 0
                    }
                }
                place += 1
            }
            return nil
        }

        /// The last place of the pattern that ends at or before `end`.
        func last(endingBy end: Int) throws(TemplateError) -> Int? {
            var place = end - pattern.count
            var compared = 0
            while place >= 0 {
                let length = matchLength(at: place)
                if length == pattern.count { return place }
                compared += length
                if compared >= 4_096 {
                    try meter.scan(compared)
                    compared = 0
                }
                place -= 1
            }
            return nil
        }

        /// The places of the pattern from the left, none inside another, at most `limit` of them.
        func all(limit: Int = .max) throws(TemplateError) -> [Int] {
            var places: [Int] = []
            var start = 0
            while places.count < limit, let place = try first(from: start) {
                try meter.allocate(8)
                places.append(place)
                start = place + pattern.count
            }
            return places
        }

        /// The places from the right.
        func allFromEnd(limit: Int) throws(TemplateError) -> [Int] {
            var places: [Int] = []
            var end = text.count
            while places.count < limit, let place = try last(endingBy: end) {
                try meter.allocate(8)
                places.append(place)
                end = place
            }
            return places.reversed()
        }

        private func matchLength(at place: Int) -> Int {
            var length = 0
            while length < pattern.count, text[place + length] == pattern[length] { length += 1 }
            return length
        }
    }

    static func contains(_ pattern: String, in text: String, _ meter: Meter) throws(TemplateError) -> Bool {
        try TextSearch(pattern, in: text, meter).first(from: 0) != nil
    }
}

extension String {
    init(utf8 bytes: some Sequence<UInt8>) { self = String(decoding: Array(bytes), as: UTF8.self) }
}
