import Glibc

/// Reads the machine's processor counters: `/proc/stat`, `/proc/pressure/cpu`, and this process's own time.
package struct ProcessorReader: Sendable {
    private let statistics: String
    private let pressure: String
    private static let ticksPerSecond = Double(max(1, sysconf(Int32(_SC_CLK_TCK))))

    /// - Parameters: the files; tests have their own.
    package init(statistics: String = "/proc/stat", pressure: String = "/proc/pressure/cpu") {
        self.statistics = statistics
        self.pressure = pressure
    }

    /// Whether the system counts the time in which threads wait.
    package var knowsPressure: Bool { stalledSeconds() != nil }

    /// Nil where the system tells nothing.
    package func sample() -> ProcessorSample? {
        guard let text = SmallTextFile.read(statistics), let total = Self.total(text) else { return nil }
        return ProcessorSample(
            time: Self.seconds(CLOCK_MONOTONIC), cores: total.cores, busySeconds: total.busy,
            idleSeconds: total.idle, ownSeconds: Self.ownSeconds(), stalledSeconds: stalledSeconds())
    }

    private func stalledSeconds() -> Double? { SmallTextFile.read(pressure).flatMap(Self.stalled) }

    /// The first line of proc_stat(5): user, nice, system, idle, iowait, irq, softirq, steal, guest, … Guests are counted
    /// as user too, and what a hypervisor steals is nobody's of this machine.
    static func total(_ text: String) -> (cores: Int, busy: Double, idle: Double)? {
        let lines = text.split(separator: "\n").prefix { $0.hasPrefix("cpu") }
        guard let words = lines.first?.split(separator: " "), words.first == "cpu" else { return nil }
        let ticks = words.dropFirst().compactMap { Double($0) }
        guard ticks.count >= 7, lines.count > 1 else { return nil }
        let busy = ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6]
        return (lines.count - 1, busy / ticksPerSecond, (ticks[3] + ticks[4]) / ticksPerSecond)
    }

    /// The total of the line `some`, which is in microseconds.
    static func stalled(_ text: String) -> Double? {
        let line = text.split(separator: "\n").first { $0.hasPrefix("some ") }
        let field = line?.split(separator: " ").first { $0.hasPrefix("total=") }
        return field.flatMap { Double($0.dropFirst("total=".count)) }.map { $0 * 1e-6 }
    }

    private static func ownSeconds() -> Double {
        var usage = rusage()
        getrusage(RUSAGE_CHILDREN.rawValue, &usage)
        let children =
            Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
            + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6
        return seconds(CLOCK_PROCESS_CPUTIME_ID) + children
    }

    private static func seconds(_ clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}

/// The beginning of a file of the kernel's, which must be read at once.
enum SmallTextFile {
    private static let maximumBytes = 64 << 10

    static func read(_ path: String) -> String? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        return withUnsafeTemporaryAllocation(byteCount: maximumBytes, alignment: 1) { buffer in
            var count = 0
            // A pressure file of a kernel without the feature opens, and cannot be read.
            while count < buffer.count {
                let more = Glibc.read(file, buffer.baseAddress.map { $0 + count }, buffer.count - count)
                if more < 0, errno == EINTR { continue }
                guard more > 0 else { break }
                count += more
            }
            return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
        }
    }
}
