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
    /// Shapes that fit nowhere as things stand: the next request of one need not look again.
    private var isExhausted: [Bool] = []
    /// The shapes that this pass looks at.
    private let turn: Set<Shape>
    private var numMembersLeft = 10_000

    private static let impossible = Int64.max
    private static let afterLeaving: Int64 = 1 << 40
    private static let withVictims: Int64 = 1 << 41
    /// Shapes that one pass can price on every node.
    static let mostShapes = 24

    /// - Parameters:
    ///   - requests: in the order in which they will be matched.
    ///   - turn: any number that rises from pass to pass.
    init(_ rooms: [NodeRoom], _ requests: [PendingRequest], turn: Int) {
        self.rooms = rooms
        self.turn = Self.shapes(requests, turn)
        indexOfNode = Dictionary(rooms.enumerated().map { ($1.node.name, $0) }) { first, _ in first }
    }

    /// All shapes, if there are not too many. Otherwise half of a pass is for the first ones, and the others take turns:
    /// requests that nothing can help must not keep the rest waiting for ever.
    private static func shapes(_ requests: [PendingRequest], _ turn: Int) -> Set<Shape> {
        var (seen, ordered): (Set<Shape>, [Shape]) = ([], [])
        for member in requests.lazy.flatMap(\.members) where member.nominatedNode == nil {
            let shape = Shape(requests: member.requests, rule: member.rule)
            if seen.insert(shape).inserted { ordered.append(shape) }
        }
        guard ordered.count > mostShapes else { return seen }
        let (half, rest) = (mostShapes / 2, ordered.dropFirst(mostShapes / 2))
        let start = turn % rest.count * half % rest.count
        let others = (0..<half).map { rest[rest.startIndex + (start + $0) % rest.count] }
        return Set(ordered.prefix(half)).union(others)
    }

    /// Matches all pods of a request or none.
    mutating func match(_ request: PendingRequest) -> Outcome {
        guard numMembersLeft > 0 else { return .postponed }
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
        guard !isExhausted[shape] else { return .hopeless }
        let prices = costs[shape]
        guard let node = prices.indices.min(by: { prices[$0] < prices[$1] }), prices[node] != Self.impossible,
            let fit = rooms[node].fit(member.requests)
        else {
            isExhausted[shape] = true
            return .hopeless
        }
        return take(member.requests, fit, node, &before)
    }

    /// A nominated pod is counted on its node already: only what lacks there must come free.
    private mutating func settle(_ name: String, _ before: inout [Int: NodeRoom]) -> Outcome {
        guard let node = indexOfNode[name] else { return .hopeless }
        let (free, later) = (rooms[node].free, rooms[node].free + rooms[node].soon)
        var victims: [VictimChoice.Candidate] = []
        for (device, count) in later.devices where count < 0 {
            let need = count == .min ? .max : -count
            guard let chosen = VictimChoice.choose(rooms[node].workers[device] ?? [], freeing: need) else {
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
        numMembersLeft -= 1
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
        guard turn.contains(shape) else { return nil }
        shapes[shape] = costs.count
        requestsOfShape.append(shape)
        isExhausted.append(false)
        costs.append(rooms.map { Self.cost(shape, $0) })
        return costs.count - 1
    }

    private mutating func reprice(_ node: Int) {
        for (place, shape) in requestsOfShape.enumerated() {
            costs[place][node] = Self.cost(shape, rooms[node])
            if costs[place][node] != Self.impossible { isExhausted[place] = false }
        }
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
