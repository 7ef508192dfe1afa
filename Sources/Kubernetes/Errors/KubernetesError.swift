/// Why a request to the API server came to nothing.
package enum KubernetesError: Error, Equatable, Sendable {
    /// The server says no.
    case refused(APIStatus)
    /// No connection came about, or it broke: whether the request had an effect is not known.
    case unreachable(String)
    /// What was waited for did not come within the time: whether the request had an effect is not known.
    case late(String, limit: Duration)
    /// The answer is none that the API gives.
    case malformed(String)
    /// We have nothing to show that it is us.
    case access(AccessError)
    /// The request could not be written.
    case invalid(String)
    case cancelled
}

extension KubernetesError {
    package var status: APIStatus? {
        if case .refused(let status) = self { status } else { nil }
    }

    package var isNotFound: Bool { status?.reason == "NotFound" || status?.code == 404 }
    package var isAlreadyExists: Bool { status?.reason == "AlreadyExists" }
    /// The object is not any more what we took it for: read it again.
    package var isConflict: Bool { status?.reason == "Conflict" }
    /// Others have applied the fields that we would set (server-side apply).
    package var isApplyConflict: Bool { status?.hasCause("FieldManagerConflict") ?? false }
    package var isForbidden: Bool { status?.code == 403 }
    package var isUnauthorized: Bool { status?.code == 401 }
    package var isInvalid: Bool { status?.code == 422 }
    /// The revision that we asked for is forgotten: list again.
    package var isExpired: Bool { status?.code == 410 || status?.reason == "Expired" || status?.reason == "Gone" }

    /// The same request may succeed later.
    package var isTransient: Bool {
        switch self {
        case .refused(let status): [408, 429, 500, 502, 503, 504].contains(status.code)
        case .unreachable, .late, .access: true
        case .malformed, .invalid, .cancelled: false
        }
    }

    /// How long the server wants to be left alone.
    package var retryAfter: Duration? { status?.retryAfterSeconds.map { .seconds($0) } }
}

extension KubernetesError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .refused(let status): "The API server refuses: \(status)"
        case .unreachable(let reason): "The API server cannot be reached: \(reason)"
        case .late(let what, let limit): "The API server did not send \(what) within \(limit)"
        case .malformed(let reason): "The API server's answer makes no sense: \(reason)"
        case .access(let error): error.description
        case .invalid(let reason): "The request cannot be made: \(reason)"
        case .cancelled: "The request was cancelled"
        }
    }
}
