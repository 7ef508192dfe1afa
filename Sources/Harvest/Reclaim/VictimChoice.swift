/// Which of some workers go, so that enough accelerators come free at the least loss.
package enum VictimChoice {
    package struct Candidate: Sendable, Hashable {
        package let id: ObjectID
        /// At least 1.
        package let numDevices: Int
        /// 0...2^50; 0 for one that was told to go already.
        package let loss: Int64

        package init(id: ObjectID, numDevices: Int, loss: Int64) {
            self.id = id
            self.numDevices = min(max(1, numDevices), 1 << 20)
            self.loss = min(max(0, loss), 1 << 50)
        }
    }

    /// The victims, in the order of their names; nil when all together free too little.
    ///
    /// Of equal losses the set that frees less wins. No victim is superfluous: without any of them too little comes
    /// free. The choice is exact (the covering knapsack by dynamic programming, O(workers × accelerators)) up to
    /// `exactLimit` steps; beyond that the cheapest for each accelerator go first and superfluous ones are let off.
    package static func choose(_ candidates: [Candidate], freeing need: Int) -> [Candidate]? {
        guard need > 0 else { return [] }
        let sum = candidates.reduce(0) { $0 + $1.numDevices }
        guard sum >= need else { return nil }
        let sorted = candidates.sorted { ($0.id) < ($1.id) }
        if sum == need { return sorted }
        return sorted.count <= exactLimit / need ? exact(sorted, need) : greedy(sorted, need)
    }

    package static let exactLimit = 1 << 18

    private struct Cost: Comparable {
        var loss: Int64
        var numFreed: Int

        static let impossible = Cost(loss: .max, numFreed: .max)

        static func < (left: Cost, right: Cost) -> Bool {
            (left.loss, left.numFreed) < (right.loss, right.numFreed)
        }
    }

    /// best[g] = the least cost of freeing at least g with the candidates seen so far.
    private static func exact(_ candidates: [Candidate], _ need: Int) -> [Candidate] {
        var best = [Cost(loss: 0, numFreed: 0)] + Array(repeating: Cost.impossible, count: need)
        var isTaken = [Bool](repeating: false, count: candidates.count * (need + 1))
        for (place, candidate) in candidates.enumerated() {
            for goal in stride(from: need, through: 1, by: -1) {
                let before = best[max(0, goal - candidate.numDevices)]
                guard before.loss != .max else { continue }
                let cost = Cost(loss: before.loss + candidate.loss, numFreed: before.numFreed + candidate.numDevices)
                guard cost < best[goal] else { continue }
                best[goal] = cost
                isTaken[place * (need + 1) + goal] = true
            }
        }
        return trace(candidates, isTaken, need)
    }

    private static func trace(_ candidates: [Candidate], _ isTaken: [Bool], _ need: Int) -> [Candidate] {
        var (goal, victims) = (need, [Candidate]())
        for place in candidates.indices.reversed() where goal > 0 && isTaken[place * (need + 1) + goal] {
            victims.append(candidates[place])
            goal = max(0, goal - candidates[place].numDevices)
        }
        return victims.reversed()
    }

    private static func greedy(_ candidates: [Candidate], _ need: Int) -> [Candidate] {
        // loss / devices, compared crosswise: both factors are below 2^51 and 2^11.
        let byPrice = candidates.sorted { left, right in
            let (first, second) = (left.loss * Int64(right.numDevices), right.loss * Int64(left.numDevices))
            return first == second ? left.id < right.id : first < second
        }
        var (freed, victims) = (0, [Candidate]())
        for candidate in byPrice where freed < need {
            victims.append(candidate)
            freed += candidate.numDevices
        }
        for victim in victims.sorted(by: { ($1.loss, $0.id) < ($0.loss, $1.id) })
        where freed - victim.numDevices >= need {
            freed -= victim.numDevices
            victims.removeAll { $0.id == victim.id }
        }
        return victims.sorted { $0.id < $1.id }
    }
}
