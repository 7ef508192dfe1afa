/// Words of a worker for an operator to read.
enum WorkerWords {
    /// The beginning of `text` on one line, without what could drive a terminal.
    ///
    /// - Parameter limit: in Unicode scalars, for one character may hold any number of them.
    static func excerpt(_ text: String, limit: Int = 200) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars.prefix(limit) {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned: result.append(" ")
            default: result.append(scalar)
            }
        }
        return String(result)
    }
}
