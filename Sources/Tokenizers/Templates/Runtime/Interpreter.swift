import JSON

extension Jinja {
    /// Walks a program once, for one conversation.
    final class Interpreter {
        let program: Program
        let meter: Meter
        let now: TemplateTime
        private let inputs: JSONObject
        /// Inputs that have been asked for, by symbol.
        private var known: [Int: Value?] = [:]
        /// What assignments at the top level have made, which `block`s see.
        var exported: [Int: Value] = [:]
        var output = ""
        /// Inside `{% autoescape true %}`.
        var autoescapes = false
        private var kept: [any Releasable] = []

        init(program: Program, inputs: JSONObject, limits: TemplateLimits, now: TemplateTime) {
            self.program = program
            self.inputs = inputs
            self.now = now
            meter = Meter(limits: limits)
        }

        func render() throws(TemplateError) -> String {
            // A macro holds its frame and the frame the macro: taken apart here, or they would stay for ever.
            defer { for object in kept { object.release() } }
            let frame = try enter(program.body.scope, from: nil)
            _ = try execute(program.body.body, frame)
            return output
        }

        /// Keeps what could be part of a cycle until the rendering ends.
        func keep(_ object: any Releasable) throws(TemplateError) {
            try meter.allocate(64)
            kept.append(object)
        }

        func keep(_ frame: Frame) throws(TemplateError) {
            guard !frame.isKept else { return }
            frame.isKept = true
            try keep(frame as any Releasable)
        }

        // MARK: Scopes

        @inline(never)
        func enter(_ scope: Int, from outer: Frame?) throws(TemplateError) -> Frame {
            try meter.allocate(64 + 24 * program.scopes[scope].symbols.count)
            let frame = Frame(scope: program.scopes[scope], outer: outer)
            try begin(frame)
            return frame
        }

        /// Fills the variables of a frame as on entering it.
        @inline(never)
        func begin(_ frame: Frame) throws(TemplateError) {
            for case (.input, let symbol) in zip(frame.scope.origins, frame.scope.symbols) { _ = try input(symbol) }
            frame.begin { exported[$0] ?? known[$0] ?? nil }
        }

        /// The input of that name, or the global; nil for neither.
        private func input(_ symbol: Int) throws(TemplateError) -> Value? {
            if let value = exported[symbol] { return value }
            if let value = known[symbol] { return value }
            let name = program.symbols[symbol]
            let value = try inputs[name].map { json throws(TemplateError) in try Jinja.value(of: json, meter) }
            let found = value ?? Globals.value(named: name)
            known[symbol] = .some(found)
            return found
        }

        func value(of symbol: Int, _ frame: Frame) throws(TemplateError) -> Value {
            let found = if let held = frame.value(of: symbol) { held } else { try input(symbol) }
            return found ?? .undefined(.name(program.symbols[symbol]))
        }

        func set(_ value: Value, for symbol: Int, _ frame: Frame) {
            frame.set(value, for: symbol)
            if frame.isRoot { exported[symbol] = value }
        }

        // MARK: Output

        func write(_ text: String) throws(TemplateError) {
            guard output.utf8.count + text.utf8.count <= meter.limits.outputBytes else {
                throw .limit("The template writes more than the \(meter.limits.outputBytes) bytes allowed")
            }
            try meter.step(text.utf8.count >> 10)
            output += text
        }

        /// What `body` writes, instead of writing it.
        func capturing(_ body: () throws(TemplateError) -> Void) throws(TemplateError) -> String {
            let outer = output
            output = ""
            defer { output = outer }
            try body()
            try meter.allocate(output.utf8.count)
            return output
        }
    }
}
