/// Samples of metrics in Prometheus' text form (version 0.0.4), of the names that somebody reads.
package struct MetricsText: Sendable {
    package struct Sample: Sendable, Equatable {
        package var name: String
        package var labels: [String: String]
        package var value: Double
    }

    package let samples: [Sample]

    /// Lines that are not understood are skipped, as Prometheus' own comments are.
    package init(_ text: [UInt8], names: Set<String>) {
        var samples: [Sample] = []
        for line in text.split(separator: 0x0A) where line.first != UInt8(ascii: "#") {
            let end = line.firstIndex { $0 == UInt8(ascii: "{") || $0 == 0x20 } ?? line.endIndex
            let name = String(decoding: line[..<end], as: UTF8.self)
            guard names.contains(name), let sample = Self.sample(name, line[end...]) else { continue }
            samples.append(sample)
        }
        self.samples = samples
    }

    /// The sum over a model's series, and over those that name no model; nil when there is none.
    package func sum(_ names: [String], model: String) -> Double? {
        let values = samples.filter { names.contains($0.name) && ($0.labels["model_name"] ?? model) == model }
        return values.isEmpty ? nil : values.reduce(0) { $0 + $1.value }
    }

    /// As `sum`, as a count.
    package func count(_ names: [String], model: String) -> Int? {
        sum(names, model: model).map { Int(min(max($0, 0), Double(Int32.max))) }
    }

    private static func sample(_ name: String, _ rest: ArraySlice<UInt8>) -> Sample? {
        var scanner = Scanner(bytes: rest)
        guard let labels = scanner.labels(), let value = scanner.value() else { return nil }
        return Sample(name: name, labels: labels, value: value)
    }

    private struct Scanner {
        var bytes: ArraySlice<UInt8>

        mutating func labels() -> [String: String]? {
            guard bytes.first == UInt8(ascii: "{") else { return [:] }
            bytes.removeFirst()
            var labels: [String: String] = [:]
            while let byte = bytes.first, byte != UInt8(ascii: "}") {
                guard let (name, value) = label() else { return nil }
                labels[name] = value
                if bytes.first == UInt8(ascii: ",") { bytes.removeFirst() }
            }
            return bytes.popFirst() == nil ? nil : labels
        }

        private mutating func label() -> (String, String)? {
            let name = bytes.prefix { $0 != UInt8(ascii: "=") }
            bytes = bytes.dropFirst(name.count + 1)
            guard bytes.popFirst() == UInt8(ascii: "\"") else { return nil }
            var value: [UInt8] = []
            while let byte = bytes.popFirst() {
                if byte == UInt8(ascii: "\"") {
                    return (String(decoding: name, as: UTF8.self), String(decoding: value, as: UTF8.self))
                }
                guard byte == UInt8(ascii: "\\") else {
                    value.append(byte)
                    continue
                }
                guard let escaped = bytes.popFirst() else { return nil }
                value.append(escaped == UInt8(ascii: "n") ? 0x0A : escaped)
            }
            return nil
        }

        /// A finite number; a time behind it is skipped.
        mutating func value() -> Double? {
            let text = bytes.drop { $0 == 0x20 }.prefix { $0 != 0x20 && $0 != 0x0D }
            return Double(String(decoding: text, as: UTF8.self)).flatMap { $0.isFinite ? $0 : nil }
        }
    }
}
