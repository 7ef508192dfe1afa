/// What device monitoring (DCGM, NVML) says of a node's accelerators, where there is any: it only vetoes and reports,
/// for what it calls unused may be somebody's.
package struct HealthReport: Sendable, Hashable {
    /// The last critical error code of the driver.
    package var xid: Int?
    package var uncorrectableErrors: Int
    package var maximumCelsius: Int?
    /// Processes on an accelerator that no pod asked for.
    package var numForeignProcesses: Int

    package init(
        xid: Int? = nil, uncorrectableErrors: Int = 0, maximumCelsius: Int? = nil, numForeignProcesses: Int = 0
    ) {
        self.xid = xid
        self.uncorrectableErrors = uncorrectableErrors
        self.maximumCelsius = maximumCelsius
        self.numForeignProcesses = numForeignProcesses
    }

    /// Above it an accelerator is not given more work.
    package static let hottestCelsius = 85

    /// Why nothing is started here; Kubernetes does not let us choose among a node's accelerators, so one vetoes all.
    package var veto: String? {
        if let xid { return "the driver reports Xid \(xid)" }
        if uncorrectableErrors > 0 { return "\(uncorrectableErrors) uncorrectable memory errors are reported" }
        if numForeignProcesses > 0 { return "\(numForeignProcesses) processes of no pod use an accelerator" }
        if let maximumCelsius, maximumCelsius > Self.hottestCelsius {
            return "an accelerator is at \(maximumCelsius) °C"
        }
        return nil
    }
}
