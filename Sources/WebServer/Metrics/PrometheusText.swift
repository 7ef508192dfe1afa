/// Writes the Prometheus text format, version 0.0.4 (prometheus.io, "Exposition formats").
enum PrometheusText {
    static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    static func append(_ family: MetricFamily, to text: inout String) {
        text += family.heading
        for row in family.rows { append(row.series.sample(), row.beginnings, to: &text) }
    }

    private static func append(_ sample: MetricSample, _ beginnings: [String], to text: inout String) {
        switch sample {
        case .integer(let value): append(beginnings[0], "\(value)", to: &text)
        case .number(let value): append(beginnings[0], number(value), to: &text)
        case .histogram(let counts, let sum):
            var cumulated: Int64 = 0
            for (beginning, count) in zip(beginnings, counts) {
                cumulated += count
                append(beginning, "\(cumulated)", to: &text)
            }
            append(beginnings[counts.count], number(sum), to: &text)
            append(beginnings[counts.count + 1], "\(cumulated)", to: &text)
        }
    }

    private static func append(_ beginning: String, _ value: String, to text: inout String) {
        text += beginning
        text += value
        text += "\n"
    }

    // MARK: What stays the same

    static func heading(_ name: String, _ kind: MetricKind, help: String?) -> String {
        (help.map { "# HELP \(name) \(escapedHelp($0))\n" } ?? "") + "# TYPE \(name) \(kind.rawValue)\n"
    }

    /// Name, labels and the space before the value, for each line of a series.
    ///
    /// - Parameter bounds: of a histogram's buckets; nil for other kinds.
    static func beginnings(_ name: String, labels: String, bounds: [Double]?) -> [String] {
        let plain = labels.isEmpty ? " " : "{\(labels)} "
        guard let bounds else { return [name + plain] }
        let separator = labels.isEmpty ? "" : ","
        let buckets = (bounds + [.infinity]).map { "\(name)_bucket{\(labels)\(separator)le=\"\(number($0))\"} " }
        return buckets + ["\(name)_sum\(plain)", "\(name)_count\(plain)"]
    }

    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return "\(value)"
    }

    // MARK: Names and escapes

    /// The name with every character that Prometheus does not allow made an underscore.
    static func metricName(_ name: String) -> String { sanitized(name) { $0 == ":" } }

    static func labelName(_ name: String) -> String { sanitized(name) { _ in false } }

    private static func sanitized(_ name: String, isAllowed: (Unicode.Scalar) -> Bool) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in name.unicodeScalars {
            switch scalar {
            case "a"..."z", "A"..."Z", "_": scalars.append(scalar)
            case "0"..."9" where !scalars.isEmpty: scalars.append(scalar)
            default: scalars.append(isAllowed(scalar) ? scalar : "_")
            }
        }
        return scalars.isEmpty ? "_" : String(scalars)
    }

    static func escaped(_ value: String) -> String { escapedHelp(value, alsoQuotes: true) }

    private static func escapedHelp(_ value: String, alsoQuotes: Bool = false) -> String {
        var escaped = ""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"" where alsoQuotes: escaped += "\\\""
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
