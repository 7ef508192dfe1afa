import Weights

extension ModelWeights {
    /// Packs every weight that `spec` names.
    init(_ spec: ModelSpec, tensors: CheckedTensors, pool: OpaquePointer) throws(ModelError) {
        let loader = WeightLoader(tensors: tensors, pool: pool)
        layers = try spec.layers.map(loader.layer)
        finalNorm = try loader.norm(spec.finalNorm)
        output = try loader.linear(LinearSpec(weight: spec.output, bias: nil))
        divisors = try loader.divisors(spec)
        embedding = try tensors.tensor(spec.embedding)
    }

    /// Bytes of the packed matrices.
    var byteCount: Int {
        layers.reduce(output.matrix.byteCount) { $0 + $1.matrices.reduce(0) { $0 + $1.byteCount } }
    }
}

extension LayerWeights {
    fileprivate var matrices: [PackedMatrix] { mixer.matrices + feedForward.matrices }
}

extension MixerWeights {
    fileprivate var matrices: [PackedMatrix] {
        switch self {
        case .attention(let weights): [weights.query, weights.key, weights.value, weights.output].map(\.matrix)
        }
    }
}

extension FeedForwardWeights {
    fileprivate var matrices: [PackedMatrix] {
        switch self {
        case .dense(let weights): [weights.gate, weights.up, weights.down].map(\.matrix)
        }
    }
}

private struct WeightLoader {
    let tensors: CheckedTensors
    let pool: OpaquePointer

    func layer(_ spec: LayerSpec) throws(ModelError) -> LayerWeights {
        LayerWeights(
            mixerNorm: try norm(spec.mixerNorm), mixer: try mixer(spec.mixer),
            feedForwardNorm: try norm(spec.feedForwardNorm), feedForward: try feedForward(spec.feedForward))
    }

    func mixer(_ spec: Mixer) throws(ModelError) -> MixerWeights {
        switch spec {
        case .attention(let spec):
            .attention(
                AttentionWeights(
                    spec: spec, query: try linear(spec.query), key: try linear(spec.key),
                    value: try linear(spec.value), output: try linear(spec.output),
                    queryNorm: try spec.queryNorm.map(norm), keyNorm: try spec.keyNorm.map(norm)))
        }
    }

    func feedForward(_ spec: FeedForward) throws(ModelError) -> FeedForwardWeights {
        switch spec {
        case .dense(let spec):
            .dense(
                DenseWeights(
                    spec: spec, gate: try linear(spec.gate), up: try linear(spec.up), down: try linear(spec.down)))
        }
    }

    func linear(_ spec: LinearSpec) throws(ModelError) -> LinearWeights {
        LinearWeights(
            matrix: try tensors.matrix(spec.weight, pool: pool), bias: try spec.bias.map(tensors.vector))
    }

    func norm(_ spec: NormSpec) throws(ModelError) -> NormWeights {
        NormWeights(weight: try tensors.vector(spec.weight), epsilon: spec.epsilon)
    }

    func divisors(_ spec: ModelSpec) throws(ModelError) -> [String: [Float]] {
        var divisors: [String: [Float]] = [:]
        for case .attention(let attention) in spec.layers.map(\.mixer) {
            guard case .divisors(let ref) = attention.rotary.scaling, divisors[ref.name] == nil else { continue }
            divisors[ref.name] = try checkedDivisors(ref)
        }
        return divisors
    }

    private func checkedDivisors(_ ref: TensorRef) throws(ModelError) -> [Float] {
        let range: ClosedRange<Float> = 1e-6...1e6
        let values = try tensors.floats(ref)
        guard let wrong = values.first(where: { !range.contains($0) }) else { return values }
        throw .field("tensor \(ref.name)", found: "\(wrong)", expected: "\(range.lowerBound) to \(range.upperBound)")
    }
}
