package import Harvest
package import JSON
import Kubernetes

/// A page of reclaims, the newest first: `GET /api/v1/reclaims`.
package struct ReclaimList: Sendable {
    /// Which of them are asked for.
    package struct Query: Sendable, Equatable {
        package static let parameters: Set<String> = ["pool", "limit", "after"]
        package static let limits = 1...500

        package let pool: String?
        package let limit: Int
        /// The `uid` of the last one of the page before.
        package let after: String?

        /// - Throws: `BadQuery`.
        package init(_ parameters: [String: String] = [:]) throws(BadQuery) {
            for name in parameters.keys.sorted() where !Self.parameters.contains(name) { throw .unknown(name) }
            let limit = parameters["limit"].map { Int($0) ?? 0 } ?? 50
            guard Self.limits.contains(limit) else { throw .limit(parameters["limit"] ?? "") }
            pool = parameters["pool"]
            self.limit = limit
            after = parameters["after"]
        }
    }

    /// What is wrong with a query.
    package enum BadQuery: Error, Sendable, Equatable, CustomStringConvertible {
        case unknown(String)
        case limit(String)
        case after(String)

        package var description: String {
            switch self {
            case .unknown(let name):
                "Unknown query parameter '\(name.prefix(64))'; known are after, limit and pool."
            case .limit(let text): "'limit' is '\(text.prefix(64))'; send a number from 1 to 500."
            case .after(let uid):
                "'after' is '\(uid.prefix(64))', and no such reclaim is remembered; begin again without it."
            }
        }
    }

    package let json: JSON

    /// - Parameter logs: of all pools, by name.
    package init(_ logs: [String: ReclaimLog], _ query: Query) throws(BadQuery) {
        let all = Self.entries(logs, pool: query.pool)
        var start = 0
        if let after = query.after {
            guard let place = all.firstIndex(where: { $0.record.uid == after }) else { throw .after(after) }
            start = place + 1
        }
        let page = all.dropFirst(start).prefix(query.limit)
        json = [
            "object": "list", "data": .array(page.map { Self.json($0.record, $0.pool, isOver: $0.isOver) }),
            "has_more": .bool(start + page.count < all.count),
            "last_id": page.last.map { .string($0.record.uid) } ?? .null,
        ]
    }

    private static func entries(
        _ logs: [String: ReclaimLog], pool: String?
    ) -> [(record: ReclaimRecord, pool: String, isOver: Bool)] {
        var entries: [(record: ReclaimRecord, pool: String, isOver: Bool)] = []
        for (name, log) in logs where pool == nil || pool == name {
            entries += log.current.values.map { ($0, name, false) }
            entries += log.finished.map { ($0, name, true) }
        }
        return entries.sorted {
            ($1.record.moment.atMs, $1.record.uid) < ($0.record.moment.atMs, $0.record.uid)
        }
    }

    private static func json(_ record: ReclaimRecord, _ pool: String, isOver: Bool) -> JSON {
        guard case .object(var object) = record.json else { return .null }
        object["object"] = "gleaner.reclaim"
        object["pool"] = .string(pool)
        object["at"] = .string(Timestamp(microseconds: Int(record.moment.atMs) * 1000).description)
        object["isOver"] = .bool(isOver)
        object["reason"] = .string("\(record.moment.signal)")
        object["reclaimMs"] = record.reclaimMs.map { .int(Int($0)) } ?? .null
        object["ownerWaitMs"] = record.ownerWaitMs.map { .int(Int($0)) } ?? .null
        return .object(object)
    }
}
