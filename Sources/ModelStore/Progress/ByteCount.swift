/// A number of bytes as people read it: decimal units, as disks and networks are sold.
package struct ByteCount: CustomStringConvertible, Sendable {
    private let bytes: Int

    package init(_ bytes: Int) { self.bytes = bytes }

    /// "0 B", "999 B", "1.0 kB", "398.2 MB", "1.5 TB".
    package var description: String {
        let units = ["kB", "MB", "GB", "TB", "PB", "EB"]
        guard bytes.magnitude >= 1000 else { return "\(bytes) B" }
        var tenths = (bytes.magnitude + 50) / 100
        var unit = 0
        while tenths >= 10_000 && unit < units.count - 1 {
            tenths = (tenths + 500) / 1000
            unit += 1
        }
        return "\(bytes < 0 ? "-" : "")\(tenths / 10).\(tenths % 10) \(units[unit])"
    }
}
