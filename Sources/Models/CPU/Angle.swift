/// Cosine and sine with the same bits on every machine: a C library's may differ between versions and
/// processors, and then a sequence that moves to another machine could draw another token.
///
/// The angle is brought to turns with a two-part 1/(2π) (after Dekker 1971), the turn to an eighth on either
/// side of a quarter, and there two Taylor polynomials are exact to 1e-16. Only IEEE operations are used.
///
/// - Parameter radians: at most 1e12 in magnitude.
package func cosineAndSine(_ radians: Double) -> (cosine: Double, sine: Double) {
    let high = radians * inverseTurn
    let low = (-high).addingProduct(radians, inverseTurn) + radians * inverseTurnTail
    let turn = (high - high.rounded(.toNearestOrEven)) + low
    let quarter = (4 * turn).rounded(.toNearestOrEven)
    let (cosine, sine) = polynomials((turn - quarter / 4) * (2 * Double.pi))
    switch Int(quarter) & 3 {
    case 0: return (cosine, sine)
    case 1: return (-sine, cosine)
    case 2: return (-cosine, -sine)
    default: return (sine, -cosine)
    }
}

/// 1/(2π) and what its rounding lost.
private let inverseTurn = 0x1.45f306dc9c883p-3
private let inverseTurnTail = -0x1.6b01ec5417056p-57

/// For |x| ≤ π/4.
@inline(__always)
private func polynomials(_ x: Double) -> (cosine: Double, sine: Double) {
    let y = x * x
    var cosine = 1 - y / 240
    for divisor in [182.0, 132, 90, 56, 30, 12, 2] { cosine = 1 - y / divisor * cosine }
    var sine = 1 - y / 272
    for divisor in [210.0, 156, 110, 72, 42, 20, 6] { sine = 1 - y / divisor * sine }
    return (cosine, x * sine)
}
