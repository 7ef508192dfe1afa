import FoundationEssentials
import Yams

/// The settings of a YAML file: one map of options to values.
package struct ConfigurationFile: Sendable, Equatable {
    package struct Entry: Sendable, Equatable {
        package let key: String
        package let value: String
        /// From 1.
        package let line: Int
    }

    package let path: String
    package let entries: [Entry]

    /// A file that is larger is no configuration.
    private static let maximumBytes = 1 << 20

    /// The file that a flag names, or else `GLEANER_CONFIG`; nil when neither does.
    ///
    /// - Throws: `OptionError`.
    package static func named(
        _ flag: String?, environment: [String: String]
    ) throws(OptionError) -> ConfigurationFile? {
        let path = flag ?? environment["GLEANER_CONFIG"].flatMap { $0.isEmpty ? nil : $0 }
        return try path.map { path throws(OptionError) in try read(path) }
    }

    /// - Throws: `OptionError`.
    package static func read(_ path: String) throws(OptionError) -> ConfigurationFile {
        let data: Data
        do { data = try Data(contentsOf: URL(filePath: path)) } catch {
            throw .unreadableFile(path: path, reason: "there is no such file, or it may not be read")
        }
        guard data.count <= maximumBytes else {
            throw .unreadableFile(path: path, reason: "it is larger than \(MemorySize.text(maximumBytes))")
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw .unreadableFile(path: path, reason: "it is not UTF-8 text")
        }
        return try parse(text, path: path)
    }

    /// - Throws: `OptionError` that names the line.
    package static func parse(_ text: String, path: String) throws(OptionError) -> ConfigurationFile {
        guard let root = try compose(text, path: path), root.null == nil else {
            return ConfigurationFile(path: path, entries: [])
        }
        guard case .mapping(let mapping) = root else {
            let reason = "the file must hold lines of 'option: value'"
            throw .malformedFile(path: path, line: root.mark?.line, reason: reason)
        }
        var entries: [Entry] = []
        for (key, value) in mapping { entries.append(try entry(key, value, after: entries, path: path)) }
        return ConfigurationFile(path: path, entries: entries)
    }

    private static func compose(_ text: String, path: String) throws(OptionError) -> Node? {
        do {
            var sequence = try Yams.compose_all(yaml: text)
            var documents: [Node] = []
            while let document = sequence.next() { documents.append(document) }
            if let error = sequence.error { throw error }
            if documents.count <= 1 { return documents.first }
        } catch {
            throw malformed(error, path: path)
        }
        throw .malformedFile(path: path, line: nil, reason: "the file holds several documents; keep one")
    }

    private static func malformed(_ error: any Error, path: String) -> OptionError {
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            .malformedFile(path: path, line: mark.line, reason: "this is not YAML (\(problem))")
        case .duplicatedKeysInMapping(let duplicates, let context):
            .malformedFile(
                path: path, line: context.mark.line,
                reason: "'\(duplicates.joined(separator: "', '"))' is set more than once")
        default: .malformedFile(path: path, line: nil, reason: "this is not YAML (\(error))")
        }
    }

    private static func entry(
        _ key: Node, _ value: Node, after entries: [Entry], path: String
    ) throws(OptionError) -> Entry {
        let line = key.mark?.line ?? value.mark?.line ?? 0
        guard let name = key.scalar?.string else {
            throw .malformedFile(path: path, line: line, reason: "a key must be the name of an option")
        }
        if let first = entries.first(where: { $0.key == name }) {
            throw .repeatedKey(name, path: path, line: line, first: first.line)
        }
        guard let scalar = value.scalar, value.null == nil else {
            throw .notAValue(key: name, path: path, line: line)
        }
        return Entry(key: name, value: scalar.string, line: line)
    }
}
