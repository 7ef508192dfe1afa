import Foundation
import JSON

extension Cell {
    /// So many digits after the point, for people; all of them in JSON.
    static func decimal(_ number: Double?, _ digits: Int) -> Cell {
        let text = number.map { String(format: "%.\(digits)f", $0) }
        return Cell(
            text: text ?? "-", csv: text ?? "", json: number.map { .double($0) } ?? .null, alignment: .right)
    }

    /// Seconds as milliseconds, for people; seconds in JSON.
    static func milliseconds(_ seconds: Double) -> Cell {
        let text = String(format: seconds < 0.1 ? "%.2f" : "%.0f", seconds * 1000)
        return Cell(text: text, csv: "\(seconds)", json: .double(seconds), alignment: .right)
    }

    /// A part of the whole in percent, for people; the part itself in JSON.
    static func percent(_ part: Double) -> Cell {
        Cell(text: String(format: "%.1f", part * 100), csv: "\(part)", json: .double(part), alignment: .right)
    }
}
