import Foundation
import JSON
import TestSupport
import Testing

/// Recorded traffic of a real API server.
enum Recording {
    struct Exchange {
        let request: JSON
        let code: Int
        let body: JSON
    }

    static func json(_ path: String) throws -> JSON { try JSON.parse(try TestData.bytes("kubernetes/" + path)) }

    static func exchange(_ path: String) throws -> Exchange {
        let json = try json(path)
        return Exchange(
            request: try #require(json["request"]), code: try #require(json["response"]?["status"]?.int),
            body: json["response"]?["body"] ?? .null)
    }

    /// The events of a recorded watch.
    static func lines(_ path: String) throws -> [JSON] {
        try TestData.bytes("kubernetes/" + path).split(separator: 0x0A).map { try JSON.parse(Array($0)) }
    }
}
