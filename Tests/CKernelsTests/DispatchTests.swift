import CKernels
import Foundation
import Testing

@Suite("Instruction sets")
struct DispatchTests {
    @Test("The scalar reference is always there, and the best table is one that can be asked for")
    func tables() {
        #expect(ISA.available.contains(.scalar))
        let best = gk_kernels_best()
        #expect(best == gk_kernels_for(gk_kernels_isa(best)))
        for isa in ISA.available { #expect(gk_kernels_isa(isa.kernels).rawValue == isa.rawValue) }
        #expect(gk_kernels_isa(best).rawValue == ISA.available.map(\.rawValue).max())
        #expect(gk_kernels_for(GK_ISA_NEON) == nil)
        #expect(gk_kernels_for(gk_isa(77)) == nil)
    }

    @Test("Names")
    func names() {
        let isas = [GK_ISA_SCALAR, GK_ISA_AVX2, GK_ISA_AVX512_VNNI, GK_ISA_NEON, gk_isa(77)]
        #expect(isas.map { String(cString: gk_isa_name($0)) } == ["scalar", "avx2", "avx512-vnni", "neon", "unknown"])
    }

    @Test("A product whose activations do not fit its matrix stops the program instead of reading beyond them")
    func brokenContract() async {
        await #expect(processExitsWith: .signal(SIGABRT)) {
            var matrix = gk_matrix(type: GK_F32, rows: 1, columns: 64, data: nil)
            var activations = gk_activations(values: nil, scratch: nil, tokens: 1, columns: 32, quantized: false)
            var y: Float = 0
            gk_matmul(gk_kernels_best(), nil, &matrix, &activations, nil, &y, 1)
        }
    }
}
