// SPDX-License-Identifier: Apache-2.0
// Quicker ways to the same results, for GPUs: in float and by approximate instructions, since many have little fp64 arithmetic.
#pragma once
#include "cusigmoid/shortcuts/eight_bits.hpp"
#include "cusigmoid/shortcuts/products.hpp"
