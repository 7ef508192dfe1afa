extension Jinja {
    /// `value[start:stop:step]`
    static func slice(
        _ value: Value, _ start: Value?, _ stop: Value?, _ step: Value?, _ meter: Meter
    ) throws(TemplateError) -> Value {
        if let error = value.undefinedError { throw error }
        if case .mapping = value { throw .type("unhashable type: 'slice'") }
        guard let count = sequenceCount(of: value) else {
            throw .type("'\(value.typeName)' object is not subscriptable")
        }
        let places = try places(
            start: try bound(start), stop: try bound(stop), step: try bound(step), count: count)
        switch value {
        case .list(let list): return try .list(pick(list.items, places, meter), meter)
        case .tuple(let tuple): return try .tuple(pick(tuple.items, places, meter), meter)
        case .range(let range): return .range(try pick(range, places))
        default: return try .text(pick(value.text ?? "", places, meter), isMarkup: value.isMarkup, meter)
        }
    }

    private static func sequenceCount(of value: Value) -> Int? {
        switch value {
        case .list, .tuple, .range, .string, .markup: count(of: value)
        default: nil
        }
    }

    private static func bound(_ value: Value?) throws(TemplateError) -> Int? {
        guard let value, !value.isNone else { return nil }
        guard let place = value.integer else {
            throw .type("slice indices must be integers or None or have an __index__ method")
        }
        return place
    }

    private static func pick(
        _ items: [Value], _ places: Places, _ meter: Meter
    ) throws(TemplateError) -> [Value] {
        try meter.step(items.count >> 4)
        return places.map { items[$0] }
    }

    private static func pick(_ range: IntegerRange, _ places: Places) throws(TemplateError) -> IntegerRange {
        let (step, overflow) = range.step.multipliedReportingOverflow(by: places.step)
        guard !overflow else { throw .limit("An integer of the template does not fit 64 bits") }
        return try IntegerRange(start: range[places.first], stop: range[places.end], step: step)
    }

    private static func pick(
        _ text: String, _ places: Places, _ meter: Meter
    ) throws(TemplateError) -> String {
        try meter.scan(text.utf8.count)
        let chosen = Array(places)
        guard let first = chosen.first, let last = chosen.last else { return "" }
        // Neighbours in order are a part of the text; anything else is put together.
        if last - first == chosen.count - 1 { return text.codePoints(first, last + 1) }
        let scalars = Array(text.unicodeScalars)
        return String(scalars: chosen.lazy.map { scalars[$0] })
    }
}
