/// Finds for each of the owner's waiting requests a node where it can run, and the workers that must go for it.
///
/// The scheduler decides where a pod runs; this only finds out whether room must be made, and makes no more than is
/// needed. Requests of one shape share one list of costs over the nodes; a node's costs change only when it is touched.
struct RequestMatch {
    /// A request that was looked at.
    enum Outcome: Equatable {
        /// Fits without anybody leaving.
        case fits
        /// Fits when those that have been told to go are gone.
        case waitsForLeaving
        case victims([VictimChoice.Candidate])
        /// Nothing that we could give back would help.
        case hopeless
        /// Beyond what one pass looks at.
        case postponed
    }

    private struct Shape: Hashable {
        let requests: Resources
        let rule: PlacementRule
    }

    private(set) var rooms: [NodeRoom]
    private let indexOfNode: [String: Int]
    private var shapes: [Shape: Int] = [:]
    /// costs[shape][node]; `impossible` where the request cannot run.
    private var costs: [[Int64]] = []
    private var requestsOfShape: [Shape] = []
    private var numMembersLeft = 10_000

    private static let impossible = Int64.max
    private static let afterLeaving: Int64 = 1 << 40
    private static let withVictims: Int64 = 1 << 41
    /// Shapes that one pass can price on every node.
    static let mostShapes = 24

    init(_ rooms: [NodeRoom]) {
        self.rooms = rooms
        indexOfNode = Dictionary(rooms.enumerated().map { ($1.node.name, $0) }) { first, _ in first }
    }

    /// Matches all pods of a request or none.
    mutating func match(_ request: PendingRequest) -> Outcome {
        guard numMembersLeft >= request.members.count else { return .postponed }
        numMembersLeft -= request.members.count
        var before: [Int: NodeRoom] = [:]
        var (victims, waits) = ([VictimChoice.Candidate](), false)
        for member in request.members {
            switch place(member, &before) {
            case .fits: continue
            case .waitsForLeaving: waits = true
            case .victims(let more): victims += more
            case let failure:
                for (node, room) in before { restore(node, room) }
                return failure
            }
        }
        if !victims.isEmpty { return .victims(victims) }
        return waits ? .waitsForLeaving : .fits
    }

    private mutating func restore(_ node: Int, _ room: NodeRoom) {
        rooms[node] = room
        reprice(node)
    }

    private mutating func place(_ member: PendingRequest.Member, _ before: inout [Int: NodeRoom]) -> Outcome {
        if let nominated = member.nominatedNode { return settle(nominated, &before) }
        guard let shape = shape(member) else { return .postponed }
        let prices = costs[shape]
        guard let node = prices.indices.min(by: { prices[$0] < prices[$1] }), prices[node] != Self.impossible,
            let fit = rooms[node].fit(member.requests)
        else { return .hopeless }
        return take(member.requests, fit, node, &before)
    }

    /// A nominated pod is counted on its node already: only what lacks there must come free.
    private mutating func settle(_ name: String, _ before: inout [Int: NodeRoom]) -> Outcome {
        guard let node = indexOfNode[name] else { return .hopeless }
        let (free, later) = (rooms[node].free, rooms[node].free + rooms[node].soon)
        var victims: [VictimChoice.Candidate] = []
        for (device, count) in later.devices where count < 0 {
            guard let chosen = VictimChoice.choose(rooms[node].workers[device] ?? [], freeing: -count) else {
                return .hopeless
            }
            victims += chosen
        }
        guard victims.isEmpty else { return take(.none, .victims(victims), node, &before) }
        return free.devices.values.contains { $0 < 0 } ? .waitsForLeaving : .fits
    }

    private mutating func take(
        _ requests: Resources, _ fit: NodeRoom.Fit, _ node: Int, _ before: inout [Int: NodeRoom]
    ) -> Outcome {
        if before[node] == nil { before[node] = rooms[node] }
        rooms[node].take(requests, fit)
        reprice(node)
        switch fit {
        case .free: return .fits
        case .afterLeaving: return .waitsForLeaving
        case .victims(let victims): return .victims(victims)
        }
    }

    private mutating func shape(_ member: PendingRequest.Member) -> Int? {
        let shape = Shape(requests: member.requests, rule: member.rule)
        if let known = shapes[shape] { return known }
        guard costs.count < Self.mostShapes else { return nil }
        shapes[shape] = costs.count
        requestsOfShape.append(shape)
        costs.append(rooms.map { Self.cost(shape, $0) })
        return costs.count - 1
    }

    private mutating func reprice(_ node: Int) {
        for (place, shape) in requestsOfShape.enumerated() { costs[place][node] = Self.cost(shape, rooms[node]) }
    }

    /// The fullest node that fits, before one that will, before the one where the least is lost.
    private static func cost(_ shape: Shape, _ room: NodeRoom) -> Int64 {
        guard room.node.isReady, shape.rule.allows(room.node), let fit = room.fit(shape.requests) else {
            return impossible
        }
        let left = Int64(max(0, min(1 << 20, room.free.devices.values.reduce(0) { $0 + max(0, min($1, 1 << 14)) })))
        switch fit {
        case .free: return left
        case .afterLeaving: return afterLeaving + left
        case .victims(let victims): return withVictims + victims.reduce(0) { $0 + $1.loss }
        }
    }
}
