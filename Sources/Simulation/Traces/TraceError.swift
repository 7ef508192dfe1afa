/// Why a trace cannot be read.
package struct TraceError: Error, Equatable, CustomStringConvertible {
    package var path: String
    /// From 1; nil: the file itself.
    package var line: Int?
    package var reason: String

    package var description: String { "\(path)\(line.map { ", line \($0)" } ?? ""): \(reason)." }
}
