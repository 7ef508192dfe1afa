/// Which tensor claims which bytes of a file. Two tensors may not share bytes: a small file could otherwise
/// claim to hold any number of large tensors.
struct ByteClaims {
    private struct Claim {
        let range: Range<Int>
        let name: String
        /// Place of the field that makes the claim.
        let byte: Int
    }

    private let file: String
    private var claims: [Claim] = []

    init(file: String) {
        self.file = file
    }

    mutating func add(_ range: Range<Int>, _ name: String, byte: Int) {
        if !range.isEmpty { claims.append(Claim(range: range, name: name, byte: byte)) }
    }

    /// Throws when two claims overlap.
    func check() throws(WeightsError) {
        let sorted = claims.sorted { ($0.range.lowerBound, $0.byte) < ($1.range.lowerBound, $1.byte) }
        for (first, second) in zip(sorted, sorted.dropFirst()) where second.range.lowerBound < first.range.upperBound {
            let rule = "outside tensor \(quoted(first.name)), which holds bytes \(first.range)"
            let problem = WeightsError.Problem.invalid(value: "at byte \(second.range.lowerBound)", rule: rule)
            throw WeightsError(problem, file: file, field: "tensor \(quoted(second.name)) offset", byte: second.byte)
        }
    }
}
