import Foundation

/// What a command is fed.
enum StandardInput {
    /// All bytes until the end of input.
    static func bytes() throws -> [UInt8] { Array(try FileHandle.standardInput.readToEnd() ?? Data()) }

    /// All of it as text.
    ///
    /// - Throws: when it is not UTF-8: guessing at an encoding would give other tokens than were meant.
    static func text() throws -> String {
        guard let text = String(validating: try bytes(), as: UTF8.self) else {
            throw CommandFailure("Standard input is not UTF-8 text: convert it first, for instance with iconv")
        }
        return text
    }
}

/// A failure that only a command can have, in the words that are shown.
struct CommandFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
