/// Where things lie under GLEANER_HOME.
///
///     models/OWNER/REPO/TAG/   a model: manifest.json, and a folder named after the commit with the files
///     blobs/sha256-…           each file once; a model's file is another name (hard link) of its blob
///     downloads/….part         what has arrived of files that are not complete
///     lock                     held by whoever changes `models` or removes blobs
///     pulling                  held, shared, by every running pull
///
/// The link count of a blob says how many models use it, so there is no index that a crash could leave wrong.
package struct StorePlaces: Sendable {
    package let home: String

    package init(home: String) { self.home = home }

    package var models: String { home + "/models" }
    package var blobs: String { home + "/blobs" }
    package var downloads: String { home + "/downloads" }
    var lock: String { home + "/lock" }
    var pulling: String { home + "/pulling" }

    package func model(_ name: ModelName) -> String { "\(models)/\(name.owner)/\(name.repository)/\(name.tag)" }
    package func manifest(_ name: ModelName) -> String { model(name) + "/" + Manifest.fileName }
    func files(of manifest: Manifest) -> String { model(manifest.name) + "/" + manifest.commit }
    func blob(_ digest: SHA256Hex) -> String { "\(blobs)/sha256-\(digest)" }

    /// `GLEANER_HOME`, or `.gleaner` in the home folder.
    ///
    /// - Throws: `StoreError.invalidName` when neither is set.
    package static func fromEnvironment(_ environment: [String: String]) throws(StoreError) -> StorePlaces {
        if let home = environment["GLEANER_HOME"], !home.isEmpty {
            return StorePlaces(home: expandTilde(home, environment: environment))
        }
        guard let home = environment["HOME"], !home.isEmpty else {
            throw .invalidName("", rule: "neither GLEANER_HOME nor HOME is set; set GLEANER_HOME to a folder")
        }
        return StorePlaces(home: home + "/.gleaner")
    }
}

/// `~/x` as a shell would read it: configuration files and quoted arguments come without a shell.
package func expandTilde(_ path: String, environment: [String: String]) -> String {
    guard path == "~" || path.hasPrefix("~/"), let home = environment["HOME"], !home.isEmpty else { return path }
    return home + path.dropFirst()
}
