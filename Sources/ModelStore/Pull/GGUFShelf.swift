/// The GGUF models of one repository, sorted by quantization.
struct GGUFShelf {
    private struct Item {
        /// File name without `.gguf` and without a split's `-00001-of-00003`.
        let stem: String
        let quantization: Quantization?
        var files: [RemoteFile]

        var isReadable: Bool { quantization?.isReadable ?? true }
        var tag: String { quantization?.label ?? stem }

        /// How many files there should be: the name of each says so.
        var parts: Int { GGUFShelf.splitSuffix(of: files[0].name).flatMap { Int($0.suffix(5)) } ?? 1 }
    }

    private let items: [Item]

    /// Vision projectors and importance matrices also end in `.gguf`, but are no models.
    init(files: [RemoteFile]) {
        var items: [String: Item] = [:]
        for file in files where file.path.lowercased().hasSuffix(".gguf") && !Self.isCompanion(file.name) {
            let stem = Self.stem(of: file)
            items[stem, default: Item(stem: stem, quantization: Quantization(fileName: file.path), files: [])]
                .files.append(file)
        }
        self.items = items.values.sorted { $0.stem < $1.stem }
    }

    var isEmpty: Bool { items.isEmpty }

    /// The one model that a person's tag means: a quantization, or the name of a file.
    func choice(of tag: String, in repository: String) throws(PullError) -> PullChoice {
        guard !isEmpty else {
            throw .noModel(repository: repository, reason: "there is no .gguf file; pull it without ':\(tag)'")
        }
        let wanted = Self.normalized(tag)
        let named = items.filter { Self.normalized($0.stem) == wanted }
        let fitting = named.isEmpty ? items.filter { $0.quantization?.label == wanted } : named
        guard let item = fitting.first else {
            throw .noQuantization(tag, repository: repository, available: tags(of: items))
        }
        guard fitting.count == 1 else {
            throw .severalFiles(tag: tag, repository: repository, choices: fitting.map(\.stem))
        }
        return try choice(item, tag: named.isEmpty ? item.tag : item.stem, in: repository)
    }

    /// The first of `Quantization.preference` that there is, else anything that can be read.
    func bestChoice(in repository: String) throws(PullError) -> PullChoice {
        let readable = items.filter(\.isReadable)
        let ranks = readable.map { item in
            Quantization.preference.firstIndex(of: item.quantization?.label ?? "") ?? Quantization.preference.count
        }
        guard let best = ranks.min() else { return try choice(items[0], tag: items[0].tag, in: repository) }
        let fitting = zip(readable, ranks).filter { $0.1 == best }.map(\.0)
        guard fitting.count == 1 else {
            throw .severalFiles(tag: fitting[0].tag, repository: repository, choices: fitting.map(\.stem))
        }
        return try choice(fitting[0], tag: fitting[0].tag, in: repository)
    }

    private func choice(_ item: Item, tag: String, in repository: String) throws(PullError) -> PullChoice {
        let readable = tags(of: items.filter(\.isReadable))
        guard item.isReadable else { throw .unreadableQuantization(tag, readable: readable) }
        guard item.files.count == item.parts else {
            throw .missingParts(tag: tag, repository: repository, found: item.files.count, expected: item.parts)
        }
        let safe = RemoteFile(path: tag, size: 0).safeName
        return PullChoice(tag: safe, format: .gguf, files: item.files.sorted { $0.name < $1.name })
    }

    private func tags(of items: [Item]) -> [String] { Set(items.map(\.tag)).sorted() }

    // MARK: Names

    private static func isCompanion(_ name: String) -> Bool {
        ["mmproj", "imatrix"].contains { name.lowercased().hasPrefix($0) }
    }

    private static func stem(of file: RemoteFile) -> String {
        let whole = file.name.dropLast(".gguf".count)
        return String(whole.dropLast(splitSuffix(of: file.name)?.count ?? 0))
    }

    /// "-00001-of-00003" of "x-00001-of-00003.gguf"; nil of any other name.
    static func splitSuffix(of name: String) -> Substring? {
        let suffix = name.dropLast(".gguf".count).suffix("-00001-of-00003".count)
        let shape = suffix.map { $0.isASCII && $0.isNumber ? "0" : $0 }
        return String(shape) == "-00000-of-00000" ? suffix : nil
    }

    private static func normalized(_ tag: String) -> String {
        let upper = tag.uppercased()
        let stem = upper.hasSuffix(".GGUF") ? String(upper.dropLast(5)) : upper
        return stem == "FP16" ? "F16" : stem == "FP32" ? "F32" : stem
    }
}
