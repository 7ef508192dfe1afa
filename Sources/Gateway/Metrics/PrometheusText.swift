/// Writes the Prometheus text format, version 0.0.4 (prometheus.io, "Exposition formats").
enum PrometheusText {
    static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    static func append(_ family: MetricFamily, to text: inout String) {
        if let help = family.help { text += "# HELP \(family.name) \(escapedHelp(help))\n" }
        text += "# TYPE \(family.name) \(family.kind.rawValue)\n"
        for (labels, series) in family.series.sorted(by: { $0.key < $1.key }) {
            append(series.sample(), name: family.name, labels: labels.text, to: &text)
        }
    }

    private static func append(_ sample: MetricSample, name: String, labels: String, to text: inout String) {
        switch sample {
        case .integer(let value): append(name, labels, "\(value)", to: &text)
        case .number(let value): append(name, labels, number(value), to: &text)
        case .histogram(let bounds, let counts, let sum):
            let separator = labels.isEmpty ? "" : ","
            var cumulated: Int64 = 0
            for (count, bound) in zip(counts, bounds + [.infinity]) {
                cumulated += count
                append("\(name)_bucket", "\(labels)\(separator)le=\"\(number(bound))\"", "\(cumulated)", to: &text)
            }
            append("\(name)_sum", labels, number(sum), to: &text)
            append("\(name)_count", labels, "\(cumulated)", to: &text)
        }
    }

    private static func append(_ name: String, _ labels: String, _ value: String, to text: inout String) {
        text += name
        if !labels.isEmpty { text += "{\(labels)}" }
        text += " \(value)\n"
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
