// SPDX-License-Identifier: Apache-2.0
// Quicker ways to the same results, in float and by approximate instructions: for GPUs, since many have little fp64 arithmetic, and for
// vectors on the CPU, which hold twice as many floats as doubles.
#pragma once
#include "cusigmoid/shortcuts/loss.hpp"
#include "cusigmoid/shortcuts/lstm.hpp"
#include "cusigmoid/shortcuts/products.hpp"
#include "cusigmoid/shortcuts/second_derivatives.hpp"
#include "cusigmoid/shortcuts/softplus.hpp"
#include "cusigmoid/shortcuts/swiglu.hpp"
