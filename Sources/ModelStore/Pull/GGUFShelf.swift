/// The GGUF models of one repository, sorted by quantization.
struct GGUFShelf {
    private struct Item {
        /// File name without `.gguf` and without a split's `-00001-of-00003`.
        let stem: String
        let quantization: Quantization?
        /// How many files there should be: the name of each says so. Nil for a model that is not split.
        let parts: Int?
        var files: [RemoteFile]

        init(_ file: RemoteFile) {
            let suffix = GGUFShelf.splitSuffix(of: file.name)
            stem = String(file.name.dropLast(".gguf".count).dropLast(suffix?.count ?? 0))
            // Some repositories name the file `model.gguf` and the folder `Q4_K_M`.
            quantization =
                file.path.split(separator: "/").reversed().lazy
                .compactMap { Quantization(fileName: String($0)) }.first
            parts = suffix.flatMap { Int($0.suffix(5)) }
            files = []
        }

        var isReadable: Bool { quantization?.isReadable ?? true }
        var tag: String { quantization?.label ?? stem }

        var isComplete: Bool {
            guard let parts else { return files.count == 1 }
            guard (1...files.count).contains(parts) else { return false }
            let expected = (1...parts).map { "\(stem)-\(fiveDigits($0))-of-\(fiveDigits(parts)).gguf" }
            return Set(files.map(\.name)) == Set(expected)
        }

        /// Better first, of items with the same content: complete, in fewer files, in fewer folders.
        func isBetter(than other: Item) -> Bool {
            let depths = (files[0].path.split(separator: "/").count, other.files[0].path.split(separator: "/").count)
            return (isComplete ? 0 : 1, parts ?? 0, depths.0, files[0].path)
                < (other.isComplete ? 0 : 1, other.parts ?? 0, depths.1, other.files[0].path)
        }
    }

    private let items: [Item]

    /// Vision projectors and importance matrices also end in `.gguf`, but are no models.
    init(files: [RemoteFile]) {
        var items: [String: Item] = [:]
        for file in files where file.path.lowercased().hasSuffix(".gguf") && !Self.isCompanion(file.name) {
            let item = Item(file)
            let folder = file.path.dropLast(file.name.count)
            items["\(folder)\(item.stem)/\(item.parts ?? 0)", default: item].files.append(file)
        }
        // The same model may be there whole and split, or in two folders: one of them is enough.
        let same = Dictionary(grouping: items.values) { "\($0.stem)/\($0.tag)" }
        let best = same.values.compactMap { $0.min { $0.isBetter(than: $1) } }
        self.items = best.sorted { ($0.stem, $0.tag) < ($1.stem, $1.tag) }
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
            throw .severalFiles(tag: tag, repository: repository, choices: choices(fitting))
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
            throw .severalFiles(tag: fitting[0].tag, repository: repository, choices: choices(fitting))
        }
        return try choice(fitting[0], tag: fitting[0].tag, in: repository)
    }

    private func choice(_ item: Item, tag: String, in repository: String) throws(PullError) -> PullChoice {
        let readable = tags(of: items.filter(\.isReadable))
        guard item.isReadable else { throw .unreadableQuantization(tag, readable: readable) }
        guard item.isComplete else {
            throw .missingParts(tag: tag, repository: repository, found: item.files.count, expected: item.parts ?? 1)
        }
        let safe = RemoteFile(path: tag, size: 0).safeName
        return PullChoice(tag: safe, format: .gguf, files: item.files.sorted { $0.name < $1.name })
    }

    /// What tells `items` apart: their names, or their quantizations when the names are the same.
    private func choices(_ items: [Item]) -> [String] {
        Set(items.map(\.stem)).count == items.count ? items.map(\.stem) : items.map(\.tag)
    }

    private func tags(of items: [Item]) -> [String] { Set(items.map(\.tag)).sorted() }

    // MARK: Names

    private static func isCompanion(_ name: String) -> Bool {
        ["mmproj", "imatrix"].contains { name.lowercased().hasPrefix($0) }
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

/// As the parts of a split model are numbered.
private func fiveDigits(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 5 - digits.count)) + digits
}
