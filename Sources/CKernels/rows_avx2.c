// Row operations and attention for AVX2.
#include "kernels_avx2.h"

#if defined(__x86_64__)
#include "avx2.h"
#include "rows_scalar.h"

#define GK_TARGET GK_AVX2
#define GK_FORM(name) name##_avx2
#define GK_AT_ONCE 4
#define GK_VECTORS 1
#define gk_f16_lanes(source) \
    (gk_lanes)__builtin_shufflevector(gk_load8_f16(source), gk_load8_f16((source) + 16), \
                                      0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)

#include "attention_vector.h"
#include "rows_vector.h"

GK_AVX2 void gk_to_f16_avx2(const float *x, size_t count, uint16_t *target) {
    size_t whole = count / GK_OCTET * GK_OCTET;
    for (size_t i = 0; i < whole; i += GK_OCTET) {
        __m128i half = _mm256_cvtps_ph(_mm256_loadu_ps(x + i), _MM_FROUND_TO_NEAREST_INT);
        _mm_storeu_si128((void *)(target + i), half);
    }
    gk_to_f16_scalar(x + whole, count - whole, target + whole);
}
#endif
