import Synchronization

/// Some connections for one kind of work: a unit takes the first that is free, in the order they came.
final class PostgreSQLLanes: Sendable {
    typealias Unit = @Sendable (PostgreSQLLane) -> Void

    private struct State {
        var idle: [PostgreSQLLane]
        var waiting: [Unit] = []
        var onIdle: CheckedContinuation<Void, Never>?
    }

    private let count: Int
    private let state: Mutex<State>

    init(_ lanes: [PostgreSQLLane]) {
        count = lanes.count
        // The last used lane is used again: its connection is there and its caches are warm.
        state = Mutex(State(idle: lanes.reversed()))
    }

    func submit(_ unit: @escaping Unit) {
        let lane = state.withLock { state in
            if state.idle.isEmpty { state.waiting.append(unit) }
            return state.idle.popLast()
        }
        if let lane { run(unit, on: lane) }
    }

    /// Waits until all units are done and closes the connections. Nothing may be submitted after.
    func close() async {
        await withCheckedContinuation { continuation in
            let isIdle = state.withLock { state in
                if state.idle.count == count { return true }
                state.onIdle = continuation
                return false
            }
            if isIdle { continuation.resume() }
        }
        for lane in state.withLock({ $0.idle }) { lane.close() }
    }

    private func run(_ unit: @escaping Unit, on lane: PostgreSQLLane) {
        lane.async { lane in
            unit(lane)
            self.free(lane)
        }
    }

    private func free(_ lane: PostgreSQLLane) {
        let (unit, continuation) = state.withLock { state -> (Unit?, CheckedContinuation<Void, Never>?) in
            if !state.waiting.isEmpty { return (state.waiting.removeFirst(), nil) }
            state.idle.append(lane)
            guard state.idle.count == count else { return (nil, nil) }
            defer { state.onIdle = nil }
            return (nil, state.onIdle)
        }
        continuation?.resume()
        if let unit { run(unit, on: lane) }
    }
}
