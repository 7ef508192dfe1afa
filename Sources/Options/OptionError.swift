/// Where a value comes from.
package enum OptionSource: Sendable, Equatable {
    case flag
    case environment
    /// `line` counts from 1.
    case file(path: String, line: Int)
}

/// What is wrong with how a command was set up.
package enum OptionError: Error, Equatable, Sendable {
    case invalid(name: String, value: String, source: OptionSource, rule: String)
    /// A key of the file that no option has; `suggestion` is the nearest that there is.
    case unknownKey(String, path: String, line: Int, suggestion: String?)
    case repeatedKey(String, path: String, line: Int, first: Int)
    /// The value of a key is a list or a map.
    case notAValue(key: String, path: String, line: Int)
    case missing(name: String)
    case malformedFile(path: String, line: Int?, reason: String)
    case unreadableFile(path: String, reason: String)
}

extension OptionError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .invalid(let name, let value, let source, let rule):
            "\(Self.subject(name, source)) is '\(value)': it must be \(rule)"
        case .unknownKey(let key, let path, let line, let suggestion):
            "\(path), line \(line): there is no option '\(key)'"
                + (suggestion.map { "; did you mean '\($0)'?" } ?? "; docs/configuration.md lists them all")
        case .repeatedKey(let key, let path, let line, let first):
            "\(path), line \(line): '\(key)' is set a second time; the first is in line \(first)"
        case .notAValue(let key, let path, let line):
            "\(path), line \(line): '\(key)' must be followed by one value on the same line"
        case .missing(let name): Self.missingMessage(name)
        case .malformedFile(let path, let line, let reason):
            "\(path)\(line.map { ", line \($0)" } ?? ""): \(reason)"
        case .unreadableFile(let path, let reason): "Cannot read the configuration file '\(path)': \(reason)"
        }
    }

    private static func subject(_ name: String, _ source: OptionSource) -> String {
        let option = ServerOption.named(name)
        return switch source {
        case .flag: option?.flag ?? name
        case .environment: option?.variable ?? name
        case .file(let path, let line): "\(path), line \(line): \(name)"
        }
    }

    private static func missingMessage(_ name: String) -> String {
        let option = ServerOption.named(name)
        let variable = option?.variable ?? name
        return
            "'\(name)' is missing: name it on the command line, in \(variable) or as '\(name)' in the configuration file"
    }
}
