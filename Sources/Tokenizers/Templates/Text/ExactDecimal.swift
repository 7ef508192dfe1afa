extension Jinja {
    /// All decimal digits of a float: every finite one is a finite decimal. Rounded half to even, as CPython and
    /// C round, it gives the digits of `%f`, `%e`, `%g` and `round`.
    struct ExactDecimal {
        /// From the first that is not zero; none for zero.
        private(set) var digits: [UInt8]
        /// Digits before the decimal point; negative when zeros follow the point first.
        private(set) var pointPosition: Int

        /// - Parameter value: finite; the sign is left out.
        init(_ value: Double) {
            digits = []
            pointPosition = 0
            guard value != 0 else { return }
            var number = BigNatural(value.magnitude.significandBits)
            let exponent = value.magnitude.binaryExponentOfSignificand
            if exponent >= 0 {
                number.multiply(by: 2, times: exponent)
            } else {
                // m / 2^k is m * 5^k / 10^k.
                number.multiply(by: 5, times: -exponent)
            }
            digits = number.digits
            pointPosition = digits.count + min(exponent, 0)
        }

        /// The power of ten of the first digit.
        var exponent: Int { digits.isEmpty ? 0 : pointPosition - 1 }

        /// Keeps `count` digits; a negative count, or none, may round up to one digit or leave zero.
        mutating func round(toDigits count: Int) {
            guard count < digits.count else { return }
            guard count >= 0 else {
                digits = []
                pointPosition = 0
                return
            }
            let isUp = roundsUp(at: count)
            digits.removeSubrange(count...)
            if isUp { increment() }
            if digits.isEmpty { pointPosition = 0 }
        }

        /// Keeps `places` digits after the point.
        mutating func round(toPlaces places: Int) { round(toDigits: pointPosition + places) }

        private func roundsUp(at place: Int) -> Bool {
            if digits[place] != 5 { return digits[place] > 5 }
            if digits[(place + 1)...].contains(where: { $0 != 0 }) { return true }
            return place > 0 && digits[place - 1] % 2 == 1
        }

        private mutating func increment() {
            for place in digits.indices.reversed() {
                if digits[place] < 9 {
                    digits[place] += 1
                    return
                }
                digits[place] = 0
            }
            digits.insert(1, at: 0)
            pointPosition += 1
        }

        /// The digit at a power of ten.
        private func digit(at power: Int) -> UInt8 {
            let place = pointPosition - 1 - power
            return digits.indices.contains(place) ? digits[place] : 0
        }

        /// The number with `places` digits after the point.
        func fixed(places: Int) -> String {
            var rounded = self
            rounded.round(toPlaces: places)
            let whole = max(1, rounded.pointPosition)
            let powers = Swift.stride(from: whole - 1, through: -places, by: -1)
            var text = powers.map { rounded.digit(at: $0) + 48 }
            if places > 0 { text.insert(UInt8(ascii: "."), at: whole) }
            return String(utf8: text)
        }

        /// The first digits, `places` after the first one, and the power of ten of the first.
        func leading(places: Int) -> (digits: String, exponent: Int) {
            var rounded = self
            rounded.round(toDigits: places + 1)
            let text = (0...places).map { $0 < rounded.digits.count ? rounded.digits[$0] + 48 : 48 }
            return (String(utf8: text), rounded.exponent)
        }
    }

    /// A natural number of any size, in limbs of nine decimal digits from the lowest.
    private struct BigNatural {
        private var limbs: [UInt64] = []
        private static let base: UInt64 = 1_000_000_000

        init(_ value: UInt64) {
            var rest = value
            repeat {
                limbs.append(rest % Self.base)
                rest /= Self.base
            } while rest > 0
        }

        mutating func multiply(by factor: UInt64, times count: Int) {
            // As many factors at once as one limb's product allows.
            let atOnce = factor == 2 ? 29 : 12
            var left = count
            while left > 0 {
                let now = min(left, atOnce)
                multiply(by: (0..<now).reduce(1) { product, _ in product * factor })
                left -= now
            }
        }

        private mutating func multiply(by factor: UInt64) {
            var carry: UInt64 = 0
            for place in limbs.indices {
                let product = limbs[place] * factor + carry
                limbs[place] = product % Self.base
                carry = product / Self.base
            }
            if carry > 0 { limbs.append(carry) }
        }

        /// From the highest, without leading zeros.
        var digits: [UInt8] {
            var digits: [UInt8] = []
            for limb in limbs {
                var rest = limb
                for _ in 0..<9 {
                    digits.append(UInt8(rest % 10))
                    rest /= 10
                }
            }
            while digits.last == 0 { digits.removeLast() }
            return digits.reversed()
        }
    }
}

extension Double {
    /// The significand as an integer.
    fileprivate var significandBits: UInt64 {
        exponentBitPattern == 0 ? significandBitPattern : significandBitPattern | 1 << 52
    }

    /// The power of two that the integer significand is multiplied by.
    fileprivate var binaryExponentOfSignificand: Int {
        exponentBitPattern == 0 ? -1074 : Int(exponentBitPattern) - 1075
    }
}
