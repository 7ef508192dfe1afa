import Glibc

/// Finds processes on the accelerator that are neither this one nor its descendants.
package struct AcceleratorWatch: Sendable {
    private let library: NVML
    private let own: Int32
    private let parent: @Sendable (Int32) -> Int32?

    /// - Parameter parent: of a process; nil for one that has gone.
    package init(
        _ library: NVML, own: Int32 = getpid(), parent: @escaping @Sendable (Int32) -> Int32? = Self.parent
    ) {
        self.library = library
        self.own = own
        self.parent = parent
    }

    /// What to say of the strangers; nil when there are none, or the driver does not say. Blocks for milliseconds.
    package func look() -> String? {
        let strangers = (library.computingProcesses() ?? []).filter { !isOurs($0) }.sorted()
        guard let first = strangers.first else { return nil }
        if strangers.count == 1 { return "process \(first) uses an accelerator" }
        return "process \(first) and \(strangers.count - 1) more use an accelerator"
    }

    private func isOurs(_ process: Int32) -> Bool {
        var process = process
        // Ancestors are few; a table that changes while it is read could go round in circles.
        for _ in 0..<64 {
            if process == own { return true }
            guard let next = parent(process), next > 0 else { return false }
            process = next
        }
        return false
    }

    /// The fourth field of proc_pid_stat(5); the second is a name in parentheses that can hold anything.
    package static func parent(of process: Int32) -> Int32? {
        guard let text = SmallTextFile.read("/proc/\(process)/stat"), let end = text.lastIndex(of: ")") else {
            return nil
        }
        let words = text[end...].split(separator: " ")
        return words.count > 2 ? Int32(words[2]) : nil
    }
}
