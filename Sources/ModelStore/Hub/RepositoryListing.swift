import JSON

/// What a repository holds at one commit.
package struct RepositoryListing: Equatable, Sendable {
    /// `owner/name` as the hub spells it: it answers to other capital letters and to old names too.
    package let owner: String
    package let repository: String
    package let commit: String
    package var files: [RemoteFile]
    /// Whether the hub left out sizes, so that the tree must be asked.
    package let isIncomplete: Bool

    package init(owner: String, repository: String, commit: String, files: [RemoteFile], isIncomplete: Bool) {
        self.owner = owner
        self.repository = repository
        self.commit = commit
        self.files = files
        self.isIncomplete = isIncomplete
    }
}

extension RepositoryListing {
    /// Reads the answer to `/api/models/OWNER/REPO/revision/REVISION?blobs=true`.
    ///
    /// - Throws: `PullError.badAnswer` naming the field.
    package static func parse(_ bytes: [UInt8], of reference: RepositoryReference) throws(PullError)
        -> RepositoryListing
    {
        let json = try parseJSON(bytes, from: "the hub's page about \(reference.path)")
        guard let siblings = json["siblings"]?.array else {
            throw .badAnswer("the hub's page about \(reference.path) has no list 'siblings'")
        }
        guard let commit = json["sha"]?.string, NameRule.broken(by: commit) == nil else {
            throw .badAnswer("the hub's page about \(reference.path) has no commit in 'sha'")
        }
        let spelled = json["id"]?.string.flatMap { try? RepositoryReference($0) } ?? reference
        let files = siblings.compactMap(RemoteFile.init(sibling:))
        return RepositoryListing(
            owner: spelled.owner, repository: spelled.repository, commit: commit, files: files,
            isIncomplete: siblings.contains { $0["lfs"] == nil && $0["size"] == nil })
    }

    /// Reads one page of the answer to `/api/models/OWNER/REPO/tree/COMMIT?recursive=1`.
    static func parseTree(_ bytes: [UInt8]) throws(PullError) -> [RemoteFile] {
        guard let entries = try parseJSON(bytes, from: "the hub's list of files").array else {
            throw .badAnswer("the hub's list of files is not a list")
        }
        return entries.compactMap(RemoteFile.init(treeEntry:))
    }

    private static func parseJSON(_ bytes: [UInt8], from what: String) throws(PullError) -> JSON {
        do throws(JSONError) { return try JSON.parse(bytes) } catch {
            throw .badAnswer("\(what) is not JSON: \(error)")
        }
    }
}
