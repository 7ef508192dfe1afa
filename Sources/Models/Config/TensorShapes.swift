/// The shapes of a checkpoint's tensors by name, nil for a tensor it does not have: what a family may ask of
/// the weights before the spec is made.
struct TensorShapes {
    private let lookup: (String) -> [Int]?

    init(_ lookup: @escaping (String) -> [Int]?) {
        self.lookup = lookup
    }

    /// Row-major: a matrix is [rows, columns].
    subscript(name: String) -> [Int]? { lookup(name) }

    func contains(_ name: String) -> Bool { lookup(name) != nil }
}
