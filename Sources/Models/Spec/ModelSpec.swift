/// A decoder-only transformer as data: everything a `Backend` must know to run it, and nothing about how.
///
/// Invariant: the numbers of all layers agree with each other and with the shapes of the tensors they name;
/// `Families` build a spec only from numbers they have checked.
package struct ModelSpec: Sendable, Equatable {
    /// The name the file gave: "qwen2" (GGUF) or "Qwen2ForCausalLM" (Hugging Face).
    package var architecture: String
    /// Rows of the embedding and values in one row of logits.
    package var vocabularySize: Int
    /// Width of the residual stream.
    package var hiddenSize: Int
    /// Positions the model was made for; a step beyond them is refused.
    package var contextLength: Int
    /// `[vocabularySize × hiddenSize]`.
    package var embedding: TensorRef
    package var layers: [LayerSpec]
    package var finalNorm: NormSpec
    /// `[vocabularySize × hiddenSize]`; the embedding itself when the two are tied.
    package var output: TensorRef

    package init(
        architecture: String, vocabularySize: Int, hiddenSize: Int, contextLength: Int, embedding: TensorRef,
        layers: [LayerSpec], finalNorm: NormSpec, output: TensorRef
    ) {
        self.architecture = architecture
        self.vocabularySize = vocabularySize
        self.hiddenSize = hiddenSize
        self.contextLength = contextLength
        self.embedding = embedding
        self.layers = layers
        self.finalNorm = finalNorm
        self.output = output
    }

    /// Whether the output product reads the embedding's own weights.
    package var tiesOutput: Bool { output.name == embedding.name }

    /// Weights of the model, each tensor counted once.
    package var weightCount: Int { tensors.reduce(0) { $0 + $1.shape.reduce(1, *) } }

    /// Every tensor the spec names, each once, in the order of the forward pass.
    package var tensors: [TensorRef] {
        let outer = [embedding, finalNorm.weight] + (tiesOutput ? [] : [output])
        var seen: Set<TensorRef> = []
        return (outer + layers.flatMap(\.tensors)).filter { seen.insert($0).inserted }
    }
}
