/// A model that can be opened.
package struct ResolvedModel: Equatable, Sendable {
    /// The full name in the store; nil for a path that somebody gave.
    package let name: ModelName?
    /// A GGUF file (the first, when it is split), or a folder with `config.json` and safetensors.
    package let path: String

    /// What people call it: the name in the store, or the last part of the path without `.gguf`.
    package var title: String {
        if let name { return name.description }
        let last = path.split(separator: "/").last.map(String.init) ?? path
        return last.hasSuffix(".gguf") ? String(last.dropLast(5)) : last
    }
}

extension ModelStore {
    /// Finds the model that a person means: a path, or a name in the store.
    ///
    /// What begins with `/`, `./`, `../` or `~` is a path. Anything else is first looked for in the store and
    /// then on disk.
    ///
    /// - Throws: `StoreError` that says what is there instead.
    package func resolve(_ text: String, environment: [String: String]) throws(StoreError) -> ResolvedModel {
        guard !text.isEmpty else { throw .invalidName(text, rule: "it is empty; give a path or a name") }
        let path = expandTilde(text, environment: environment)
        if ["/", "./", "../"].contains(where: path.hasPrefix) || path == "." || path == ".." {
            guard Folder.exists(path) else { throw .noSuchPath(path) }
            return try location(ofPath: path)
        }
        do throws(StoreError) {
            return try location(of: find(text))
        } catch {
            guard error.isAboutNoModel, Folder.exists(path) else { throw error }
            return try location(ofPath: path)
        }
    }

    /// Where the files of a stored model are.
    package func location(of manifest: Manifest) throws(StoreError) -> ResolvedModel {
        let folder = places.files(of: manifest)
        switch manifest.format {
        case .safetensors: return ResolvedModel(name: manifest.name, path: folder)
        case .gguf: return ResolvedModel(name: manifest.name, path: "\(folder)/\(manifest.files[0].name)")
        }
    }

    private func location(ofPath path: String) throws(StoreError) -> ResolvedModel {
        guard Folder.isFolder(path), !Folder.exists(path + "/config.json") else {
            return ResolvedModel(name: nil, path: path)
        }
        let files = try Folder.names(in: path).filter { $0.lowercased().hasSuffix(".gguf") && !isLaterPart($0) }
        guard files.count == 1 else {
            let reason =
                files.isEmpty
                ? "the folder has neither config.json nor a .gguf file in it"
                : "the folder has several .gguf files in it; give one of \(files.joined(separator: ", "))"
            throw .notAModel(path: path, reason: reason)
        }
        return ResolvedModel(name: nil, path: "\(path)/\(files[0])")
    }
}

/// Whether the file is the second or a later one of a split GGUF, `NAME-00002-of-00003.gguf`.
private func isLaterPart(_ name: String) -> Bool {
    GGUFShelf.splitSuffix(of: name).map { !$0.hasPrefix("-00001-") } ?? false
}

extension StoreError {
    /// Whether the text might still be a path.
    fileprivate var isAboutNoModel: Bool {
        switch self {
        case .notFound, .invalidName: true
        default: false
        }
    }
}
