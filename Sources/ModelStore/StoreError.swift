import Glibc

/// Why the store could not do what it was asked.
package enum StoreError: Error, Equatable, Sendable {
    /// A name that cannot be one; `rule` says what it breaks.
    case invalidName(String, rule: String)
    /// Nothing in the store and nothing on disk under this name; `suggestions` are the nearest names there are.
    case notFound(String, suggestions: [String])
    /// A short form that stands for several models.
    case ambiguous(String, candidates: [String])
    case noSuchPath(String)
    /// Something is there, but no model.
    case notAModel(path: String, reason: String)
    /// A stored model whose manifest cannot be read.
    case damaged(name: String, reason: String)
    /// A system call failed. `action` is the verb of the message.
    case disk(action: String, path: String, code: Int32)
    case diskFull(path: String, needed: Int, free: Int)
    /// Another process is pulling, so unfinished downloads cannot be told from abandoned ones.
    case pullsRunning

    static func disk(_ action: String, path: String, code: Int32) -> StoreError {
        .disk(action: action, path: path, code: code)
    }
}

extension StoreError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .invalidName(let name, let rule): "'\(name)' is not a model name: \(rule)"
        case .notFound(let name, let suggestions): Self.notFoundMessage(name, suggestions)
        case .ambiguous(let name, let candidates):
            "'\(name)' stands for several models: give one of \(candidates.joined(separator: ", "))"
        case .noSuchPath(let path): "There is no file or folder at '\(path)'"
        case .notAModel(let path, let reason): "'\(path)' is not a model: \(reason)"
        case .damaged(let name, let reason): "The stored model '\(name)' is damaged (\(reason)): pull it again"
        case .disk(let action, let path, let code) where code == ENOSPC || code == EDQUOT:
            "Cannot \(action) '\(path)': the disk is full; make room and try again"
        case .disk(let action, let path, let code): "Cannot \(action) '\(path)': \(String(cString: strerror(code)))"
        case .diskFull(let path, let needed, let free):
            "Not enough room at '\(path)': \(ByteCount(needed)) to download and \(ByteCount(free)) free; "
                + "make room, or set GLEANER_HOME to a larger disk"
        case .pullsRunning: "A pull is running: let it finish or stop it first"
        }
    }

    private static func notFoundMessage(_ name: String, _ suggestions: [String]) -> String {
        let start = "There is no model '\(name)' in the store and no such file"
        if !suggestions.isEmpty { return start + ": did you mean \(suggestions.joined(separator: " or "))?" }
        return start + ": `gleaner list` shows what there is, `gleaner pull OWNER/REPO` fetches more"
    }
}
