/// What the machine's counters said at one moment. All but `time` count since the machine or the process started.
package struct ProcessorSample: Sendable, Equatable {
    /// Seconds of a steady clock.
    package var time: Double
    package var cores: Int
    /// Seconds that all cores together spent working.
    package var busySeconds: Double
    /// Seconds that all cores together had nothing to do.
    package var idleSeconds: Double
    /// Seconds of work for this process and the children that it waited for.
    package var ownSeconds: Double
    /// Seconds in which at least one thread of the machine waited for a core (pressure stall information); nil where
    /// the system does not count them.
    package var stalledSeconds: Double?

    package init(
        time: Double, cores: Int, busySeconds: Double, idleSeconds: Double, ownSeconds: Double, stalledSeconds: Double?
    ) {
        self.time = time
        self.cores = cores
        self.busySeconds = busySeconds
        self.idleSeconds = idleSeconds
        self.ownSeconds = ownSeconds
        self.stalledSeconds = stalledSeconds
    }
}

/// Who used the processor between two moments.
package struct ProcessorShare: Sendable, Equatable {
    package var cores: Int
    /// Cores' worth of work for processes that are not ours.
    package var othersCores: Double
    /// Part of the time in which some thread, ours or not, waited for a core: 0...1.
    package var pressure: Double

    package init(cores: Int, othersCores: Double, pressure: Double) {
        self.cores = cores
        self.othersCores = othersCores
        self.pressure = pressure
    }

    /// Nil when too little time has passed to say anything: the system counts in hundredths of a second.
    package init?(from first: ProcessorSample, to last: ProcessorSample) {
        let seconds = last.time - first.time
        guard seconds >= 0.1, last.cores > 0 else { return nil }
        // Counters of different makes: they can disagree a little, and idle time has been seen to go backwards.
        let busy = max(0, last.busySeconds - first.busySeconds)
        let idle = max(0, last.idleSeconds - first.idleSeconds)
        let own = max(0, last.ownSeconds - first.ownSeconds)
        cores = last.cores
        othersCores = min(max(0, busy - own) / seconds, Double(last.cores))
        if let before = first.stalledSeconds, let after = last.stalledSeconds {
            pressure = min(max(0, (after - before) / seconds), 1)
        } else {
            // Without the system's word somebody may wait when nothing is left.
            pressure = idle / seconds < 0.1 * Double(last.cores) ? 1 : 0
        }
    }
}
