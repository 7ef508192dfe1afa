import JSON
import Ledger

/// One value in each of the forms in which it is printed.
struct Cell {
    enum Alignment {
        case left
        case right
        /// Decimal points stand under each other.
        case point
    }

    /// For people.
    let text: String
    /// For spreadsheets; nothing where people see a dash.
    let csv: String
    let json: JSON
    var alignment = Alignment.left

    /// What stands where there is nothing.
    private static let nothing = "-"

    static func text(_ text: String?) -> Cell {
        Cell(text: shown(text ?? nothing), csv: text.map(inert) ?? "", json: text.map { .string($0) } ?? .null)
    }

    static func count(_ count: Int) -> Cell {
        Cell(text: "\(count)", csv: "\(count)", json: .int(count), alignment: .right)
    }

    static func number(_ number: Int64?) -> Cell {
        let text = number.map { "\($0)" }
        return Cell(
            text: text ?? nothing, csv: text ?? "", json: number.map { .int(Int($0)) } ?? .null, alignment: .right)
    }

    /// Exact dollars: a string in JSON, because many readers of JSON numbers round them.
    /// - Parameter missing: what nil means.
    static func money(_ amount: PicoUSD?, missing: String = nothing) -> Cell {
        let text = amount?.description
        return Cell(
            text: text ?? missing, csv: text ?? (missing == nothing ? "" : missing),
            json: text.map { .string($0) } ?? .null, alignment: .point)
    }

    /// Unix milliseconds in JSON, ISO 8601 in UTC elsewhere.
    static func time(_ ms: Int64?) -> Cell {
        let text = ms.map(UTCTime.text)
        return Cell(text: text ?? nothing, csv: text ?? "", json: ms.map { .int(Int($0)) } ?? .null)
    }

    /// What is yes or no in JSON and a word elsewhere.
    static func flag(_ flag: Bool, _ yes: String, _ no: String) -> Cell {
        Cell(text: flag ? yes : no, csv: flag ? yes : no, json: .bool(flag))
    }

    static func limits(_ limits: Limits) -> Cell {
        let members = limits.json.object?.map { key, value in
            "\(key.split(separator: "_").joined(separator: "-")) \(value.string ?? value.serialized())"
        }
        let text = members?.joined(separator: ", ") ?? ""
        return Cell(text: text.isEmpty ? nothing : shown(text), csv: text, json: limits.json)
    }

    /// What a spreadsheet would take for a formula is kept from being one by an apostrophe.
    private static func inert(_ text: String) -> String {
        text.first.map { "=+-@\t\r".contains($0) } ?? false ? "'" + text : text
    }

    /// Names come from people and models from strangers: what could drive a terminal is not shown.
    private static func shown(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { $0.properties.generalCategory == .control ? "\u{FFFD}" : $0 }))
    }
}
