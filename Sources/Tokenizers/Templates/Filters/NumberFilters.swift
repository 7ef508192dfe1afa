#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

extension Jinja.Filters {
    static let numbers: [String: Filter] = [
        "abs": Filter(native: "abs", "x") { value, _, _ throws(TemplateError) in
            if let number = value.integer { return number < 0 ? try Jinja.negated(.int(number)) : .int(number) }
            if case .float(let number) = value { return .float(number.magnitude) }
            throw .type("bad operand type for abs(): '\(value.typeName)'")
        },
        "int": Filter("do_int", "value default? base?") { value, bound, interpreter throws(TemplateError) in
            // A base that is no integer fits no text.
            let base = bound[2].map { $0.integer ?? -1 } ?? 10
            return try integer(value, base: base, interpreter.meter) ?? bound[1] ?? .int(0)
        },
        "float": Filter("do_float", "value default?") { value, bound, interpreter throws(TemplateError) in
            if let error = value.undefinedError { throw error }
            if let number = value.float { return .float(number) }
            return value.text.flatMap(Jinja.float(from:)).map { .float($0) } ?? bound[1] ?? .float(0)
        },
        "round": Filter("do_round", "value precision? method?") { value, bound, interpreter throws(TemplateError) in
            try round(value, bound, interpreter.meter)
        },
        "filesizeformat": Filter("do_filesizeformat", "value binary?") { value, bound, _ throws(TemplateError) in
            if let error = value.undefinedError { throw error }
            guard let size = value.float ?? value.text.flatMap(Jinja.float(from:)) else {
                if let text = value.text { throw .value("could not convert string to float: \(Jinja.repr(text))") }
                throw .type("float() argument must be a string or a real number, not '\(value.typeName)'")
            }
            return .string(fileSize(size, isBinary: bound.flag(1)))
        },
        "sum": Filter("sync_do_sum", "iterable attribute? start?", hidden: 1) {
            value, bound, interpreter throws(TemplateError) in
            try sum(value, bound, interpreter)
        },
    ]

    // MARK: Conversion

    private static func integer(_ value: Value, base: Int, _ meter: Meter) throws(TemplateError) -> Value? {
        if let error = value.undefinedError { throw error }
        guard let text = value.text else {
            if case .float(let number) = value, number.isNaN { return nil }
            return try Jinja.truncated(value).map { .int($0) }
        }
        try meter.scan(text.utf8.count)
        if let number = try Jinja.integer(from: text, base: base) { return .int(number) }
        // "42.23" is 42.
        guard let number = Jinja.float(from: text), number.isFinite else { return nil }
        return try Jinja.truncated(.float(number)).map { .int($0) }
    }

    // MARK: Rounding

    private static func round(
        _ value: Value, _ bound: Jinja.Bound, _ meter: Meter
    ) throws(TemplateError) -> Value {
        if let method = bound[2] { _ = try Jinja.HashKey(method, meter) }
        let method = bound[2].map { $0.text ?? "" } ?? "common"
        guard ["common", "ceil", "floor"].contains(method) else {
            throw TemplateError(.filterArgument, "method must be common, ceil or floor")
        }
        if method == "common" {
            guard value.float != nil else { throw .type("type \(value.typeName) doesn't define __round__ method") }
            return try round(value, precision: try bound.integer(1, default: 0))
        }
        let precision = try bound.integer(1, default: 0)
        let factor = try Jinja.compute(.power, .int(10), .int(precision), meter)
        let scaled = try Jinja.compute(.multiply, value, factor, meter)
        guard let number = scaled.float else { throw .type("must be real number, not \(scaled.typeName)") }
        let whole = Value.float(method == "ceil" ? number.rounded(.up) : number.rounded(.down))
        let integer = try Jinja.truncated(whole).map { Value.int($0) } ?? whole
        return try Jinja.compute(.divide, integer, factor, meter)
    }

    private static func round(_ value: Value, precision: Int) throws(TemplateError) -> Value {
        if let number = value.integer { return .int(precision >= 0 ? number : roundHalfEven(number, -precision)) }
        guard case .float(let number) = value, number.isFinite, precision < 330 else { return value }
        guard precision > -310 else { return .float(number.sign == .minus ? -0.0 : 0.0) }
        var decimal = Jinja.ExactDecimal(number)
        decimal.round(toPlaces: precision)
        let digits = String(utf8: decimal.digits.map { $0 + 48 })
        let rounded = Double("0.\(digits.isEmpty ? "0" : digits)e\(decimal.pointPosition)") ?? number
        return .float(number.sign == .minus ? -rounded : rounded)
    }

    /// To a multiple of ten to the power `places`.
    private static func roundHalfEven(_ number: Int, _ places: Int) -> Int {
        guard places < 19 else { return 0 }
        let unit = (0..<places).reduce(1) { power, _ in power * 10 }
        let (quotient, remainder) = number.quotientAndRemainder(dividingBy: unit)
        let half = remainder.magnitude * 2
        let isAway = half > unit.magnitude || (half == unit.magnitude && quotient % 2 != 0)
        let nearest = isAway ? quotient + (number < 0 ? -1 : 1) : quotient
        let (result, overflow) = nearest.multipliedReportingOverflow(by: unit)
        return overflow ? number : result
    }

    // MARK: Sizes and sums

    private static func fileSize(_ size: Double, isBinary: Bool) -> String {
        if size == 1 { return "1 Byte" }
        let base = isBinary ? 1024.0 : 1000.0
        guard size >= base else { return "\(Int(exactly: size.rounded(.towardZero)) ?? 0) Bytes" }
        let prefixes = ["k", "M", "G", "T", "P", "E", "Z", "Y"]
        var unit = base * base
        var place = 0
        while size >= unit, place + 1 < prefixes.count {
            unit *= base
            place += 1
        }
        let prefix = isBinary ? prefixes[place].pythonUppercased + "iB" : prefixes[place] + "B"
        let number = base * size / unit
        return (number.isFinite ? Jinja.ExactDecimal(number).fixed(places: 1) : Jinja.nonFinite(number)) + " " + prefix
    }

    private static func sum(
        _ value: Value, _ bound: Jinja.Bound, _ interpreter: Jinja.Interpreter
    ) throws(TemplateError) -> Value {
        var total = bound[2] ?? .int(0)
        let path = try Jinja.AttributePath(bound[1] ?? .none)
        if total.text != nil { throw .type("sum() can't sum strings [use ''.join(seq) instead]") }
        for item in try Jinja.collect(value, interpreter.meter) {
            total = try Jinja.compute(.add, total, try path.value(of: item, interpreter), interpreter.meter)
        }
        return total
    }
}
