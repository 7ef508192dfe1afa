// The table of AVX2 kernels.
#include "kernels_avx2.h"

#if defined(__x86_64__)
const gk_kernels gk_kernels_avx2 = {
    .isa = GK_ISA_AVX2,
    .quantize = gk_quantize_avx2,
    .multiply = {gk_multiply_f32_avx2, gk_multiply_f16_avx2, gk_multiply_bf16_avx2, gk_multiply_q4_0_avx2,
                 gk_multiply_q8_0_avx2, gk_multiply_q4_k_avx2, gk_multiply_q5_k_avx2,
                 gk_multiply_q6_k_avx2, gk_multiply_q5_0_avx2, gk_multiply_q5_1_avx2},
    .rms_norm = gk_rms_norm_avx2,
    .swiglu = gk_swiglu_avx2,
    .add = gk_add_avx2,
    .rope = gk_rope_avx2,
    .to_f16 = gk_to_f16_avx2,
    .score = gk_score_avx2,
    .softmax = gk_softmax_avx2,
    .accumulate = gk_accumulate_avx2,
    .scale = gk_scale_avx2,
};
#endif
