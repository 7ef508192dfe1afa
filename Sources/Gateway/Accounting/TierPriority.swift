import Ledger
import OpenAI

extension ServiceTier {
    /// `auto`, or nothing said, is the default tier.
    init(asked tier: RequestedTier?) {
        switch tier {
        case nil, .auto, .standard: self = .standard
        case .flex: self = .flex
        case .priority: self = .priority
        case .batch: self = .batch
        }
    }

    /// Lower is served first.
    var enginePriority: Int {
        switch self {
        case .priority: -1
        case .standard: 0
        case .flex: 1
        case .batch: 2
        }
    }
}
