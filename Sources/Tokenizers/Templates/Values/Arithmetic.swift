#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

extension Jinja {
    /// `left operation right`, as Python computes it, but for integers that leave 64 bits: those are an error.
    static func compute(
        _ operation: Arithmetic, _ left: Value, _ right: Value, _ meter: Meter
    ) throws(TemplateError) -> Value {
        try meter.step()
        // Text is asked first whether it formats; with anything else an undefined value is an error.
        if operation == .modulo, let format = left.text {
            return try PercentFormat.format(format, right, isMarkup: left.isMarkup, meter)
        }
        if let error = left.undefinedError ?? right.undefinedError { throw error }
        switch operation {
        case .add:
            if let sum = try concatenate(left, right, meter) { return sum }
        case .multiply:
            if let repeated = try repeating(left, right, meter) { return repeated }
        default: break
        }
        if let left = left.integer, let right = right.integer { return try compute(operation, left, right) }
        if let left = left.float, let right = right.float { return try compute(operation, left, right) }
        throw unsupported(operation, left, right)
    }

    private static func unsupported(_ operation: Arithmetic, _ left: Value, _ right: Value) -> TemplateError {
        switch (operation, left) {
        case (.add, .string): .type("can only concatenate str (not \"\(right.typeName)\") to str")
        case (.add, .list): .type("can only concatenate list (not \"\(right.typeName)\") to list")
        case (.add, .tuple): .type("can only concatenate tuple (not \"\(right.typeName)\") to tuple")
        default:
            .type(
                "unsupported operand type(s) for \(operation.rawValue): '\(left.typeName)' and '\(right.typeName)'")
        }
    }

    // MARK: Sequences

    private static func concatenate(
        _ left: Value, _ right: Value, _ meter: Meter
    ) throws(TemplateError) -> Value? {
        switch (left, right) {
        case (.string(let left), .string(let right)):
            try meter.allocate(left.utf8.count + right.utf8.count)
            return .string(left + right)
        case (.list(let left), .list(let right)):
            try meter.allocate(left.items.count + right.items.count, each: 1)
            return try .list(left.items + right.items, meter)
        case (.tuple(let left), .tuple(let right)): return try .tuple(left.items + right.items, meter)
        default:
            guard left.isMarkup || right.isMarkup, left.text != nil, right.text != nil else { return nil }
            return .markup(try escape(left, meter) + escape(right, meter))
        }
    }

    private static func repeating(_ left: Value, _ right: Value, _ meter: Meter) throws(TemplateError) -> Value? {
        let (sequence, other) = left.isSequence ? (left, right) : (right, left)
        guard sequence.isSequence else { return nil }
        guard let wanted = other.integer else {
            throw .type("can't multiply sequence by non-int of type '\(other.typeName)'")
        }
        let count = max(0, wanted)
        switch sequence {
        case .list(let list): return try .list(repeating(list.items, count, meter), meter)
        case .tuple(let tuple): return try .tuple(repeating(tuple.items, count, meter), meter)
        default:
            let text = sequence.text ?? ""
            try meter.allocate(text.utf8.count, each: count)
            let result = text.repeated(count)
            return sequence.isMarkup ? .markup(result) : .string(result)
        }
    }

    private static func repeating(_ items: [Value], _ count: Int, _ meter: Meter) throws(TemplateError) -> [Value] {
        let (total, overflow) = items.count.multipliedReportingOverflow(by: count)
        try meter.allocate(overflow ? .max : total, each: 32)
        return items.isEmpty ? [] : Array(repeatElement(items, count: count).joined())
    }

    // MARK: Numbers

    private static func compute(_ operation: Arithmetic, _ left: Int, _ right: Int) throws(TemplateError) -> Value {
        switch operation {
        case .add: return try checked(left.addingReportingOverflow(right))
        case .subtract: return try checked(left.subtractingReportingOverflow(right))
        case .multiply: return try checked(left.multipliedReportingOverflow(by: right))
        case .divide:
            guard right != 0 else { throw TemplateError(.zeroDivision, "division by zero") }
            return .float(quotient(left, right))
        case .floorDivide:
            guard right != 0 else { throw TemplateError(.zeroDivision, "integer division or modulo by zero") }
            let (quotient, overflow) = left.dividedReportingOverflow(by: right)
            let isRoundedUp = !overflow && left % right != 0 && (left < 0) != (right < 0)
            return try checked((isRoundedUp ? quotient - 1 : quotient, overflow))
        case .modulo:
            guard right != 0 else { throw TemplateError(.zeroDivision, "integer modulo by zero") }
            let remainder = right == -1 ? 0 : left % right
            return .int(remainder != 0 && (remainder < 0) != (right < 0) ? remainder + right : remainder)
        case .power:
            return right < 0 ? try compute(.power, Double(left), Double(right)) : try power(left, right)
        }
    }

    /// The quotient rounded once, also of integers that no float holds.
    private static func quotient(_ left: Int, _ right: Int) -> Double {
        if let left = Double(exactly: left), let right = Double(exactly: right) { return left / right }
        let shift = UInt128(left.magnitude).leadingZeroBitCount
        let numerator = UInt128(left.magnitude) << UInt128(shift)
        let (whole, rest) = numerator.quotientAndRemainder(dividingBy: UInt128(right.magnitude))
        let magnitude = Double(rest == 0 ? whole : whole | 1) * Double(sign: .plus, exponent: -shift, significand: 1)
        return (left < 0) == (right < 0) ? magnitude : -magnitude
    }

    private static func checked(_ result: (partialValue: Int, overflow: Bool)) throws(TemplateError) -> Value {
        guard !result.overflow else { throw .limit("An integer of the template does not fit 64 bits") }
        return .int(result.partialValue)
    }

    private static func power(_ base: Int, _ exponent: Int) throws(TemplateError) -> Value {
        var (result, factor, rest) = (
            (partialValue: 1, overflow: false), (partialValue: base, overflow: false), exponent
        )
        while rest > 0 {
            if rest & 1 == 1 {
                guard !factor.overflow else { return try checked(factor) }
                result = result.partialValue.multipliedReportingOverflow(by: factor.partialValue)
                guard !result.overflow else { return try checked(result) }
            }
            rest >>= 1
            // An overflow here counts only if the factor is used.
            if !factor.overflow { factor = factor.partialValue.multipliedReportingOverflow(by: factor.partialValue) }
        }
        return try checked(result)
    }

    private static func compute(
        _ operation: Arithmetic, _ left: Double, _ right: Double
    ) throws(TemplateError) -> Value {
        switch operation {
        case .add: return .float(left + right)
        case .subtract: return .float(left - right)
        case .multiply: return .float(left * right)
        case .divide:
            guard right != 0 else { throw TemplateError(.zeroDivision, "float division by zero") }
            return .float(left / right)
        case .floorDivide:
            guard right != 0 else { throw TemplateError(.zeroDivision, "float floor division by zero") }
            return .float(((left - modulo(left, right)) / right).rounded())
        case .modulo:
            guard right != 0 else { throw TemplateError(.zeroDivision, "float modulo") }
            return .float(modulo(left, right))
        case .power: return .float(try power(left, right))
        }
    }

    /// The remainder with the sign of the divisor.
    private static func modulo(_ left: Double, _ right: Double) -> Double {
        let remainder = left.truncatingRemainder(dividingBy: right)
        if remainder == 0 { return right < 0 ? -0.0 : 0.0 }
        return (remainder < 0) != (right < 0) ? remainder + right : remainder
    }

    private static func power(_ base: Double, _ exponent: Double) throws(TemplateError) -> Double {
        if base == 0, exponent < 0 {
            throw TemplateError(.zeroDivision, "0.0 cannot be raised to a negative power")
        }
        guard base >= 0 || exponent == exponent.rounded() || base.isInfinite || base.isNaN else {
            throw .limit("A negative number to a broken power is a complex number, which templates do not have")
        }
        let result = pow(base, exponent)
        guard result.isFinite || !base.isFinite || !exponent.isFinite else {
            throw TemplateError(.overflow, "(34, 'Numerical result out of range')")
        }
        return result
    }

    // MARK: Signs

    static func negated(_ value: Value) throws(TemplateError) -> Value {
        if let error = value.undefinedError { throw error }
        if let integer = value.integer { return try checked((0).subtractingReportingOverflow(integer)) }
        if case .float(let float) = value { return .float(-float) }
        throw .type("bad operand type for unary -: '\(value.typeName)'")
    }

    static func positive(_ value: Value) throws(TemplateError) -> Value {
        if let error = value.undefinedError { throw error }
        if let integer = value.integer { return .int(integer) }
        if case .float = value { return value }
        throw .type("bad operand type for unary +: '\(value.typeName)'")
    }
}

extension Jinja.Value {
    var isMarkup: Bool { if case .markup = self { true } else { false } }

    /// Whether `*` repeats it.
    fileprivate var isSequence: Bool {
        switch self {
        case .string, .markup, .list, .tuple: true
        default: false
        }
    }
}
