import ArgumentParser
import Ledger

/// How texts of the command line become values of the ledger. What is thrown here is shown after the option's name.
enum LedgerArgument {
    /// Longest name of a tenant or a key, in bytes.
    private static let maximumNameBytes = 200
    /// Longest id of a payment, in bytes: an entry's id has room for it and for what is put before it.
    private static let maximumReferenceBytes = 150

    @Sendable static func month(_ text: String) throws -> CalendarMonth {
        guard text.utf8.allSatisfy({ $0 == UInt8(ascii: "-") || (48...57).contains($0) }),
            let month = CalendarMonth(text), month.year >= 1970
        else { throw ValidationError("a month is written as 2026-11.") }
        return month
    }

    @Sendable static func moment(_ text: String) throws -> Int64 {
        guard let ms = UTCTime.ms(text) else {
            throw ValidationError("a moment is written as 2026-11-21 or 2026-11-21T16:30, in UTC.")
        }
        return ms
    }

    /// An amount above zero.
    @Sendable static func amount(_ text: String) throws -> PicoUSD {
        guard let amount = PicoUSD(decimal: text), amount > .zero else {
            throw ValidationError("an amount is plain decimal dollars above 0 with at most 12 decimals, such as 12.50.")
        }
        return amount
    }

    @Sendable static func tenantID(_ text: String) throws -> String { try id(text, "tenant") }
    @Sendable static func poolID(_ text: String) throws -> String { try id(text, "pool") }
    @Sendable static func operatorID(_ text: String) throws -> String { try id(text, "operator") }

    private static func id(_ text: String, _ kind: String) throws -> String {
        guard Tenant.isID(text) else {
            throw ValidationError("the id of a \(kind) is 1 to 64 letters, digits, '-', '_' and '.'.")
        }
        return text
    }

    /// The public part of a key. Whoever pastes a whole key is told without a word of it.
    @Sendable static func keyID(_ text: String) throws -> String {
        if let key = try? APIKey(parsing: text) { return key.id }
        let prefix = KeyRole.allCases.first { text.hasPrefix($0.prefix) }?.prefix
        guard let prefix, text.utf8.count == prefix.utf8.count + 10,
            text.utf8.dropFirst(prefix.utf8.count).allSatisfy(Base32.contains)
        else { throw ValidationError("a key's id is its first 14 characters, such as glt_0123456789.") }
        return text
    }

    @Sendable static func name(_ text: String) throws -> String {
        guard text.utf8.count <= maximumNameBytes, !hasControls(text) else {
            throw ValidationError("a name has at most \(maximumNameBytes) bytes and no control characters.")
        }
        return text
    }

    /// An id that somebody else gave: of a payment, a request or an entry.
    @Sendable static func reference(_ text: String) throws -> String {
        guard (1...maximumReferenceBytes).contains(text.utf8.count), !hasControls(text) else {
            throw ValidationError("an id has 1 to \(maximumReferenceBytes) bytes and no control characters.")
        }
        return text
    }

    @Sendable static func share(_ text: String) throws -> Share {
        guard let share = Share(text) else {
            throw ValidationError("a share is from 0 to 1 and written as 80%, 4/5 or 0.8.")
        }
        return share
    }

    @Sendable static func tier(_ text: String) throws -> ServiceTier {
        guard let tier = ServiceTier(rawValue: text) else {
            throw ValidationError("a tier is \(ServiceTier.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
        return tier
    }

    private static func hasControls(_ text: String) -> Bool {
        text.unicodeScalars.contains { $0.properties.generalCategory == .control }
    }
}

/// A limit as it is set: to a value, or away.
enum LimitSetting<Value: Sendable>: Sendable {
    case unlimited
    case limit(Value)

    /// What stands for no limit.
    static var word: String { "unlimited" }

    var value: Value? {
        switch self {
        case .unlimited: nil
        case .limit(let value): value
        }
    }
}

extension LimitSetting<Int> {
    @Sendable static func count(_ text: String) throws -> LimitSetting {
        if text == word { return .unlimited }
        guard let count = Int(text), Limits.range.contains(count) else {
            throw ValidationError("a limit is a number from 1 to \(Limits.range.upperBound), or '\(word)'.")
        }
        return .limit(count)
    }
}

extension LimitSetting<PicoUSD> {
    /// Zero too: who may spend nothing.
    @Sendable static func amount(_ text: String) throws -> LimitSetting {
        if text == word { return .unlimited }
        guard let amount = PicoUSD(decimal: text), amount >= .zero else {
            throw ValidationError("a limit of money is plain decimal dollars from 0, such as 250.00, or '\(word)'.")
        }
        return .limit(amount)
    }
}

extension LimitSetting<Set<String>> {
    @Sendable static func models(_ text: String) throws -> LimitSetting {
        if text == word { return .unlimited }
        let names = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        guard names.allSatisfy({ (1...PriceVersion.maximumModelBytes).contains($0.utf8.count) && $0.first != " " })
        else { throw ValidationError("models are names with commas and no blanks between them, or '\(word)'.") }
        return .limit(Set(names))
    }
}
