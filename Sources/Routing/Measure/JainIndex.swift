/// Jain's index of fairness (R. Jain, D. Chiu, W. Hawe, A quantitative measure of fairness, 1984): 1 when all have the
/// same, 1/n when one of n has all.
package func jainIndex(_ shares: [Double]) -> Double {
    let sum = shares.reduce(0, +)
    let squares = shares.reduce(0) { $0 + $1 * $1 }
    return squares > 0 ? sum * sum / (Double(shares.count) * squares) : 1
}
