import Ledger

/// Workers that a pool in mode Observe would have: counted, never started.
package struct ObservedHarvest: Sendable {
    fileprivate struct Worker: Sendable {
        let start: PlannedStart
        let sinceMs: Int64
    }

    private var workers: [Worker] = []
    private var sums = ObservedSums()

    package init() {}

    mutating func begin(_ start: PlannedStart, nowMs: Int64) {
        workers.append(Worker(start: start, sinceMs: nowMs))
        sums.numStarted += 1
    }

    var heldByNode: [String: Int] { workers.reduce(into: [:]) { $0[$1.start.node, default: 0] += $1.start.gpus } }
    var models: [String] { workers.map(\.start.model) }

    /// Lets those go whose accelerators the owner has taken since: the youngest first, as many as it takes.
    ///
    /// - Parameter free: what the owner leaves free on each usable node; none of a node that is missing.
    mutating func observe(free: [String: Int], nowMs: Int64) {
        var held: [String: Int] = [:]
        var (kept, gone): ([Worker], [Worker]) = ([], [])
        for worker in workers {
            let sum = (held[worker.start.node] ?? 0) + worker.start.gpus
            if sum <= free[worker.start.node] ?? 0 {
                held[worker.start.node] = sum
                kept.append(worker)
            } else {
                gone.append(worker)
            }
        }
        workers = kept
        sums.numReclaimed += gone.count
        for worker in gone { sums.revenue = sums.revenue + worker.revenue(nowMs: nowMs) }
    }

    func summary(nowMs: Int64) -> ObservedSums {
        var result = sums
        result.numServing = workers.count
        for worker in workers { result.revenue = result.revenue + worker.revenue(nowMs: nowMs) }
        return result
    }
}

extension ObservedHarvest.Worker {
    /// As if demand had stayed as it was at the start.
    fileprivate func revenue(nowMs: Int64) -> PicoUSD {
        guard let earning = start.earning else { return .zero }
        let expectedMs = max(1, earning.windowMs - earning.loadMs)
        let servedMs = max(0, min(nowMs - sinceMs - earning.loadMs, 1 << 40))
        return PicoUSD(pico: earning.revenue.pico * Int128(servedMs) / Int128(expectedMs))
    }
}
