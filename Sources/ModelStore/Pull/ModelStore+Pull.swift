import AsyncHTTPClient
import FoundationEssentials
import JSON

extension ModelStore {
    /// Fetches a model from a hub. What arrived of an earlier pull that did not end is not fetched again.
    ///
    /// - Parameters:
    ///   - revision: a branch, tag or commit; the pull stays with the commit that it means at the start.
    ///   - report: called from any thread, for each piece that arrives.
    /// - Throws: `PullError`, `StoreError` or `CancellationError`; what has arrived stays for the next pull.
    package func pull(
        _ reference: RepositoryReference, revision: String = "main", from settings: HubSettings,
        retry: RetryPolicy = RetryPolicy(), report: @escaping @Sendable (PullEvent) -> Void
    ) async throws -> Manifest {
        for folder in [places.models, places.blobs, places.downloads] { try Folder.make(folder) }
        let pulling = try OpenFile(creating: places.pulling)
        try pulling.lock(.shared)
        defer { pulling.unlock() }
        let http = HTTPClient(configuration: settings.clientConfiguration)
        let hub = HubClient(settings: settings, http: http)
        do {
            let pull = Pull(store: self, hub: hub, retry: retry, report: report)
            let manifest = try await pull.run(reference, revision: revision)
            try? await http.shutdown()
            return manifest
        } catch {
            try? await http.shutdown()
            throw error
        }
    }
}

/// One pull under way.
private struct Pull {
    let store: ModelStore
    let hub: HubClient
    let retry: RetryPolicy
    let report: @Sendable (PullEvent) -> Void

    func run(_ reference: RepositoryReference, revision: String) async throws -> Manifest {
        let endpoint = hub.settings.endpoint
        let listing = try await retry.run(
            report: report, giveUp: { .unreachable(endpoint: endpoint.description, reason: $0.reason) },
            attempt: { try await hub.listing(of: reference, revision: revision) })
        let choice = try PullChoice.choose(from: listing, tag: reference.tag)
        let name = try ModelName(owner: listing.owner, repository: listing.repository, tag: choice.tag)
        if let stored = try? store.manifest(of: name), stored.isMade(of: choice, at: listing.commit) { return stored }
        let downloads = choice.files.map { download($0, listing) }
        try checkRoom(for: downloads, of: name)
        return try await fetchAndCommit(downloads, of: name, choice.format)
    }

    private func download(_ file: RemoteFile, _ listing: RepositoryListing) -> FileDownload {
        FileDownload(file: file, listing: listing, hub: hub, places: store.places, retry: retry, report: report)
    }

    private func checkRoom(for downloads: [FileDownload], of name: ModelName) throws {
        let files = downloads.map { PullEvent.File(path: $0.file.path, size: $0.file.size, bytesHere: $0.bytesHere()) }
        let needed = try sum(files.map(\.size)) - files.reduce(0) { $0 + $1.bytesHere }
        report(.chosen(name, files: files))
        let free = try Folder.freeBytes(at: store.places.home)
        guard needed <= free else { throw StoreError.diskFull(path: store.places.home, needed: needed, free: free) }
    }

    private func sum(_ sizes: [Int]) throws -> Int {
        try sizes.reduce(0) {
            let (sum, overflow) = $0.addingReportingOverflow($1)
            guard !overflow else { throw PullError.badAnswer("its files are larger than any disk") }
            return sum
        }
    }

    /// A removal by another process may take a blob between its download and the commit: then once more.
    private func fetchAndCommit(
        _ downloads: [FileDownload], of name: ModelName, _ format: ModelFormat
    ) async throws -> Manifest {
        while true {
            var files: [Manifest.File] = []
            for download in downloads {
                let digest = try await download.run()
                files.append(.init(name: download.file.safeName, size: download.file.size, digest: digest))
            }
            let manifest = Manifest(
                name: name, format: format, endpoint: hub.settings.endpoint.description,
                commit: downloads[0].listing.commit, pulledAt: Int(Date().timeIntervalSince1970), files: files)
            if try store.commit(manifest) { return manifest }
            try Task.checkCancellation()
        }
    }
}

extension Manifest {
    /// Whether a pull of `choice` would bring nothing new.
    fileprivate func isMade(of choice: PullChoice, at commit: String) -> Bool {
        self.commit == commit && format == choice.format
            && files.map(\.name) == choice.files.map(\.safeName) && files.map(\.size) == choice.files.map(\.size)
    }
}
