import ArgumentParser
import JSON

/// Rows of cells under named columns, as a table, JSON or CSV.
struct Listing {
    /// Names of members in JSON and of columns in CSV; headings are made from them.
    let columns: [String]
    var rows: [[Cell]]
    /// Columns that are not in the table, which has to fit a screen.
    var hidden: Set<String> = []

    /// Columns that are as wide as they must be, numbers with their ends or points under each other.
    var table: String {
        let shown = columns.indices.filter { !hidden.contains(columns[$0]) }
        let texts = shown.map { column in
            Self.aligned(rows.map { $0[column] }, heading: Self.title(columns[column]).uppercased())
        }
        let lines = TerminalOutput.table((0...rows.count).map { row in texts.map { $0[row] } })
            .split(separator: "\n", omittingEmptySubsequences: false)
        return lines.map { line in
            String(line[..<(line.lastIndex { $0 != " " }.map(line.index(after:)) ?? line.startIndex)])
        }.joined(separator: "\n")
    }

    /// An array of objects.
    var json: JSON {
        .array(rows.map { row in .object(JSONObject(zip(columns, row).map { ($0, $1.json) })) })
    }

    /// RFC 4180 with the columns' names in the first line; lines end like those of other commands here.
    var csv: String {
        let names = columns.map { $0.hasSuffix("_ms") ? String($0.dropLast(3)) : $0 }
        let lines = [names] + rows.map { $0.map(\.csv) }
        return lines.map { $0.map(Self.quoted).joined(separator: ",") + "\n" }.joined()
    }

    /// A member's name for people, who see times as texts: `created_ms` is `created`.
    static func title(_ name: String) -> String {
        name.split(separator: "_").filter { $0 != "ms" }.joined(separator: " ")
    }

    /// A column, its heading first.
    private static func aligned(_ cells: [Cell], heading: String) -> [String] {
        let texts = cells.contains { $0.alignment == .point } ? pointed(cells) : cells.map(\.text)
        guard let alignment = cells.first?.alignment, alignment != .left else { return [heading] + texts }
        let width = (texts + [heading]).map(\.count).max() ?? 0
        return ([heading] + texts).map { String(repeating: " ", count: width - $0.count) + $0 }
    }

    /// Blanks after the shorter fractions.
    private static func pointed(_ cells: [Cell]) -> [String] {
        let fractions = cells.map { cell in
            cell.text.firstIndex(of: ".").map { cell.text.distance(from: $0, to: cell.text.endIndex) } ?? 0
        }
        let width = fractions.max() ?? 0
        return zip(cells, fractions).map { $0.text + String(repeating: " ", count: width - $1) }
    }

    private static func quoted(_ text: String) -> String {
        let special = text.unicodeScalars.contains { ",\"\r\n".unicodeScalars.contains($0) }
        guard special else { return text }
        return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}

/// What is known of one thing, a line each, or a JSON object.
struct Card {
    var members: [(key: String, cell: Cell)]

    init(_ keys: [String], _ cells: [Cell]) { members = zip(keys, cells).map { ($0, $1) } }

    var table: String {
        TerminalOutput.table(
            members.map { [Listing.title($0.key), $0.cell.text] })
    }

    var json: JSON { .object(JSONObject(members.map { ($0.key, $0.cell.json) })) }
}

/// How a list is printed.
struct ListingFlags: ParsableArguments {
    @Flag(help: "Print a JSON array; amounts are strings in USD, times Unix milliseconds.")
    var json = false

    @Flag(name: .customLong("csv"), help: "Print CSV with a line of column names.")
    var csv = false

    func validate() throws {
        guard !json || !csv else { throw ValidationError("Choose one of --json and --csv.") }
    }

    /// - Parameter hint: what to say when there are no rows.
    func print(_ listing: Listing, hint: String) {
        if json {
            TerminalOutput.write(listing.json.serialized() + "\n")
        } else if csv {
            TerminalOutput.write(listing.csv)
        } else if listing.rows.isEmpty {
            TerminalOutput.note(hint)
        } else {
            TerminalOutput.write(listing.table)
        }
    }
}

/// How one thing is printed.
struct CardFlags: ParsableArguments {
    @Flag(help: "Print a JSON object; amounts are strings in USD, times Unix milliseconds.")
    var json = false

    /// The remark goes to standard error, and only with the table.
    func print(_ card: Card, remark: String? = nil) {
        TerminalOutput.write(json ? card.json.serialized() + "\n" : card.table)
        if let remark, !json { TerminalOutput.note(remark) }
    }
}
