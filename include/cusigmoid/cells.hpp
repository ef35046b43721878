// SPDX-License-Identifier: Apache-2.0
// The elementwise part of a recurrent cell, between the matrix products.
#pragma once
#include "cusigmoid/arguments.hpp"

namespace cusigmoid {

/// An LSTM's step: c = σ(f)·c_prev + σ(i)·tanh(g), h = σ(o)·tanh(c) of the unrounded c, with [i | f | g | o] = gates + bias side by side in
/// each row. gates is rows × 4·cols; bias 4·cols elements, or nullptr for none; c_prev, c, h are rows × cols. c or h may be c_prev. h may
/// be float16 or bfloat16 where all else is float. Maximum error: 0.52 ulp + 2^−48·Σ|terms| (fp64: 2^−60) of the sums that lead to it.
template <class G, class C, class H>
void lstm_cell(cusigmoid_place place, matrix<G> gates, const_pointer<G> bias, const_matrix<C> c_prev, matrix<C> c, matrix<H> h) {
  detail::run(CUSIGMOID_LSTM_CELL, place, {detail::in(gates), detail::optional_in(bias, 1, gates.cols), detail::in(c_prev)},
              {detail::out(c), detail::out(h)});
}

/// Its gradient, from the step's inputs: with d = dc + dh·σ(o)·tanh′(c), dgates = [d·tanh(g)·σ′(i) | d·c_prev·σ′(f) | d·σ(i)·tanh′(g) |
/// dh·tanh(c)·σ′(o)], dc_prev = d·σ(f). dh and dc, the gradients of h and c, are rows × cols; dc is 0 where it is a matrix without data.
/// dgates may be gates; dc_prev may be c_prev, dh or dc. The gradient of bias is the sum of dgates over the rows. dh may be float16 or
/// bfloat16 where all else is float. Maximum error: as for lstm_cell.
template <class G, class C, class H>
void lstm_cell_backward(cusigmoid_place place, const_matrix<G> gates, const_pointer<G> bias, const_matrix<C> c_prev, matrix<H> dh,
                        const_matrix<C> dc, matrix<G> dgates, matrix<C> dc_prev) {
  detail::run(CUSIGMOID_LSTM_CELL_BACKWARD, place,
              {detail::in(gates), detail::optional_in(bias, 1, gates.cols), detail::in(c_prev), detail::in(dh), detail::optional_in(dc)},
              {detail::out(dgates), detail::out(dc_prev)});
}

}  // namespace cusigmoid
