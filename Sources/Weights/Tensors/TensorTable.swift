/// The tensors of a checkpoint by name, over one or more files.
struct TensorTable: Sendable {
    /// A tensor whose place in its file has been checked.
    struct Entry: Sendable {
        enum Storage: Sendable {
            case known(TensorType, MappedSlice)
            /// A type that is not built, by its name: an error only when the tensor is asked for.
            case unsupported(String)
        }
        let file: String
        let shape: [Int]
        let storage: Storage
    }

    /// In file order.
    private(set) var names: [String] = []
    private var entries: [String: Entry] = [:]

    /// False, and no change, when there is a tensor of that name already.
    mutating func insert(_ name: String, _ entry: Entry) -> Bool {
        guard entries.updateValue(entry, forKey: name) == nil else { return false }
        names.append(name)
        return true
    }

    /// Adds the tensors of another file.
    mutating func insert(_ other: TensorTable, from file: String) throws(WeightsError) {
        for name in other.names {
            guard let entry = other[name], !insert(name, entry) else { continue }
            throw WeightsError(.duplicate, file: file, field: "tensor \(quoted(name))")
        }
    }

    subscript(name: String) -> Entry? { entries[name] }

    func tensor(_ name: String, of path: String) throws(WeightsError) -> Tensor {
        guard let entry = entries[name] else {
            throw WeightsError(.missing, file: path, field: "tensor \(quoted(name))")
        }
        switch entry.storage {
        case .known(let type, let slice):
            return Tensor(name: name, type: type, shape: entry.shape, slice: slice)
        case .unsupported(let type):
            let advice = "use a file whose weights are \(TensorType.names)"
            throw WeightsError(
                .unsupported("type \(type)", advice: advice), file: entry.file, field: "tensor \(quoted(name))")
        }
    }
}
