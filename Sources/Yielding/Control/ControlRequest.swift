import JSON

/// What a server is told by its owner.
package enum ControlRequest: Sendable, Equatable {
    case status
    /// `seconds`: how long it holds; nil: until it is told to resume.
    case yield(releasesMemory: Bool, seconds: Double?)
    case resume

    /// The longest that an order can hold by itself: a year.
    package static let maximumSeconds = 366.0 * 86_400

    var path: String {
        switch self {
        case .status: "/status"
        case .yield: "/yield"
        case .resume: "/resume"
        }
    }

    /// The body of an order to yield; nil for the others.
    var body: JSON? {
        guard case .yield(let releasesMemory, let seconds) = self else { return nil }
        return .object(
            JSONObject([
                ("release_memory", .bool(releasesMemory)), ("seconds", seconds.map { .double($0) } ?? .null),
            ]))
    }

    /// Nil for what is no order to yield.
    static func yield(_ body: JSON) -> ControlRequest? {
        guard body.object != nil else { return nil }
        var seconds: Double?
        if let value = body["seconds"], value != .null {
            guard let number = value.double ?? value.int.map(Double.init), number > 0, number <= maximumSeconds else {
                return nil
            }
            seconds = number
        }
        if let value = body["release_memory"], value.bool == nil { return nil }
        return .yield(releasesMemory: body["release_memory"]?.bool ?? false, seconds: seconds)
    }
}

/// What a server answers: where it serves, and whether it yields.
package struct ControlAnswer: Sendable, Equatable {
    package var address: String
    package var status: YieldStatus

    init(address: String, status: YieldStatus) {
        self.address = address
        self.status = status
    }

    var json: JSON {
        .object(JSONObject([("address", .string(address)), ("status", status.json)]))
    }

    init?(_ json: JSON) {
        guard let address = json["address"]?.string, let status = json["status"].flatMap(YieldStatus.init) else {
            return nil
        }
        self.init(address: address, status: status)
    }
}
