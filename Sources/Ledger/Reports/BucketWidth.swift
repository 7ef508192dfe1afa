/// How long a bucket of usage is, in the words of OpenAI's `bucket_width`.
package enum BucketWidth: String, Sendable, CaseIterable {
    case minute = "1m"
    case hour = "1h"
    case day = "1d"

    var ms: Int64 {
        switch self {
        case .minute: 60_000
        case .hour: 3_600_000
        case .day: 86_400_000
        }
    }

    /// Buckets of a page when the query does not say.
    package var defaultLimit: Int {
        switch self {
        case .minute: 60
        case .hour: 24
        case .day: 7
        }
    }

    package var maximumLimit: Int {
        switch self {
        case .minute: 1440
        case .hour: 168
        case .day: 31
        }
    }
}
