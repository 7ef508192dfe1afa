/// What a pod asks for or a node has: whole accelerators and other extended resources by name, CPU and memory.
package struct Resources: Sendable, Hashable {
    /// By name, such as `nvidia.com/gpu`; a missing name is 0.
    package var devices: [String: Int]
    package var milliCPU: Int
    package var memoryBytes: Int

    package static let none = Resources()

    package init(devices: [String: Int] = [:], milliCPU: Int = 0, memoryBytes: Int = 0) {
        self.devices = devices
        self.milliCPU = milliCPU
        self.memoryBytes = memoryBytes
    }

    package subscript(device: String) -> Int {
        get { devices[device] ?? 0 }
        set { devices[device] = newValue }
    }

    /// Numbers from outside may be anything: sums stop at the ends of the range.
    package static func + (left: Resources, right: Resources) -> Resources {
        left.merged(right) { Self.clamped($0, $1, Int.addingReportingOverflow) }
    }

    package static func - (left: Resources, right: Resources) -> Resources {
        left.merged(right) { Self.clamped($0, $1, Int.subtractingReportingOverflow) }
    }

    /// The larger of both in each.
    package func maximum(_ other: Resources) -> Resources { merged(other, max) }

    /// Whether this much is inside `room`, in everything that is asked for.
    package func fits(_ room: Resources) -> Bool {
        (milliCPU <= 0 || milliCPU <= room.milliCPU) && (memoryBytes <= 0 || memoryBytes <= room.memoryBytes)
            && devices.allSatisfy { $0.value <= 0 || $0.value <= room[$0.key] }
    }

    private func merged(_ other: Resources, _ combine: (Int, Int) -> Int) -> Resources {
        var result = self
        for (name, count) in other.devices { result[name] = combine(self[name], count) }
        result.milliCPU = combine(milliCPU, other.milliCPU)
        result.memoryBytes = combine(memoryBytes, other.memoryBytes)
        return result
    }

    private static func clamped(
        _ left: Int, _ right: Int, _ combine: (Int) -> (Int) -> (partialValue: Int, overflow: Bool)
    ) -> Int {
        let (value, overflow) = combine(left)(right)
        // Both ways out of the range go on in the direction of the left side's sign.
        return overflow ? (left < 0 ? .min : .max) : value
    }
}
