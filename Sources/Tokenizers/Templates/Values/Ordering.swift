extension Jinja {
    enum Order { case less, equal, greater }

    /// The order of two numbers, exact also between integers and floats; nil for what is no number, and NaN.
    static func compareNumbers(_ left: Value, _ right: Value) -> Order? {
        if let left = left.integer, let right = right.integer {
            return left < right ? .less : (left == right ? .equal : .greater)
        }
        if let left = left.integer, case .float(let right) = right { return compare(left, right) }
        if case .float(let left) = left, let right = right.integer { return compare(right, left)?.reversed }
        guard let left = left.float, let right = right.float, !left.isNaN, !right.isNaN else { return nil }
        return left < right ? .less : (left == right ? .equal : .greater)
    }

    private static func compare(_ left: Int, _ right: Double) -> Order? {
        if right.isNaN { return nil }
        if right >= 0x1p63 { return .less }
        if right < -0x1p63 { return .greater }
        let whole = Int(right.rounded(.towardZero))
        if left != whole { return left < whole ? .less : .greater }
        let fraction = right - right.rounded(.towardZero)
        return fraction > 0 ? .less : (fraction == 0 ? .equal : .greater)
    }

    /// `left < right` and its kin.
    ///
    /// - Throws: for values that have no order, as a text and a number.
    static func compare(
        _ left: Value, _ relation: Relation, _ right: Value, _ meter: Meter
    ) throws(TemplateError) -> Bool {
        if let error = left.undefinedError ?? right.undefinedError { throw error }
        try meter.step()
        switch (left, right) {
        case (.list(let left), .list(let right)):
            return try compare(left.items, relation, right.items, meter)
        case (.tuple(let left), .tuple(let right)):
            return try compare(left.items, relation, right.items, meter)
        default: break
        }
        if let left = left.text, let right = right.text {
            try meter.scan(min(left.utf8.count, right.utf8.count))
            return relation.holds(left.isSameText(as: right) ? .equal : (left.precedesText(right) ? .less : .greater))
        }
        if left.float != nil, right.float != nil {
            return compareNumbers(left, right).map { relation.holds($0) } ?? false
        }
        throw .type(
            "'\(relation.rawValue)' not supported between instances of '\(left.typeName)' and '\(right.typeName)'")
    }

    /// By the first items that differ, else by the lengths.
    private static func compare(
        _ left: [Value], _ relation: Relation, _ right: [Value], _ meter: Meter
    ) throws(TemplateError) -> Bool {
        for place in 0..<min(left.count, right.count) where try !equal(left[place], right[place], meter) {
            return try compare(left[place], relation, right[place], meter)
        }
        return relation.holds(
            left.count < right.count ? .less : (left.count == right.count ? .equal : .greater))
    }
}

extension Jinja.Order {
    var reversed: Jinja.Order {
        switch self {
        case .less: .greater
        case .equal: .equal
        case .greater: .less
        }
    }
}

extension Jinja.Relation {
    /// Whether the relation holds between two values in that order; of the four that compare.
    fileprivate func holds(_ order: Jinja.Order) -> Bool {
        switch self {
        case .less: order == .less
        case .lessOrEqual: order != .greater
        case .greater: order == .greater
        case .greaterOrEqual: order != .less
        case .equal: order == .equal
        case .notEqual: order != .equal
        case .isIn, .isNotIn: false
        }
    }
}
