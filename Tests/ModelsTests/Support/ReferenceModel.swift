import Foundation
import Models
import Weights

/// A model run the plain way: doubles, one token after another, no cache, weights decoded from the file. Written
/// from the papers, not from the backend; slow, and easy to check by reading.
struct ReferenceModel {
    let spec: ModelSpec
    /// Whether inputs of products with quantized weights are rounded to int8 with a scale for each 32 values, as
    /// the kernels do it. Without it the reference is the model itself.
    let roundsInputs: Bool
    private var tensors: [String: (values: [Double], isQuantized: Bool)] = [:]

    init(_ spec: ModelSpec, _ checkpoint: Checkpoint, roundsInputs: Bool) throws {
        self.spec = spec
        self.roundsInputs = roundsInputs
        for name in checkpoint.tensorNames {
            let tensor = try checkpoint.tensor(name)
            tensors[name] = (try tensor.floats().map(Double.init), tensor.type.blockWeights > 1)
        }
    }

    /// Logits of every token, `[tokens × vocabulary]`.
    func logits(_ tokens: [Int32]) -> [[Double]] {
        let table = values(spec.embedding)
        var x = tokens.map { Array(table[Int($0) * spec.hiddenSize..<(Int($0) + 1) * spec.hiddenSize]) }
        for layer in spec.layers {
            let mixed = attend(layer, x.map { norm($0, layer.mixerNorm) })
            for row in x.indices { x[row] = zip(x[row], mixed[row]).map(+) }
            for row in x.indices {
                x[row] = zip(x[row], feedForward(layer, norm(x[row], layer.feedForwardNorm))).map(+)
            }
        }
        return x.map { product(norm($0, spec.finalNorm), spec.output) }
    }

    private func attend(_ layer: LayerSpec, _ inputs: [[Double]]) -> [[Double]] {
        guard case .attention(let spec) = layer.mixer else { return inputs }
        let q = inputs.enumerated().map { heads($1, spec.query, spec.queryNorm, spec, position: $0) }
        let k = inputs.enumerated().map { heads($1, spec.key, spec.keyNorm, spec, position: $0) }
        let v = inputs.map { split(product($0, spec.value), spec.headWidth) }
        return inputs.indices.map { row in
            let first = spec.window.map { max(0, row - $0 + 1) } ?? 0
            let mixed = (0..<spec.heads).flatMap { head in
                let shared = head / (spec.heads / spec.kvHeads)
                let scores = (first...row).map { exp(dot(q[row][head], k[$0][shared]) / sqrt(Double(spec.headWidth))) }
                let sum = scores.reduce(0, +)
                return (0..<spec.headWidth).map { column in
                    zip(scores, first...row).reduce(0) { $0 + $1.0 / sum * v[$1.1][shared][column] }
                }
            }
            return product(mixed, spec.output)
        }
    }

    /// Projects, splits into heads, normalizes each and rotates it.
    private func heads(
        _ x: [Double], _ linear: LinearSpec, _ norm: NormSpec?, _ spec: AttentionSpec, position: Int
    ) -> [[Double]] {
        split(product(x, linear), spec.headWidth).map { head in
            rotate(norm.map { self.norm(head, $0) } ?? head, spec.rotary, position: position)
        }
    }

    private func rotate(_ head: [Double], _ rotary: RotarySpec, position: Int) -> [Double] {
        var turned = head
        for pair in 0..<rotary.width / 2 {
            let angle = Double(position) * pow(rotary.base, -2 * Double(pair) / Double(rotary.width))
            let (a, b) = rotary.layout == .halves ? (pair, pair + rotary.width / 2) : (2 * pair, 2 * pair + 1)
            turned[a] = head[a] * cos(angle) - head[b] * sin(angle)
            turned[b] = head[b] * cos(angle) + head[a] * sin(angle)
        }
        return turned
    }

    private func feedForward(_ layer: LayerSpec, _ x: [Double]) -> [Double] {
        guard case .dense(let spec) = layer.feedForward else { return x }
        let gated = zip(product(x, spec.gate), product(x, spec.up)).map { $0 / (1 + exp(-$0)) * $1 }
        return product(gated, spec.down)
    }

    private func norm(_ x: [Double], _ spec: NormSpec) -> [Double] {
        let scale = 1 / sqrt(dot(x, x) / Double(x.count) + Double(spec.epsilon))
        return zip(x, values(spec.weight)).map { $0 * scale * $1 }
    }

    private func product(_ x: [Double], _ linear: LinearSpec) -> [Double] {
        let sums = product(x, linear.weight)
        return linear.bias.map { zip(sums, values($0)).map(+) } ?? sums
    }

    private func product(_ x: [Double], _ weight: TensorRef) -> [Double] {
        let stored = tensors[weight.name]
        let input = roundsInputs && stored?.isQuantized == true ? rounded(x) : x
        return split(stored?.values ?? [], x.count).map { dot($0, input) }
    }

    private func rounded(_ x: [Double]) -> [Double] {
        split(x, 32).flatMap { block in
            let scale = (block.map(abs).max() ?? 0) / 127
            return block.map { scale == 0 ? 0 : ($0 / scale).rounded() * scale }
        }
    }

    private func values(_ ref: TensorRef) -> [Double] { tensors[ref.name]?.values ?? [] }
}

private func dot(_ x: [Double], _ y: [Double]) -> Double {
    var sum = 0.0
    for index in x.indices { sum += x[index] * y[index] }
    return sum
}

private func split(_ x: [Double], _ width: Int) -> [[Double]] {
    stride(from: 0, to: x.count, by: width).map { Array(x[$0..<min($0 + width, x.count)]) }
}
