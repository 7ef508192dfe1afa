import JSON

/// Words of a server for a person to read.
enum ErrorText {
    private static let maximumCharacters = 200

    /// The message of an error body: OpenAI's form, or one of those that other servers use.
    static func message(in json: JSON) -> String? {
        let places = [json["error"]?["message"], json["error"], json["message"], json["detail"]]
        return places.lazy.compactMap { $0?.string }.first.map(printable)
    }

    /// The message of an answer's body; its beginning when it is in no known form.
    static func message(ofBody bytes: [UInt8]) -> String {
        if let json = try? JSON.parse(bytes), let message = message(in: json) { return message }
        return printable(String(decoding: bytes, as: UTF8.self))
    }

    /// `text` on one line, at most 200 characters long, without what could drive a terminal.
    static func printable(_ text: String) -> String {
        // A grapheme may have any number of scalars, so these are what is counted.
        let start = text.unicodeScalars.prefix(maximumCharacters)
        var result = String.UnicodeScalarView()
        for scalar in start {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned: result.append(" ")
            default: result.append(scalar)
            }
        }
        return String(result)
    }
}
