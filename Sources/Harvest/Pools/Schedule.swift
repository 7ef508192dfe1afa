/// When a pool may be used: always, or inside any of its windows.
package struct Schedule: Sendable, Hashable {
    package var windows: [TimeWindow]
    package var zone: TimeZoneOffset

    package init(windows: [TimeWindow] = [], zone: TimeZoneOffset = .utc) {
        self.windows = windows
        self.zone = zone
    }

    package func isOpen(atMs ms: Int64) -> Bool {
        windows.isEmpty || isOpen(LocalMinute(ms: ms, offsetSeconds: zone.seconds(atMs: ms)))
    }

    private func isOpen(_ local: LocalMinute) -> Bool { windows.contains { $0.contains(local) } }

    /// How long it stays open from `ms` on, at most `horizonMs`; 0 when it is closed.
    ///
    /// Looks at every minute, because a change of the clocks can close a window at any of them; offsets change only at
    /// quarters of an hour, so they are asked for once in each.
    package func openForMs(atMs ms: Int64, horizonMs: Int64) -> Int64 {
        guard isOpen(atMs: ms) else { return 0 }
        guard !windows.isEmpty else { return horizonMs }
        var (minute, quarter, offset) = (ms - ms % 60_000 + 60_000, Int64.min, Int64(0))
        while minute < ms + horizonMs {
            if minute / 900_000 != quarter {
                (quarter, offset) = (minute / 900_000, zone.seconds(atMs: minute))
            }
            if !isOpen(LocalMinute(ms: minute, offsetSeconds: offset)) { return minute - ms }
            minute += 60_000
        }
        return horizonMs
    }

    package func hourOfWeek(atMs ms: Int64) -> Int {
        LocalMinute(ms: ms, offsetSeconds: zone.seconds(atMs: ms)).hourOfWeek
    }
}
