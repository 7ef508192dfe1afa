/// The tree of a regular expression.
indirect enum PatternNode: Sendable, Equatable {
    /// How much a repetition takes before what follows is tried.
    enum Greed: Sendable { case greedy, lazy, possessive }

    /// One scalar of a set.
    case set(ScalarSet)
    case sequence([PatternNode])
    /// The first that leads to a match.
    case either([PatternNode])
    /// `maximum` nil: without limit.
    case repeated(PatternNode, minimum: Int, maximum: Int?, Greed)
    /// The next scalar is, or is not, in a set; at the end of the text there is none.
    case next(ScalarSet, isIn: Bool)
    case textStart
    case textEnd
    case lineStart
    case lineEnd
}
