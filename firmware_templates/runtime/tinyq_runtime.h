/* tinyq runtime: the few functions that every kernel shares. Header only, no state, C99 and C++. */
#ifndef TINYQ_RUNTIME_H
#define TINYQ_RUNTIME_H

#include <string.h> /* kernels copy and fill */

#include "tinyq_fixed_point.h"
#include "tinyq_functions.h"
#include "tinyq_rounding.h"

#endif
