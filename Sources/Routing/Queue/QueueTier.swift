/// How urgent a request is; a tier goes before all that follow it, but for their trickle (see `FairQueue`).
package enum QueueTier: Int, CaseIterable, Comparable, Sendable {
    case priority
    case standard
    case flex
    case batch

    package static func < (first: QueueTier, second: QueueTier) -> Bool { first.rawValue < second.rawValue }
}
