extension Jinja.Methods {
    /// The methods that ask what a text consists of.
    static let classMethods: [String: Method] = [
        "isspace": asking("isspace") { !$0.isEmpty && $0.allSatisfy(\.isPythonSpace) },
        "isalpha": asking("isalpha") { !$0.isEmpty && $0.allSatisfy(\.isPythonLetter) },
        "isalnum": asking("isalnum") { !$0.isEmpty && $0.allSatisfy(\.isPythonAlphanumeric) },
        "isdigit": asking("isdigit") { !$0.isEmpty && $0.allSatisfy(\.isPythonDigit) },
        "isdecimal": asking("isdecimal") { !$0.isEmpty && $0.allSatisfy(\.isPythonDecimal) },
        "isnumeric": asking("isnumeric") { !$0.isEmpty && $0.allSatisfy { $0.properties.numericType != nil } },
        "isascii": asking("isascii") { $0.allSatisfy(\.isASCII) },
        "isprintable": asking("isprintable") { $0.allSatisfy(\.isPythonPrintable) },
        "isidentifier": asking("isidentifier") {
            ($0.first?.isIdentifierStart ?? false) && $0.allSatisfy(\.isIdentifierPart)
        },
        "islower": asking("islower", isLowercase),
        "isupper": asking("isupper", isUppercase),
        "istitle": asking("istitle", isTitlecase),
    ]

    private static func asking(
        _ name: String, _ predicate: @escaping @Sendable (String.UnicodeScalarView) -> Bool
    ) -> Method {
        Method(.native("str.\(name)")) { receiver, _, interpreter throws(TemplateError) in
            let text = receiver.text ?? ""
            try interpreter.meter.scan(text.utf8.count)
            return .bool(predicate(text.unicodeScalars))
        }
    }

    /// Letters, all of them lower case where there are two cases.
    static func isLowercase(_ scalars: String.UnicodeScalarView) -> Bool {
        scalars.contains { $0.properties.isLowercase }
            && !scalars.contains { $0.properties.isUppercase || $0.properties.generalCategory == .titlecaseLetter }
    }

    static func isUppercase(_ scalars: String.UnicodeScalarView) -> Bool {
        scalars.contains { $0.properties.isUppercase }
            && !scalars.contains { $0.properties.isLowercase || $0.properties.generalCategory == .titlecaseLetter }
    }

    /// Upper case only where a run of cased letters starts, and lower case only inside one.
    private static func isTitlecase(_ scalars: String.UnicodeScalarView) -> Bool {
        var isAfterCased = false
        var hasCased = false
        for scalar in scalars {
            let isStart = scalar.properties.isUppercase || scalar.properties.generalCategory == .titlecaseLetter
            guard isStart || scalar.properties.isLowercase else {
                isAfterCased = false
                continue
            }
            if isStart == isAfterCased { return false }
            isAfterCased = true
            hasCased = true
        }
        return hasCased
    }
}
