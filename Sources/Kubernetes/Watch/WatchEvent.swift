import JSON

/// What a watch says.
package enum WatchEvent<Object: KubernetesObject>: Sendable, Equatable {
    /// An object came to be, or into the selection.
    case added(Object)
    case modified(Object)
    /// An object is gone, or out of the selection; this was its last state there.
    case deleted(Object)
    /// Everything up to this revision was said.
    case bookmark(resourceVersion: String)
    /// Something happened to an object that cannot be read.
    case unreadable(resourceVersion: String, reason: String)
    /// The watch is over, and this is why.
    case failed(APIStatus)

    /// - Throws: `.malformed` for a line that is no event.
    package init(line: UnsafeRawBufferPointer) throws(KubernetesError) {
        let json: JSON
        do { json = try JSON.parse(line) } catch { throw .malformed("a line of a watch is no JSON (\(error))") }
        guard let type = json["type"]?.string, let object = json["object"] else {
            throw .malformed("a line of a watch is no event")
        }
        self = Self.event(type, object)
    }

    private static func event(_ type: String, _ json: JSON) -> WatchEvent {
        // A bookmark's object is half empty: nothing but its metadata means anything.
        let version = json["metadata"]?["resourceVersion"]?.string ?? ""
        switch type {
        case "ERROR": return .failed(APIStatus(json))
        case "BOOKMARK": return .bookmark(resourceVersion: version)
        case "ADDED", "MODIFIED", "DELETED":
            do throws(ObjectError) {
                let object = try Object(json)
                return type == "ADDED" ? .added(object) : type == "MODIFIED" ? .modified(object) : .deleted(object)
            } catch { return .unreadable(resourceVersion: version, reason: "\(error)") }
        default:
            return .unreadable(resourceVersion: version, reason: "Unknown type of event '\(Words.excerpt(type))'")
        }
    }

    /// The revision up to which the watch has come with this event; empty when it says none.
    package var resourceVersion: String {
        switch self {
        case .added(let object), .modified(let object), .deleted(let object): object.metadata.resourceVersion
        case .bookmark(let version), .unreadable(let version, _): version
        case .failed: ""
        }
    }
}
