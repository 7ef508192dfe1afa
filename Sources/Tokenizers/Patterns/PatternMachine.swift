/// Runs a pattern over text: all ways at once, the preferred first (Thompson 1968, Pike 1987), so that no
/// pattern makes a search exponential or quadratic in the text.
///
/// Searching again and again after short matches that looked far ahead could still be quadratic; a budget
/// of steps for each piece ends that: what is left then counts as not matched.
package struct PatternMachine {
    /// Steps for each instruction and byte; patterns of real tokenizers use 1 or 2.
    private static let budgetFactor = 16

    private struct Thread {
        let instruction: Int
        /// Where its match began.
        let start: Int
    }

    private let instructions: [PatternProgram.Instruction]
    /// At one place, most preferred first; each at a `take` or a `match`.
    private var threads: [Thread] = []
    private var previous: [Thread] = []
    private var stack: [Int] = []
    /// The list of threads to which each instruction was last added, by number.
    private var visited: [Int]
    private var list = 0
    private var piece: Range<Int> = 0..<0
    private var budget = 0
    /// Instructions run since the start: the measure of work in tests.
    package private(set) var steps = 0

    package init(_ program: PatternProgram) {
        instructions = program.instructions
        visited = Array(repeating: 0, count: instructions.count)
    }

    /// The matches in `text[range]` from left to right, apart. An empty one is a place to cut, too; right after
    /// another match it does not count.
    package mutating func matches(in text: UTF8Text, _ range: Range<Int>) -> [Range<Int>] {
        piece = range
        let factor = instructions.count * Self.budgetFactor
        let (limit, overflow) = (range.count + 64).multipliedReportingOverflow(by: factor)
        budget = overflow ? .max : limit
        var matches: [Range<Int>] = []
        var place = range.lowerBound
        while place < range.upperBound, let match = firstMatch(in: text, from: place) {
            place = match.upperBound
            if !match.isEmpty || matches.last?.upperBound != place {
                matches.append(match)
            } else if place < range.upperBound {
                place = text[place].end
            }
        }
        return matches
    }

    /// The leftmost match at or after `start`; of several there, the one that the pattern prefers.
    private mutating func firstMatch(in text: UTF8Text, from start: Int) -> Range<Int>? {
        var match: Range<Int>?
        var place = start
        var scalar = scalar(of: text, at: place)
        threads.removeAll(keepingCapacity: true)
        list += 1
        while budget > 0 {
            // Last, so that a later start never displaces an earlier one.
            if match == nil { add(0, start: place, at: place, before: scalar, text) }
            if threads.isEmpty, match != nil { break }
            let end = scalar?.end ?? place
            let ahead = self.scalar(of: text, at: end)
            list += 1
            swap(&threads, &previous)
            threads.removeAll(keepingCapacity: true)
            threadLoop: for thread in previous {
                switch instructions[thread.instruction] {
                case .take(let set):
                    guard let scalar, set.contains(scalar) else { continue }
                    add(thread.instruction + 1, start: thread.start, at: end, before: ahead, text)
                default:
                    match = thread.start..<place
                    break threadLoop
                }
            }
            guard scalar != nil else { break }
            (place, scalar) = (end, ahead)
        }
        return match
    }

    private func scalar(of text: UTF8Text, at place: Int) -> UTF8Text.Scalar? {
        place < piece.upperBound ? text[place] : nil
    }

    /// Adds what can be reached from an instruction without taking a scalar.
    private mutating func add(
        _ instruction: Int, start: Int, at place: Int, before scalar: UTF8Text.Scalar?, _ text: UTF8Text
    ) {
        stack.append(instruction)
        while let current = stack.popLast() {
            budget -= 1
            steps += 1
            guard visited[current] != list else { continue }
            visited[current] = list
            switch instructions[current] {
            case .take, .match:
                threads.append(Thread(instruction: current, start: start))
            case .jump(let target):
                stack.append(target)
            case .fork(let first, let second):
                stack.append(second)
                stack.append(first)
            default:
                if holds(instructions[current], at: place, before: scalar, text) { stack.append(current + 1) }
            }
        }
    }

    private func holds(
        _ assertion: PatternProgram.Instruction, at place: Int, before scalar: UTF8Text.Scalar?, _ text: UTF8Text
    ) -> Bool {
        switch assertion {
        case .next(let set, let isIn): (scalar.map(set.contains) ?? false) == isIn
        case .textStart: place == piece.lowerBound
        case .textEnd: scalar == nil
        case .lineStart: place == piece.lowerBound || text.bytes[place - 1] == 0x0A
        case .lineEnd: scalar == nil || scalar?.value == 0x0A
        case .take, .fork, .jump, .match: false
        }
    }
}
