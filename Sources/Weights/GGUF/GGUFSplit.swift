/// A model in several GGUF files, `NAME-00001-of-00003.gguf` and so on: the first holds the metadata, each
/// holds some of the tensors. Source: the key names `split.*` of llama.cpp's gguf-split.
enum GGUFSplit {
    /// Opens the model whose first file is `path`, or the only file, when it is not split.
    static func open(_ path: String) throws(WeightsError) -> (GGUFMetadata, TensorTable) {
        var (metadata, table) = try GGUFParser.parse(MappedBytes(path: path))
        let count = try metadata.intIfPresent("split.count") ?? 1
        guard count > 1 else { return (metadata, table) }
        let paths = try partPaths(path, count: count, metadata)
        try check(metadata, part: 0, of: count)
        for (part, path) in paths.enumerated().dropFirst() {
            let (partMetadata, partTable) = try GGUFParser.parse(MappedBytes(path: path))
            try check(partMetadata, part: part, of: count)
            try table.insert(partTable, from: path)
        }
        let total = try metadata.intIfPresent("split.tensors.count") ?? table.names.count
        guard total == table.names.count else {
            throw metadata.invalid("split.tensors.count", rule: "the \(table.names.count) tensors of the files")
        }
        return (metadata, table)
    }

    /// True for every part of a split model but the first, by its name.
    static func isLaterPart(_ name: String) -> Bool {
        let ending = name.suffix(suffix(part: 0, of: 1).count)
        let isPart = ending.first == "-" && ending.dropFirst(6).hasPrefix("-of-") && ending.hasSuffix(".gguf")
        return isPart && Int(ending.dropFirst().prefix(5)).map { $0 > 1 } == true
    }

    /// The paths of all parts, from the path of the first.
    private static func partPaths(
        _ path: String, count: Int, _ metadata: GGUFMetadata
    ) throws(WeightsError) -> [String] {
        // Five digits are all that the names have room for.
        guard count < 100_000 else { throw metadata.invalid("split.count", rule: "below 100000") }
        let ending = suffix(part: 0, of: count)
        guard path.hasSuffix(ending) else {
            let what = "opening a part of a split model under this name"
            let advice = "open the one whose name ends in '\(ending)', with the others beside it"
            throw WeightsError(.unsupported(what, advice: advice), file: path)
        }
        let stem = path.dropLast(ending.count)
        return (0..<count).map { stem + suffix(part: $0, of: count) }
    }

    private static func suffix(part: Int, of count: Int) -> String {
        "-\(digits(part + 1))-of-\(digits(count)).gguf"
    }

    private static func digits(_ number: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, 5 - text.count)) + text
    }

    private static func check(_ metadata: GGUFMetadata, part: Int, of count: Int) throws(WeightsError) {
        guard try metadata.int("split.no") == part else { throw metadata.invalid("split.no", rule: "\(part)") }
        guard try metadata.int("split.count") == count else { throw metadata.invalid("split.count", rule: "\(count)") }
    }
}
