// Row operations and attention for AVX-512.
#include "kernels_avx512.h"

#if defined(__x86_64__)
#include "avx512.h"

#define GK_TARGET GK_AVX512
#define GK_FORM(name) name##_avx512
#define GK_AT_ONCE 8
#define GK_VECTORS 2
#define gk_f16_lanes(source) (gk_lanes)gk_load16_f16(source)

#include "attention_vector.h"
#include "rows_vector.h"

GK_AVX512 void gk_to_f16_avx512(const float *x, size_t count, uint16_t *target) {
    for (size_t i = 0; i < count; i += GK_LANES) {
        __mmask16 mask = gk_mask16(count - i);
        __m512 value = _mm512_maskz_loadu_ps(mask, x + i);
        _mm256_mask_storeu_epi16(target + i, mask, _mm512_cvtps_ph(value, _MM_FROUND_TO_NEAREST_INT));
    }
}
#endif
