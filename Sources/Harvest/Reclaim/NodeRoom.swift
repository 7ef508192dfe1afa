/// What is left of one node while requests are matched to nodes.
struct NodeRoom {
    let node: NodeState
    /// Allocatable minus everything that is taken; below 0 where a pod is nominated before its victims have gone.
    var free: Resources
    /// What comes free when those that are leaving have gone.
    var soon: Resources
    /// The workers that may stay, by the resource that they hold.
    var workers: [String: [VictimChoice.Candidate]]

    /// What a request would cost on this node.
    enum Fit: Equatable {
        case free
        case afterLeaving
        case victims([VictimChoice.Candidate])
    }

    /// Nil when the request would not fit even without our workers.
    func fit(_ requests: Resources) -> Fit? {
        if requests.fits(free) { return .free }
        let later = free + soon
        if requests.fits(later) { return .afterLeaving }
        var victims: [VictimChoice.Candidate] = []
        var room = later
        for (device, count) in requests.devices where count > later[device] {
            let (need, isBeyond) = count.subtractingReportingOverflow(later[device])
            guard !isBeyond, let chosen = VictimChoice.choose(workers[device] ?? [], freeing: need) else { return nil }
            victims += chosen
            room[device] = count
        }
        return requests.fits(room) ? .victims(victims) : nil
    }

    /// Lets the victims go, and keeps what is asked for from everybody else.
    mutating func take(_ requests: Resources, _ fit: Fit) {
        if case .victims(let victims) = fit { release(victims) }
        free = free - requests
    }

    mutating func release(_ victims: [VictimChoice.Candidate]) {
        for (device, candidates) in workers {
            let gone = candidates.filter(victims.contains)
            guard !gone.isEmpty else { continue }
            soon[device] += gone.reduce(0) { $0 + $1.numDevices }
            workers[device] = candidates.filter { !victims.contains($0) }
        }
    }
}
