/// Why a text is not JSON: what was wrong and at which byte (from 0).
package struct JSONError: Error, Equatable, CustomStringConvertible {
    package let reason: String
    package let byte: Int

    package init(_ reason: String, byte: Int) {
        self.reason = reason
        self.byte = byte
    }

    package var description: String { "\(reason) at byte \(byte)" }
}
