import JSON

/// What a server says of itself when it is asked whether it is well.
package enum HealthAnswer: Sendable, Equatable {
    case ok
    /// It takes requests, and computes nothing for now.
    case yielding(reason: String)

    package var json: [UInt8] {
        switch self {
        case .ok: Array(#"{"status":"ok"}"#.utf8)
        case .yielding(let reason):
            Array(JSON.object(JSONObject([("status", "yielding"), ("reason", .string(reason))])).serialized().utf8)
        }
    }
}
