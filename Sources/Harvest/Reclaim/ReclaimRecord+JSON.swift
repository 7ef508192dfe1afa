package import JSON

extension ReclaimRecord {
    /// As it stands in a pool's status and in the API: the signal's time in Unix milliseconds, and each step's in
    /// milliseconds after it. A step that has not happened or was not seen is left out.
    package var json: JSON {
        var json = JSONObject([
            ("worker", .string("\(worker)")), ("uid", .string(uid)), ("model", .string(identity.model)),
            ("node", .string(node)), ("accelerators", .int(numDevices)), ("signal", .string(moment.signal.code)),
        ])
        json["detail"] = moment.signal.detail.map { .string($0) }
        json["atMs"] = .int(Int(moment.atMs))
        if !owners.isEmpty { json["owners"] = .array(owners.map { .string("\($0)") }) }
        json["steps"] = steps
        json["streamsMoved"] = .int(numStreamsMoved)
        json["streamsReported"] = .int(numStreamsReported)
        json["tokensReplayed"] = .int(numTokensReplayed)
        json["longestPauseMs"] = longestPauseMs.map { .int(Int($0)) }
        return .object(json)
    }

    private var steps: JSON {
        let all: [(String, Int64?)] = Self.steps.map { ($0.name, self[keyPath: $0.path]) }
        return .object(
            JSONObject(all.compactMap { name, ms in ms.map { (name, .int(Int(max(0, $0 - moment.atMs)))) } }))
    }

    private static var steps: [(name: String, path: WritableKeyPath<ReclaimRecord, Int64?>)] {
        [
            ("deletionAsked", \.deletionAskedMs), ("drained", \.drainedMs), ("gone", \.goneMs),
            ("podEnded", \.podEndedMs), ("ownerBound", \.ownerBoundMs), ("ownerRunning", \.ownerRunningMs),
        ]
    }

    /// Reads what `json` wrote; nil for anything else. It comes from a status, which others may have written: numbers
    /// are held to what they can be.
    package init?(pool: String, _ json: JSON) {
        guard let worker = ObjectID(text: json["worker"]?.string), let uid = json["uid"]?.string, !uid.isEmpty,
            uid.utf8.count <= 128, let atMs = json["atMs"]?.int, Self.moments.contains(atMs),
            let signal = ReclaimSignal(code: json["signal"]?.string ?? "", detail: json["detail"]?.string)
        else { return nil }
        self.init(
            worker: worker, uid: uid, identity: WorkerIdentity(pool: pool, model: json["model"]?.string ?? ""),
            node: json["node"]?.string ?? "", numDevices: Self.count(json["accelerators"]),
            moment: SignalMoment(signal, atMs: Int64(atMs)))
        owners = (json["owners"]?.array ?? []).prefix(Self.mostOwners).compactMap { ObjectID(text: $0.string) }
        for (name, path) in Self.steps {
            guard let ms = json["steps"]?[name]?.int, (0...86_400_000).contains(ms) else { continue }
            self[keyPath: path] = Int64(atMs + ms)
        }
        numStreamsMoved = Self.count(json["streamsMoved"])
        numStreamsReported = Self.count(json["streamsReported"])
        numTokensReplayed = Self.count(json["tokensReplayed"])
        longestPauseMs = json["longestPauseMs"]?.int.map { Int64(min(max(0, $0), 86_400_000)) }
    }

    /// Of a gang that is larger the first are told.
    package static let mostOwners = 16
    private static let moments = 0...253_402_300_799_999

    private static func count(_ json: JSON?) -> Int { min(max(0, json?.int ?? 0), 1 << 40) }
}

extension ObjectID {
    /// `namespace/name`.
    init?(text: String?) {
        let parts = (text ?? "").split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ (1...253).contains($0.utf8.count) }) else { return nil }
        self.init(String(parts[0]), String(parts[1]))
    }
}

extension ReclaimSignal {
    /// What it names beside its code.
    var detail: String? {
        switch self {
        case .request(let text), .taint(let text), .autoscaler(let text), .poolSuspended(let text), .limit(let text):
            text
        default: nil
        }
    }

    init?(code: String, detail: String?) {
        let detail = String((detail ?? "").prefix(1024))
        let all: [ReclaimSignal] = [
            .request(detail), .preemption, .eviction, .taint(detail), .cordon, .autoscaler(detail), .windowEnd,
            .poolRemoved, .poolRefused, .poolSuspended(detail), .observeOnly, .nodeNotLent, .modelRemoved,
            .limit(detail), .deleted, .terminated,
        ]
        guard let found = all.first(where: { $0.code == code }) else { return nil }
        self = found
    }
}
