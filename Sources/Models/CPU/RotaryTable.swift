/// Cosines and sines of one rotary embedding for the rows of a step.
final class RotaryTable {
    let layout: RotarySpec.Layout
    /// Values of a head that are rotated.
    let width: Int
    /// Radians a position for each pair. Floats, as every implementation rounds them; their product with a
    /// position is exact in a Double.
    private let frequencies: [Float]
    private let factor: Double
    private var cosines = StepBuffer<Float>()
    private var sines = StepBuffer<Float>()

    init(_ spec: RotarySpec, divisors: [Float]) {
        layout = spec.layout
        width = spec.width
        frequencies = spec.frequencies(divisors: divisors)
        factor = spec.attentionFactor
    }

    /// `[rows × width/2]`.
    var cosine: UnsafeMutablePointer<Float> { cosines.base }
    /// `[rows × width/2]`.
    var sine: UnsafeMutablePointer<Float> { sines.base }

    /// Fills the tables for rows at `positions`.
    func fill(_ positions: UnsafeBufferPointer<Int32>) {
        let pairs = frequencies.count
        let cosine = cosines.reserve(positions.count * pairs)
        let sine = sines.reserve(positions.count * pairs)
        for (row, position) in positions.enumerated() {
            for pair in 0..<pairs {
                let turned = cosineAndSine(Double(position) * Double(frequencies[pair]))
                cosine[row * pairs + pair] = Float(turned.cosine * factor)
                sine[row * pairs + pair] = Float(turned.sine * factor)
            }
        }
    }
}

extension RotaryTable {
    /// A table for each rotary embedding that some layer of the model uses.
    static func tables(_ model: Model) -> [RotarySpec: RotaryTable] {
        var tables: [RotarySpec: RotaryTable] = [:]
        for layer in model.spec.layers {
            switch layer.mixer {
            case .attention(let attention):
                let rotary = attention.rotary
                if tables[rotary] == nil {
                    tables[rotary] = RotaryTable(rotary, divisors: model.weights.divisors(of: rotary))
                }
            }
        }
        return tables
    }
}
