/// 64-byte aligned memory that only grows until it is released: scratch of a step. Its contents do not survive a growth.
struct StepBuffer<Element: BitwiseCopyable>: ~Copyable {
    private(set) var base: UnsafeMutablePointer<Element>
    private var capacity: Int

    init() {
        capacity = 16
        base = StepBuffer.allocate(16)
    }

    /// Makes room for at least `count` elements and returns where they start.
    @discardableResult
    mutating func reserve(_ count: Int) -> UnsafeMutablePointer<Element> {
        if count > capacity {
            base.deallocate()
            base = StepBuffer.allocate(count)
            capacity = count
        }
        return base
    }

    /// Starts over with next to nothing.
    mutating func release() { self = StepBuffer() }

    private static func allocate(_ count: Int) -> UnsafeMutablePointer<Element> {
        let bytes = count * MemoryLayout<Element>.stride
        let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
        return memory.bindMemory(to: Element.self, capacity: count)
    }

    deinit { base.deallocate() }
}
