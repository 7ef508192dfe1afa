package import Harvest
package import Kubernetes

extension Resources {
    /// CPU, memory and extended resources, which are those whose names have a domain; the rest (disk, huge pages, the
    /// number of pods) is left to the scheduler.
    package init(_ list: ResourceList) {
        self.init(
            milliCPU: Self.bounded(list["cpu"].milli), memoryBytes: Self.bounded(list["memory"].units))
        // Nothing is not named, so that equal amounts are equal.
        for (name, amount) in list.amounts where name.contains("/") && amount > .zero {
            self[name] = Self.bounded(amount.units)
        }
    }

    /// A pod that asks for more than any node has asks for it all the same at a quadrillion, and sums of thousands of
    /// such pods stay exact, so that they can be taken back.
    private static let most = 1 << 50

    static func bounded(_ amount: Int) -> Int { min(max(0, amount), most) }
}
