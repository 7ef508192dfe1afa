extension PicoUSD {
    /// The amount in two parts, `share` of it and the rest: what `split` gives for a share and its complement.
    ///
    /// With two parts the larger remainder is the one that is at least half, so the first is rounded to the nearest
    /// pico-USD, halves away from zero.
    package func split(_ share: Share) -> (part: PicoUSD, rest: PicoUSD) {
        let (above, below) = (UInt128(share.numerator), UInt128(share.denominator))
        let (quotient, remainder) = pico.magnitude.quotientAndRemainder(dividingBy: below)
        let (carried, rest) = (remainder * above).quotientAndRemainder(dividingBy: below)
        let whole = quotient * above + carried + (rest > 0 && rest >= below - rest ? 1 : 0)
        let part = PicoUSD(pico: pico < 0 ? 0 &- Int128(truncatingIfNeeded: whole) : Int128(truncatingIfNeeded: whole))
        return (part, self - part)
    }
}
