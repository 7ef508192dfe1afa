extension Jinja {
    /// The items in ascending order of their keys; of equal keys the earlier item stays first, also in
    /// descending order. A merge sort: bounded, and indifferent to a relation that contradicts itself.
    static func sorted(
        _ items: [Value], by keys: [Value], descending: Bool, _ meter: Meter
    ) throws(TemplateError) -> [Value] {
        try meter.allocate(items.count, each: 64)
        var order = Array(items.indices)
        if descending { order.reverse() }
        var sorter = Sorter(keys: keys, order: order, meter: meter)
        try sorter.sort()
        let places = descending ? sorter.order.reversed() : sorter.order
        return places.map { items[$0] }
    }

    private struct Sorter {
        let keys: [Value]
        var order: [Int]
        let meter: Meter

        mutating func sort() throws(TemplateError) {
            var width = 1
            while width < order.count {
                var merged: [Int] = []
                merged.reserveCapacity(order.count)
                for start in Swift.stride(from: 0, to: order.count, by: 2 * width) {
                    let middle = min(start + width, order.count)
                    try merge(order[start..<middle], order[middle..<min(middle + width, order.count)], into: &merged)
                }
                order = merged
                width *= 2
            }
        }

        private func merge(
            _ left: ArraySlice<Int>, _ right: ArraySlice<Int>, into merged: inout [Int]
        ) throws(TemplateError) {
            var (left, right) = (left, right)
            while let first = left.first, let second = right.first {
                // The later item is asked whether it is less, as CPython's sort asks.
                if try Jinja.compare(keys[second], .less, keys[first], meter) {
                    merged.append(right.removeFirst())
                } else {
                    merged.append(left.removeFirst())
                }
            }
            merged += left
            merged += right
        }
    }
}
