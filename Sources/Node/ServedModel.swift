package import Engine
package import OpenAI

/// A model that is loaded and can be named in requests.
package struct ServedModel: Sendable {
    package let card: ModelCard
    package let engine: Engine
    package let frontEnd: TextFrontEnd

    package init(card: ModelCard, engine: Engine, frontEnd: TextFrontEnd) {
        self.card = card
        self.engine = engine
        self.frontEnd = frontEnd
    }
}
