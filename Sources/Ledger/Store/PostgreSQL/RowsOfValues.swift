/// `VALUES ($1, $2, …)` with many rows in place of one: a statement's own cost, which is more than a row's, is paid once.
enum RowsOfValues {
    /// The most rows of one statement.
    private static let maximum = 64

    /// How many of the rows that are left to give the statement: powers of two, so that few statements are prepared.
    static func number(of left: Int, in sql: String, width: Int) -> Int {
        guard left > 1, width > 0, sql.contains("VALUES \(row(0, width))") else { return 1 }
        return left >= maximum ? maximum : 1 << (Int.bitWidth - 1 - left.leadingZeroBitCount)
    }

    /// The statement for that many rows of arguments, one after the other.
    static func repeated(_ sql: String, width: Int, count: Int) -> String {
        guard count > 1 else { return sql }
        let rows = (0..<count).map { row($0, width) }.joined(separator: ", ")
        return sql.replacing("VALUES \(row(0, width))", with: "VALUES \(rows)", maxReplacements: 1)
    }

    private static func row(_ index: Int, _ width: Int) -> String {
        "(" + (1...width).map { "$\(index * width + $0)" }.joined(separator: ", ") + ")"
    }
}
