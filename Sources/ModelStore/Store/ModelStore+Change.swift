import JSON

extension ModelStore {
    /// Makes a model of blobs that are all there. Renaming its manifest into place is the moment it appears,
    /// or changes from an older commit; a crash before leaves what was there before.
    ///
    /// Returns false, and does nothing, when a blob was removed since it was fetched.
    package func commit(_ manifest: Manifest) throws(StoreError) -> Bool {
        try withLock { () throws(StoreError) in
            guard manifest.files.allSatisfy({ Folder.exists(places.blob($0.digest)) }) else { return false }
            let replaced = try? self.manifest(of: manifest.name)
            try linkFiles(of: manifest)
            try publish(manifest)
            try removeOtherCommits(than: manifest)
            _ = try removeUnusedBlobs(of: replaced)
            return true
        }
    }

    /// Removes a model, and the blobs that no other model uses. Returns the bytes that became free.
    @discardableResult
    package func remove(_ name: ModelName) throws(StoreError) -> Int {
        try withLock { () throws(StoreError) in
            guard Folder.exists(places.manifest(name)) else { throw .notFound(name.description, suggestions: []) }
            // The blobs of a damaged model stay until `removeUnfinished` finds that nobody uses them.
            let removed = try? manifest(of: name)
            try Folder.removeFile(places.manifest(name))
            try Folder.sync(places.model(name))
            try removeFolder(of: name)
            return try removeUnusedBlobs(of: removed)
        }
    }

    /// Removes what pulls and removals that did not end left behind. Returns the bytes that became free.
    ///
    /// - Throws: `StoreError.pullsRunning` while a pull runs.
    package func removeUnfinished() throws(StoreError) -> Int {
        try withLock { () throws(StoreError) in
            let pulling = try OpenFile(creating: places.pulling)
            guard try pulling.tryLock(.exclusive) else { throw .pullsRunning }
            defer { pulling.unlock() }
            for name in try folders() where !Folder.exists(places.manifest(name)) { try removeFolder(of: name) }
            var freed = 0
            for folder in [places.downloads, places.blobs] {
                for file in try Folder.names(in: folder) { freed += try removeIfUnused("\(folder)/\(file)") }
            }
            return freed
        }
    }

    // MARK: Steps, under the lock

    /// Builds the folder of one commit. Files of the same commit that are there already are linked anew, so
    /// that pulling again repairs a folder that something else has damaged.
    private func linkFiles(of manifest: Manifest) throws(StoreError) {
        let folder = places.files(of: manifest)
        try Folder.make(folder)
        for file in manifest.files {
            try Folder.removeFile("\(folder)/\(file.name)")
            try Folder.link(places.blob(file.digest), as: "\(folder)/\(file.name)")
        }
        try Folder.sync(folder)
    }

    private func publish(_ manifest: Manifest) throws(StoreError) {
        let path = places.manifest(manifest.name)
        var text: [UInt8] = []
        manifest.json.append(to: &text)
        try SmallFile.write(text + [UInt8(ascii: "\n")], to: path + ".new")
        try Folder.rename(path + ".new", to: path)
        for folder in [places.model(manifest.name), Folder.parent(of: places.model(manifest.name))] {
            try Folder.sync(folder)
        }
    }

    private func removeOtherCommits(than manifest: Manifest) throws(StoreError) {
        let folder = places.model(manifest.name)
        for name in try Folder.names(in: folder) where name != manifest.commit && name != Manifest.fileName {
            try Folder.removeTree("\(folder)/\(name)")
        }
    }

    private func removeFolder(of name: ModelName) throws(StoreError) {
        try Folder.removeTree(places.model(name))
        Folder.removeIfEmpty("\(places.models)/\(name.owner)/\(name.repository)")
        Folder.removeIfEmpty("\(places.models)/\(name.owner)")
    }

    /// Only blobs of this one model are looked at: others without a second name belong to pulls that run.
    private func removeUnusedBlobs(of manifest: Manifest?) throws(StoreError) -> Int {
        var freed = 0
        for file in manifest?.files ?? [] { freed += try removeIfUnused(places.blob(file.digest)) }
        return freed
    }

    /// Removes a file that has no second name. Returns its size in bytes, or 0 when it stays.
    private func removeIfUnused(_ path: String) throws(StoreError) -> Int {
        guard let status = Folder.status(path), status.links == 1 else { return 0 }
        try Folder.removeFile(path)
        return status.size
    }

    /// Holds the store's lock: for the moments that names change, never during a download.
    private func withLock<Result>(_ body: () throws(StoreError) -> Result) throws(StoreError) -> Result {
        try Folder.make(places.home)
        let file = try OpenFile(creating: places.lock)
        try file.lock(.exclusive)
        defer { file.unlock() }
        return try body()
    }
}
