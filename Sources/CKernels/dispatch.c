// Chooses a table of kernels for the processor at hand.
#include "attention_scalar.h"
#include "kernels.h"
#include "matmul_scalar.h"
#include "rows_scalar.h"

const gk_kernels gk_kernels_scalar = {
    .isa = GK_ISA_SCALAR,
    .quantize = gk_quantize_scalar,
    .multiply = {gk_multiply_f32_scalar, gk_multiply_f16_scalar, gk_multiply_bf16_scalar, gk_multiply_q4_0_scalar,
                 gk_multiply_q8_0_scalar, gk_multiply_q4_k_scalar, gk_multiply_q5_k_scalar,
                 gk_multiply_q6_k_scalar, gk_multiply_q5_0_scalar, gk_multiply_q5_1_scalar},
    .rms_norm = gk_rms_norm_scalar,
    .swiglu = gk_swiglu_scalar,
    .add = gk_add_scalar,
    .rope = gk_rope_scalar,
    .to_f16 = gk_to_f16_scalar,
    .score = gk_score_scalar,
    .softmax = gk_softmax_scalar,
    .accumulate = gk_accumulate_scalar,
    .scale = gk_scale_scalar,
};

#if defined(__x86_64__)
static bool has_avx2(void) {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c");
}

static bool has_avx512_vnni(void) {
    return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
        && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq")
        && __builtin_cpu_supports("avx512vnni");
}

static const gk_kernels *native(gk_isa isa) {
    if (isa == GK_ISA_AVX2 && has_avx2()) return &gk_kernels_avx2;
    if (isa == GK_ISA_AVX512_VNNI && has_avx512_vnni()) return &gk_kernels_avx512;
    return NULL;
}
#else
static const gk_kernels *native(gk_isa isa) {
    (void)isa;
    return NULL;
}
#endif

const gk_kernels *gk_kernels_for(gk_isa isa) { return isa == GK_ISA_SCALAR ? &gk_kernels_scalar : native(isa); }

const gk_kernels *gk_kernels_best(void) {
    static const gk_isa order[] = {GK_ISA_AVX512_VNNI, GK_ISA_AVX2};
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        const gk_kernels *kernels = gk_kernels_for(order[i]);
        if (kernels != NULL) return kernels;
    }
    return &gk_kernels_scalar;
}

gk_isa gk_kernels_isa(const gk_kernels *kernels) { return kernels->isa; }

const char *gk_isa_name(gk_isa isa) {
    switch (isa) {
        case GK_ISA_SCALAR: return "scalar";
        case GK_ISA_AVX2: return "avx2";
        case GK_ISA_AVX512_VNNI: return "avx512-vnni";
        case GK_ISA_NEON: return "neon";
    }
    return "unknown";
}
