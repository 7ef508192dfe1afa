/// How many tokens of an answer have all of their text shown, while the detokenizer holds back half a character
/// and the stop matcher what may become a stop text.
///
/// The text that tokens give and the text that is shown are the same bytes, the second later: a token is shown
/// once as many bytes are shown as it and those before it gave. One that ends inside a character waits for a
/// byte more, which only the rest of the character brings.
package struct ShownTokens: Sendable {
    /// Tokens from the first on whose text is shown.
    package private(set) var count = 0
    private var givenBytes = 0
    private var shownBytes = 0
    /// The bytes to show until each token behind the first `count` is shown; never fewer than the one before.
    private var ends: ArraySlice<Int> = []

    package init() {}

    /// A token gave text.
    /// - Parameter isUnfinished: it ended inside a character.
    package mutating func add(bytes: Int, isUnfinished: Bool) {
        givenBytes += bytes
        ends.append(givenBytes + (isUnfinished ? 1 : 0))
    }

    /// More text is shown.
    package mutating func show(bytes: Int) {
        shownBytes += bytes
        let shown = ends.prefix { $0 <= shownBytes }.count
        ends.removeFirst(shown)
        count += shown
    }
}
