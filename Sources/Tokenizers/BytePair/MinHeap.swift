/// A binary heap of 64-bit keys, lowest first.
struct MinHeap {
    private var keys: [UInt64] = []
    /// Keys moved: the measure of work in tests.
    var steps = 0

    mutating func removeAll() { keys.removeAll(keepingCapacity: true) }

    mutating func push(_ key: UInt64) {
        keys.append(key)
        var place = keys.count - 1
        while place > 0 {
            let parent = (place - 1) / 2
            if keys[parent] <= key { break }
            keys[place] = keys[parent]
            place = parent
            steps += 1
        }
        keys[place] = key
    }

    mutating func pop() -> UInt64? {
        guard let lowest = keys.first, let last = keys.popLast() else { return nil }
        if !keys.isEmpty { sink(last) }
        return lowest
    }

    /// Puts `key` where the root was and moves it down to its place.
    private mutating func sink(_ key: UInt64) {
        var place = 0
        while true {
            var child = 2 * place + 1
            if child >= keys.count { break }
            if child + 1 < keys.count, keys[child + 1] < keys[child] { child += 1 }
            if keys[child] >= key { break }
            keys[place] = keys[child]
            place = child
            steps += 1
        }
        keys[place] = key
    }
}
