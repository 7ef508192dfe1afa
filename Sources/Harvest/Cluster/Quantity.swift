/// Kubernetes' quantities: `8`, `500m`, `1.5Gi`, `2e3`.
package enum Quantity {
    /// In units, rounded up as Kubernetes does; nil for what is no quantity. Beyond the range of Int it is clamped.
    package static func units(_ text: String) -> Int? { scaled(text, unit: 1) }

    /// In thousandths, for CPU.
    package static func milli(_ text: String) -> Int? { scaled(text, unit: 1000) }

    private static let suffixes: [(String, Double)] = [
        ("Ki", 1024), ("Mi", 1_048_576), ("Gi", 1_073_741_824), ("Ti", 1_099_511_627_776),
        ("Pi", 1_125_899_906_842_624),
        ("Ei", 1_152_921_504_606_846_976), ("n", 1e-9), ("u", 1e-6), ("m", 1e-3), ("k", 1e3), ("M", 1e6), ("G", 1e9),
        ("T", 1e12), ("P", 1e15), ("E", 1e18),
    ]

    private static func scaled(_ text: String, unit: Int) -> Int? {
        if let whole = Int(text) {
            let (value, overflow) = whole.multipliedReportingOverflow(by: unit)
            return overflow ? (whole < 0 ? .min : .max) : value
        }
        let suffix = suffixes.first { text.hasSuffix($0.0) }
        let digits = text.dropLast(suffix?.0.count ?? 0)
        guard digits.utf8.allSatisfy({ "0123456789.+-eE".utf8.contains($0) }), let number = Double(digits) else {
            return nil
        }
        // A tenth of a unit of a decimal fraction is no more exact in binary: what is a whole number but for that is it.
        let value = number * (suffix?.1 ?? 1) * Double(unit)
        let nearest = value.rounded()
        return Int(exactly: abs(value - nearest) <= abs(value) * 1e-12 ? nearest : value.rounded(.up))
            ?? (value < 0 ? .min : .max)
    }
}
