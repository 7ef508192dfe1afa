import FoundationEssentials

/// How many threads may usefully compute here.
package enum ProcessorCount {
    /// Processors that this process may use: its affinity, without efficiency cores, within its control group's quota.
    package static func performance() -> Int {
        let prefix = "Cpus_allowed_list:"
        let allowed = lines("/proc/self/status").first { $0.hasPrefix(prefix) }?.dropFirst(prefix.count)
        return count(
            allowed: processors(inList: allowed.map { $0.filter { $0 != "\t" } } ?? "0"),
            performanceList: lines("/sys/devices/cpu_core/cpus").first,
            quota: lines("/sys/fs/cgroup/cpu.max").first)
    }

    /// - Parameters:
    ///   - allowed: processors that the scheduler may put us on.
    ///   - performanceList: Linux's list of performance cores on a hybrid processor, such as `0-7,16`.
    ///   - quota: the control group's `cpu.max`, such as `200000 100000` for two processors' worth, or `max 100000`.
    package static func count(allowed: Set<Int>, performanceList: String?, quota: String?) -> Int {
        let performance = performanceList.map { allowed.intersection(processors(inList: $0)) } ?? []
        let usable = performance.isEmpty ? allowed.count : performance.count
        let numbers = (quota ?? "").split(separator: " ").map { Double($0) }
        guard numbers.count == 2, let time = numbers[0], let period = numbers[1], period > 0, time > 0 else {
            return max(usable, 1)
        }
        return max(min(usable, Int(min((time / period).rounded(.up), 4096))), 1)
    }

    private static func processors(inList list: String) -> Set<Int> {
        var found: Set<Int> = []
        for range in list.split(separator: ",") {
            let ends = range.split(separator: "-").compactMap { Int($0) }
            guard let first = ends.first, let last = ends.last, (0...last).contains(first), last < 4096 else {
                continue
            }
            found.formUnion(first...last)
        }
        return found
    }

    /// Lines of a small file of the kernel's; none when there is no such file.
    private static func lines(_ path: String) -> [String] {
        guard let data = try? Data(contentsOf: URL(filePath: path)) else { return [] }
        return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}
