import CKernels
import Weights

/// The operations of a forward pass. Shapes are [rows × width] unless said otherwise.
extension CPUDevice {
    typealias Values = UnsafeMutablePointer<Float>

    func norm(_ x: UnsafePointer<Float>, _ norm: NormWeights, rows: Int, into out: Values) {
        gk_rms_norm(kernels, pool, x, norm.weight.base, norm.epsilon, rows, norm.weight.count, out)
    }

    /// y = x Wᵀ (+ bias): `[rows × W.rows]`.
    func product(_ x: inout Activations, _ linear: LinearWeights, into y: Values) {
        linear.matrix.withMatrix { matrix in
            withUnsafePointer(to: matrix) { matrix in
                withUnsafePointer(to: x.form(for: matrix.pointee.type)) { x in
                    gk_matmul(kernels, pool, matrix, x, linear.bias?.base, y, matrix.pointee.rows)
                }
            }
        }
    }

    /// x += y over `count` values.
    func add(_ y: UnsafePointer<Float>, to x: Values, count: Int) {
        gk_add(kernels, pool, x, y, count)
    }

    /// gate = silu(gate) · up over `count` values.
    func swiglu(_ gate: Values, _ up: UnsafePointer<Float>, count: Int) {
        gk_swiglu(kernels, pool, gate, up, count, gate)
    }

    /// Rotates the heads of x, `[rows × heads × headWidth]`, in place.
    func rotate(_ x: Values, _ table: RotaryTable, rows: Int, heads: Int, headWidth: Int) {
        let layout = table.layout == .halves ? GK_ROPE_HALVES : GK_ROPE_PAIRS
        gk_rope(kernels, pool, x, table.cosine, table.sine, layout, rows, heads, headWidth, table.width)
    }
}
