/// The models on this machine's disk.
///
/// Any number of processes may use one store at once: a model appears and disappears in one rename, and
/// whoever renames holds a lock.
package struct ModelStore: Sendable {
    package let places: StorePlaces

    package init(places: StorePlaces) { self.places = places }

    /// What `list` finds: the models, by name, and what is wrong with the others.
    package struct Inventory: Sendable {
        package var models: [Manifest] = []
        package var problems: [StoreError] = []
    }

    /// Reads every manifest. A damaged one is reported beside the others, not instead of them.
    package func list() throws(StoreError) -> Inventory {
        var inventory = Inventory()
        for name in try names() {
            do throws(StoreError) {
                if let manifest = try manifest(of: name) { inventory.models.append(manifest) }
            } catch {
                inventory.problems.append(error)
            }
        }
        return inventory
    }

    /// The manifest of the model that `text` is enough to name.
    ///
    /// - Throws: `StoreError.notFound` with suggestions, `.ambiguous` with the candidates, or `.damaged`.
    package func find(_ text: String) throws(StoreError) -> Manifest {
        let name = try name(of: text)
        guard let manifest = try manifest(of: name) else { throw .notFound(text, suggestions: []) }
        return manifest
    }

    /// The full name of the one model that fits what was typed, damaged or not.
    ///
    /// - Throws: `StoreError.notFound` with suggestions or `.ambiguous` with the candidates.
    package func name(of typed: String) throws(StoreError) -> ModelName {
        let reference = try ModelReference(typed)
        let all = try names()
        let fitting = all.filter(reference.matches)
        if let exact = fitting.first(where: { $0.description == typed }) { return exact }
        guard fitting.count <= 1 else { throw .ambiguous(typed, candidates: fitting.map(\.description)) }
        guard let only = fitting.first else {
            let near = Suggestions.nearest(to: typed, among: all.map(\.description))
            throw .notFound(typed, suggestions: near)
        }
        return only
    }

    /// nil when the model went away meanwhile.
    func manifest(of name: ModelName) throws(StoreError) -> Manifest? {
        guard let bytes = try SmallFile.read(places.manifest(name), limit: Manifest.maximumBytes) else { return nil }
        let manifest = try Manifest.read(bytes, name: name)
        let folder = places.files(of: manifest)
        for file in manifest.files where Folder.status("\(folder)/\(file.name)")?.size != file.size {
            throw .damaged(name: name.description, reason: "\(file.name) is missing or has the wrong size")
        }
        return manifest
    }

    /// Every model that has a manifest, readable or not.
    private func names() throws(StoreError) -> [ModelName] {
        try folders().filter { Folder.exists(places.manifest($0)) }
    }

    /// Every folder where a model may be, by its name. What the store could not have made is passed over.
    func folders() throws(StoreError) -> [ModelName] {
        var found: [ModelName] = []
        for owner in try Folder.names(in: places.models) {
            for repository in try Folder.names(in: "\(places.models)/\(owner)") {
                for tag in try Folder.names(in: "\(places.models)/\(owner)/\(repository)") {
                    let name = try? ModelName(owner: owner, repository: repository, tag: tag)
                    if let name, Folder.isFolder(places.model(name)) { found.append(name) }
                }
            }
        }
        return found.sorted()
    }
}
