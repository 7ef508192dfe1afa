extension Jinja {
    /// The variable `loop` of a loop that is running.
    final class LoopContext: Object {
        /// Items that are known, and how to call the loop again on others; both until the loop ends.
        private var iterator: ValueIterator?
        private let recursion: Recursion?
        private let depth0: Int
        private var index0 = -1
        private var knownLength: Int?
        private var before: Value?
        private var current: Value?
        /// The item after the current one, once it has been asked for.
        private var after: Value?
        private var lastChanged: [Value]?
        private var isFinished = false

        /// A recursive loop and the frame that it stands in.
        struct Recursion {
            let loop: Loop
            let frame: Frame
        }

        init(_ iterator: ValueIterator, length: Int?, recursion: Recursion?, depth: Int) {
            self.iterator = iterator
            knownLength = length
            self.recursion = recursion
            depth0 = depth
        }

        override var typeName: String { "LoopContext" }
        override var ownerName: String { "jinja2.runtime.LoopContext object" }
        override var isCallable: Bool { true }
        override var isIterable: Bool { true }

        /// Moves to the next item and gives it; nil at the end.
        func next() throws(TemplateError) -> Value? {
            guard let item = try peek() else { return nil }
            after = nil
            index0 += 1
            before = current
            current = item
            return item
        }

        /// Lets go of all items: a loop that is over must not hold another, or a long chain could form.
        func finish() {
            isFinished = true
            iterator = nil
            (before, current, after, lastChanged) = (nil, nil, nil, nil)
        }

        private func peek() throws(TemplateError) -> Value? {
            if after == nil { after = try iterator?.next() }
            return after
        }

        private func length(_ meter: Meter) throws(TemplateError) -> Int {
            if let knownLength { return knownLength }
            var rest: [Value] = []
            while let item = try iterator?.next() {
                try meter.allocate(32)
                rest.append(item)
            }
            iterator = ValueIterator(rest)
            let length = rest.count + index0 + 1 + (after == nil ? 0 : 1)
            knownLength = length
            return length
        }

        override func attribute(_ name: String, _ interpreter: Interpreter) throws(TemplateError) -> Value? {
            switch name {
            case "index": return .int(index0 + 1)
            case "index0": return .int(index0)
            case "first": return .bool(index0 == 0)
            case "last": return .bool(try peek() == nil)
            case "length": return .int(try length(interpreter.meter))
            case "revindex": return .int(try length(interpreter.meter) - index0)
            case "revindex0": return .int(try length(interpreter.meter) - index0 - 1)
            case "depth": return .int(depth0 + 1)
            case "depth0": return .int(depth0)
            case "previtem": return (index0 == 0 ? nil : before) ?? .undefined(.hint("there is no previous item"))
            case "nextitem": return try peek() ?? .undefined(.hint("there is no next item"))
            case "cycle":
                return .object(
                    NativeFunction(name) { [self] arguments, _ throws(TemplateError) in try cycle(arguments) })
            case "changed":
                return .object(
                    NativeFunction(name) { [self] arguments, interpreter throws(TemplateError) in
                        .bool(try changed(arguments.positional, interpreter.meter))
                    })
            default: return nil
            }
        }

        private func cycle(_ arguments: CallArguments) throws(TemplateError) -> Value {
            guard !arguments.positional.isEmpty else { throw .type("no items for cycling given") }
            return arguments.positional[max(0, index0) % arguments.positional.count]
        }

        private func changed(_ values: [Value], _ meter: Meter) throws(TemplateError) -> Bool {
            if let lastChanged, try Jinja.equal(lastChanged, values, meter) { return false }
            if !isFinished { lastChanged = values }
            return true
        }

        override func call(_ arguments: CallArguments, _ interpreter: Interpreter) throws(TemplateError) -> Value {
            guard let recursion else {
                throw .type("The loop must have the 'recursive' marker to be called recursively.")
            }
            let bound = try Signature("LoopContext.__call__", "iterable", hidden: 1).bind(arguments)
            return try interpreter.text(
                try interpreter.render(recursion.loop, over: bound.required(0), depth: depth0 + 1, recursion.frame))
        }

        override func makeIterator(_ meter: Meter) throws(TemplateError) -> ValueIterator {
            try ValueIterator(name: typeName, depth: 0) { [self] () throws(TemplateError) in
                try next().map { item throws(TemplateError) in try .tuple([item, .object(self)], meter) }
            }
        }

        override func representation(_ meter: Meter) throws(TemplateError) -> String {
            "<LoopContext \(index0 + 1)/\(try length(meter))>"
        }
    }
}
