import JSON

extension Jinja.Filters {
    static let serializations: [String: Filter] = [
        "tojson": Filter(
            Jinja.Globals.localName("tojson"), "x ensure_ascii? indent? separators? sort_keys?"
        ) { value, bound, interpreter throws(TemplateError) in
            let style = try jsonStyle(bound, interpreter.meter)
            return .string(try Jinja.JSONText.text(of: value, style, interpreter.meter))
        },
        "from_json": Filter("from_json", "text") { value, _, interpreter throws(TemplateError) in
            try fromJSON(value, interpreter.meter)
        },
        "pprint": Filter("do_pprint", "value") { value, _, interpreter throws(TemplateError) in
            try .text(try Jinja.PrettyPrint.text(of: value, interpreter.meter), interpreter.meter)
        },
    ]

    private static func jsonStyle(
        _ bound: Jinja.Bound, _ meter: Meter
    ) throws(TemplateError) -> Jinja.JSONText.Style {
        var style = Jinja.JSONText.Style()
        style.escapesNonASCII = bound.flag(1)
        style.sortsKeys = bound.flag(4)
        if let indent = bound.some(2) {
            if let text = indent.text {
                style.indent = text
            } else {
                let width = max(0, try Jinja.integer(indent))
                try meter.allocate(width)
                style.indent = " ".repeated(width)
            }
            style.itemSeparator = ","
        }
        if let separators = bound.some(3) {
            let parts = try Jinja.collect(separators, meter)
            guard parts.count == 2, let item = parts[0].text, let key = parts[1].text else {
                throw .value("separators must be two texts: between items, and after a key")
            }
            style.itemSeparator = item
            style.keySeparator = key
        }
        return style
    }

    private static func fromJSON(_ value: Value, _ meter: Meter) throws(TemplateError) -> Value {
        if let error = value.undefinedError { throw error }
        guard let text = value.text else {
            throw .type("the JSON object must be str, bytes or bytearray, not \(value.typeName)")
        }
        try meter.allocate(text.utf8.count)
        let json: JSON
        do throws(JSONError) {
            json = try JSON.parse(text)
        } catch {
            throw .value("from_json: \(error.description)")
        }
        return try Jinja.value(of: json, meter)
    }
}
