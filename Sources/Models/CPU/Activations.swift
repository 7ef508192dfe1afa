import CKernels

/// The input of one or more matrix products, `[rows × columns]`; quantized once, when the first quantized
/// weights ask for it.
struct Activations {
    private let device: CPUDevice
    private let values: UnsafePointer<Float>
    private let rows: Int
    private let columns: Int
    private let scratch: UnsafeMutableRawPointer
    private var quantized: gk_activations?

    /// `scratch` holds `scratchBytes` and is this value's alone while it lives.
    init(
        _ values: UnsafePointer<Float>, rows: Int, columns: Int, scratch: UnsafeMutableRawPointer, on device: CPUDevice
    ) {
        self.values = values
        self.rows = rows
        self.columns = columns
        self.scratch = scratch
        self.device = device
    }

    static func scratchBytes(rows: Int, columns: Int) -> Int {
        gk_activations_bytes(GK_Q8_0, rows, columns)
    }

    /// The form that weights of `type` are multiplied with.
    mutating func form(for type: gk_type) -> gk_activations {
        guard gk_block_weights(type) > 1 else { return prepare(type) }
        let form = quantized ?? prepare(type)
        quantized = form
        return form
    }

    private func prepare(_ type: gk_type) -> gk_activations {
        gk_activations_prepare(device.kernels, device.pool, type, values, rows, columns, scratch)
    }
}
