extension PicoUSD {
    /// The amount in as many parts as there are shares: the parts sum to it exactly, and each is less than one
    /// pico-USD from its exact share.
    ///
    /// The largest-remainder method (Hamilton): each part is rounded towards zero, then those with the largest
    /// remainders get one pico-USD more until nothing is left; among equal remainders the first is served first. A
    /// share of 0 gets 0. A negative amount is split like its opposite.
    ///
    /// - Throws: `ShareError` unless the shares sum to 1.
    package func split(_ shares: [Share]) throws(ShareError) -> [PicoUSD] {
        guard try Share.sumIsOne(shares) else { throw .sumIsNotOne(shares) }
        let amount = pico.magnitude
        var parts = shares.map { $0.part(of: amount) }
        let leftOver = Int(amount - parts.reduce(0) { $0 + $1.whole })
        for place in Self.byRemainder(parts).prefix(leftOver) { parts[place].whole += 1 }
        // Truncating, because the opposite of the least Int128 is not an Int128.
        let units = parts.map { Int128(truncatingIfNeeded: $0.whole) }
        return units.map { PicoUSD(pico: pico < 0 ? 0 &- $0 : $0) }
    }

    /// The places of the parts from the largest remainder to the smallest, equal ones in their order.
    private static func byRemainder(_ parts: [Share.Part]) -> [Int] {
        parts.indices.sorted { left, right in
            // rest / denominator, compared as crosswise products: both factors are below 2^63.
            let first = parts[left].rest * parts[right].denominator
            let second = parts[right].rest * parts[left].denominator
            return first == second ? left < right : first > second
        }
    }
}

extension Share {
    /// amount × share = whole + rest / denominator, with rest < denominator.
    fileprivate struct Part {
        var whole: UInt128
        let rest: UInt128
        let denominator: UInt128
    }

    /// No product leaves 128 bits: only the amount's remainder by the denominator (below 2^63) is multiplied first.
    fileprivate func part(of amount: UInt128) -> Part {
        let (above, below) = (UInt128(numerator), UInt128(denominator))
        let (quotient, remainder) = amount.quotientAndRemainder(dividingBy: below)
        let (carried, rest) = (remainder * above).quotientAndRemainder(dividingBy: below)
        return Part(whole: quotient * above + carried, rest: rest, denominator: below)
    }

    fileprivate static func sumIsOne(_ shares: [Share]) throws(ShareError) -> Bool {
        var sum: (above: UInt128, below: UInt128) = (0, 1)
        for share in shares {
            guard let next = add(share, to: sum) else { throw .tooFine(shares) }
            sum = next
        }
        return sum.above == sum.below
    }

    /// a/b + c/d = (a × d/g + c × b/g) / (b × d/g) with g = gcd(b, d), reduced; nil when a term leaves 128 bits.
    private static func add(
        _ share: Share, to sum: (above: UInt128, below: UInt128)
    ) -> (above: UInt128, below: UInt128)? {
        let common = greatestCommonDivisor(sum.below, UInt128(share.denominator))
        let scale = UInt128(share.denominator) / common
        let left = sum.above.multipliedReportingOverflow(by: scale)
        let right = UInt128(share.numerator).multipliedReportingOverflow(by: sum.below / common)
        let below = sum.below.multipliedReportingOverflow(by: scale)
        let above = left.partialValue.addingReportingOverflow(right.partialValue)
        guard !left.overflow, !right.overflow, !below.overflow, !above.overflow else { return nil }
        let divisor = greatestCommonDivisor(above.partialValue, below.partialValue)
        return (above.partialValue / divisor, below.partialValue / divisor)
    }
}
