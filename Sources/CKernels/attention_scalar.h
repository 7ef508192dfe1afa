// The reference of attention.
#ifndef GLEANER_ATTENTION_SCALAR_H
#define GLEANER_ATTENTION_SCALAR_H

#include "kernels.h"

void gk_score_scalar(const gk_attend *job);
float gk_softmax_scalar(float *scores, size_t tiles, size_t first, size_t last);
void gk_accumulate_scalar(const gk_attend *job, size_t first, size_t end);

#endif
