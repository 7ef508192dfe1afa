/// An immutable vector of floats at an address that does not move: a norm's weight or a bias.
final class FloatVector: @unchecked Sendable {  // memory nobody writes to after init
    let count: Int
    let base: UnsafePointer<Float>

    init(_ values: [Float]) {
        let memory = UnsafeMutablePointer<Float>.allocate(capacity: max(1, values.count))
        memory.initialize(from: values, count: values.count)
        count = values.count
        base = UnsafePointer(memory)
    }

    deinit { base.deallocate() }
}
