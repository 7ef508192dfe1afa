import Foundation

/// What people type.
enum TerminalInput {
    static var isTerminal: Bool { isatty(STDIN_FILENO) == 1 }

    /// Everything on standard input, when it is a pipe or a file that holds something.
    static func pipedText() -> String? {
        guard !isTerminal, let data = try? FileHandle.standardInput.readToEnd() else { return nil }
        let text = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .newlines)
        return text.isEmpty ? nil : text
    }

    /// A line, or nil at the end of input.
    static func line(prompt: String) -> String? {
        TerminalOutput.write(prompt)
        return readLine()
    }
}

/// What people read: answers on standard output, remarks on standard error.
enum TerminalOutput {
    @Sendable static func write(_ text: String) {
        try? FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
    }

    /// Words of a model, which come from a stranger: on a terminal without the characters that could drive it
    /// (they move the cursor, set the title, fill the clipboard), to a pipe or a file as they are.
    @Sendable static func writeHarmless(_ text: String) {
        guard isatty(STDOUT_FILENO) == 1 else { return write(text) }
        let kept = text.unicodeScalars.filter { scalar in
            scalar.properties.generalCategory != .control || scalar == "\n" || scalar == "\t"
        }
        write(String(String.UnicodeScalarView(kept)))
    }

    @Sendable static func note(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data((text + "\n").utf8))
    }
}
