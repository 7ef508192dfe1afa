// The table of AVX-512 kernels.
#include "kernels_avx512.h"

#if defined(__x86_64__)
const gk_kernels gk_kernels_avx512 = {
    .isa = GK_ISA_AVX512_VNNI,
    .quantize = gk_quantize_avx512,
    .multiply = {gk_multiply_f32_avx512, gk_multiply_f16_avx512, gk_multiply_bf16_avx512, gk_multiply_q4_0_avx512,
                 gk_multiply_q8_0_avx512, gk_multiply_q4_k_avx512, gk_multiply_q5_k_avx512,
                 gk_multiply_q6_k_avx512, gk_multiply_q5_0_avx512, gk_multiply_q5_1_avx512},
    .rms_norm = gk_rms_norm_avx512,
    .swiglu = gk_swiglu_avx512,
    .add = gk_add_avx512,
    .rope = gk_rope_avx512,
    .to_f16 = gk_to_f16_avx512,
    .score = gk_score_avx512,
    .softmax = gk_softmax_avx512,
    .accumulate = gk_accumulate_avx512,
    .scale = gk_scale_avx512,
};
#endif
