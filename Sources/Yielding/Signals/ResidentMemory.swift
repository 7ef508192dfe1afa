import Glibc

/// What this process has in memory.
package enum ResidentMemory {
    /// Bytes; the second number of proc_pid_statm(5), which counts pages. 0 where the system does not tell.
    package static func bytes() -> Int {
        let words = SmallTextFile.read("/proc/self/statm")?.split(separator: " ") ?? []
        return words.count > 1 ? (Int(words[1]) ?? 0) * sysconf(Int32(_SC_PAGESIZE)) : 0
    }
}
