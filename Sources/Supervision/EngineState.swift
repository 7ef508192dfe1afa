/// What a supervisor knows of its engine. Pure: it is told the time.
struct EngineState: Sendable {
    private(set) var numStarts = 0
    private(set) var isReady = false
    /// The last lines that the engine wrote.
    private(set) var words: [String] = []
    /// Runs that ended without an answer, as long as there never was one.
    private(set) var numHopeless = 0
    private var hasEverAnswered = false
    /// When the engine that runs first answered, and when it last did.
    private var answers: (first: Duration, last: Duration)?

    private static let keptLines = 8

    mutating func beginRun() {
        numStarts += 1
        answers = nil
    }

    mutating func note(_ line: String) {
        if words.count == Self.keptLines { words.removeFirst() }
        words.append(line)
    }

    /// - Returns: whether this is the first answer of this run, and for how long there was none since; nil: there never
    ///   was one.
    mutating func note(answers isAnswering: Bool, at time: Duration) -> (isFirst: Bool, silence: Duration?) {
        isReady = isAnswering
        guard isAnswering else { return (false, answers.map { time - $0.last }) }
        defer { answers = (answers?.first ?? time, time) }
        hasEverAnswered = true
        return (answers == nil, .zero)
    }

    /// - Returns: how long the engine could be used; nil: it never answered.
    mutating func endRun() -> Duration? {
        isReady = false
        if !hasEverAnswered { numHopeless += 1 }
        return answers.map { $0.last - $0.first }
    }
}
