package import JSON

/// What the store knows about one model: written once when a pull ends, never edited.
package struct Manifest: Equatable, Sendable {
    package struct File: Equatable, Sendable {
        /// Name inside the folder of the commit.
        package let name: String
        /// Bytes.
        package let size: Int
        package let digest: SHA256Hex

        package init(name: String, size: Int, digest: SHA256Hex) {
            self.name = name
            self.size = size
            self.digest = digest
        }
    }

    package let name: ModelName
    package let format: ModelFormat
    /// Address of the server that it came from.
    package let endpoint: String
    /// The commit of the repository that the files are from; also the name of their folder.
    package let commit: String
    /// When the pull ended, in seconds since 1970.
    package let pulledAt: Int
    package let files: [File]

    package init(
        name: ModelName, format: ModelFormat, endpoint: String, commit: String, pulledAt: Int, files: [File]
    ) {
        self.name = name
        self.format = format
        self.endpoint = endpoint
        self.commit = commit
        self.pulledAt = pulledAt
        self.files = files
    }

    static let fileName = "manifest.json"
    /// A manifest that is larger was not written by us.
    static let maximumBytes = 16 << 20

    /// Bytes of all files.
    package var size: Int { files.reduce(0) { $0.addingReportingOverflow($1.size).partialValue } }
}

package enum ModelFormat: String, Sendable {
    case gguf
    case safetensors
}

extension Manifest {
    /// The form on disk, and what `show --json` prints of it.
    package var json: JSON {
        .object(
            JSONObject([
                ("name", .string(name.description)),
                ("format", .string(format.rawValue)),
                ("endpoint", .string(endpoint)),
                ("commit", .string(commit)),
                ("pulledAt", .int(pulledAt)),
                ("files", .array(files.map(\.json))),
            ]))
    }

    /// Reads a manifest found under `name`. Other programs can write there, so every field is checked.
    package static func read(_ bytes: [UInt8], name: ModelName) throws(StoreError) -> Manifest {
        func damaged(_ reason: String) -> StoreError { .damaged(name: name.description, reason: reason) }
        let json: JSON
        do throws(JSONError) { json = try JSON.parse(bytes) } catch { throw damaged("\(fileName): \(error)") }
        guard json["name"]?.string == name.description else { throw damaged("\(fileName) names another model") }
        guard let format = json["format"]?.string.flatMap(ModelFormat.init(rawValue:)),
            let endpoint = json["endpoint"]?.string, let pulledAt = json["pulledAt"]?.int,
            let commit = json["commit"]?.string, NameRule.broken(by: commit) == nil,
            let list = json["files"]?.array
        else { throw damaged("\(fileName) lacks a field") }
        let files = list.compactMap(File.init(json:))
        guard !files.isEmpty, files.count == list.count else { throw damaged("\(fileName) has a bad list of files") }
        return Manifest(
            name: name, format: format, endpoint: endpoint, commit: commit, pulledAt: pulledAt, files: files)
    }
}

extension Manifest.File {
    fileprivate var json: JSON {
        .object(JSONObject([("name", .string(name)), ("size", .int(size)), ("sha256", .string(digest.description))]))
    }

    fileprivate init?(json: JSON) {
        guard let name = json["name"]?.string, NameRule.broken(by: name) == nil,
            let size = json["size"]?.int, size >= 0,
            let digest = json["sha256"]?.string.flatMap(SHA256Hex.init)
        else { return nil }
        self.init(name: name, size: size, digest: digest)
    }
}
