import Foundation
import JSON
import TestSupport
import Testing

/// Recorded traffic of a real API server.
enum Recording {
    static let folder = TestData.folder.appendingPathComponent("kubernetes")

    /// A request and its answer.
    struct Exchange: CustomTestStringConvertible {
        let name: String
        let request: JSON
        let code: Int
        let headers: [(String, String)]
        let body: JSON

        var testDescription: String { name }

        var bodyBytes: [UInt8] {
            if case .string(let text) = body { return Array(text.utf8) }
            return Array(body.serialized().utf8)
        }
    }

    static func bytes(_ path: String) throws -> [UInt8] { try TestData.bytes("kubernetes/" + path) }

    static func json(_ path: String) throws -> JSON { try JSON.parse(try bytes(path)) }

    static func exchange(_ path: String) throws -> Exchange {
        let json = try json(path)
        let response = try #require(json["response"])
        let headers = (response["headers"]?.object ?? JSONObject()).compactMap { key, value in
            value.string.map { (key, $0) }
        }
        return Exchange(
            name: path, request: try #require(json["request"]), code: try #require(response["status"]?.int),
            headers: headers.filter { !["Content-Length", "Transfer-Encoding"].contains($0.0) },
            body: response["body"] ?? .null)
    }

    /// The files below a folder whose names end so.
    static func files(_ suffix: String, in part: String = "") -> [String] {
        let root = folder.appendingPathComponent(part).path
        let all = (try? FileManager.default.subpathsOfDirectory(atPath: root)) ?? []
        return all.filter { $0.hasSuffix(suffix) }.map { part.isEmpty ? $0 : part + "/" + $0 }.sorted()
    }

    /// All exchanges that the files of a folder hold.
    static func exchanges(in part: String = "") throws -> [Exchange] {
        try files(".json", in: part).filter { try json($0)["response"]?["status"]?.int != nil }.map(exchange)
    }

    /// The lines of a recorded watch.
    static func lines(_ path: String) throws -> [JSON] {
        try bytes(path).split(separator: 0x0A).map { try JSON.parse(Array($0)) }
    }
}
