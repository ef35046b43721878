// SPDX-License-Identifier: Apache-2.0
// Made by tools/make_constants.py; do not edit.
// clang-format off
#pragma once
#include "cusigmoid/target.hpp"

namespace cusigmoid::engine {
inline namespace CUSIGMOID_TARGET {
namespace constants {

constexpr int exp_steps = 32;
constexpr double exp_steps_per_ln2 = 0x1.71547652b82fep+5;  // 32 / ln 2
constexpr double ln2_step_hi = 0x1.62e42fefa39efp-6;  // ln 2 / 32
constexpr double ln2_step_lo = 0x1.abc9e3b39803fp-61;  // ln 2 / 32 - ln2_step_hi

/// 2^(i/32)
CUSIGMOID_FN double exp2_hi(int i) {
  static constexpr double entries[32] = {
      0x1.0000000000000p+0, 0x1.059b0d3158574p+0, 0x1.0b5586cf9890fp+0, 0x1.11301d0125b51p+0,
      0x1.172b83c7d517bp+0, 0x1.1d4873168b9aap+0, 0x1.2387a6e756238p+0, 0x1.29e9df51fdee1p+0,
      0x1.306fe0a31b715p+0, 0x1.371a7373aa9cbp+0, 0x1.3dea64c123422p+0, 0x1.44e086061892dp+0,
      0x1.4bfdad5362a27p+0, 0x1.5342b569d4f82p+0, 0x1.5ab07dd485429p+0, 0x1.6247eb03a5585p+0,
      0x1.6a09e667f3bcdp+0, 0x1.71f75e8ec5f74p+0, 0x1.7a11473eb0187p+0, 0x1.82589994cce13p+0,
      0x1.8ace5422aa0dbp+0, 0x1.93737b0cdc5e5p+0, 0x1.9c49182a3f090p+0, 0x1.a5503b23e255dp+0,
      0x1.ae89f995ad3adp+0, 0x1.b7f76f2fb5e47p+0, 0x1.c199bdd85529cp+0, 0x1.cb720dcef9069p+0,
      0x1.d5818dcfba487p+0, 0x1.dfc97337b9b5fp+0, 0x1.ea4afa2a490dap+0, 0x1.f50765b6e4540p+0,
  };
  return entries[i];
}
/// 2^(i/32) - exp2_hi(i)
CUSIGMOID_FN double exp2_lo(int i) {
  static constexpr double entries[32] = {
      0x0.0p+0, 0x1.d73e2a475b465p-55, 0x1.8a62e4adc610bp-54, -0x1.6c51039449b3ap-54,
      -0x1.19041b9d78a76p-55, 0x1.e016e00a2643cp-54, 0x1.9b07eb6c70573p-54, 0x1.612e8afad1255p-55,
      0x1.6f46ad23182e4p-55, -0x1.63aeabf42eae2p-54, 0x1.ada0911f09ebcp-55, 0x1.89b7a04ef80d0p-59,
      0x1.d4397afec42e2p-56, -0x1.07abe1db13cadp-55, 0x1.6324c054647adp-54, -0x1.383c17e40b497p-54,
      -0x1.bdd3413b26456p-54, -0x1.16e4786887a99p-55, -0x1.41577ee04992fp-55, -0x1.d4c1dd41532d8p-54,
      0x1.6e9f156864b27p-54, -0x1.75fc781b57ebcp-57, 0x1.c7c46b071f2bep-56, -0x1.d2f6edb8d41e1p-54,
      0x1.7a1cd345dcc81p-54, -0x1.5584f7e54ac3bp-56, 0x1.11065895048ddp-55, 0x1.503cbd1e949dbp-56,
      0x1.2ed02d75b3707p-55, -0x1.1a5cd4f184b5cp-54, -0x1.e9c23179c2893p-54, 0x1.9d3e12dd8a18bp-54,
  };
  return entries[i];
}
/// 1 / i!
CUSIGMOID_FN double inverse_factorial(int i) {
  static constexpr double entries[9] = {
      0x1.0000000000000p+0, 0x1.0000000000000p+0, 0x1.0000000000000p-1, 0x1.5555555555555p-3,
      0x1.5555555555555p-5, 0x1.1111111111111p-7, 0x1.6c16c16c16c17p-10, 0x1.a01a01a01a01ap-13,
      0x1.a01a01a01a01ap-16,
  };
  return entries[i];
}

constexpr int log_steps = 32;
/// close to 1 / (1 + i/32), in ten bits: one less than it is exact
CUSIGMOID_FN double log_reciprocal(int i) {
  static constexpr double entries[33] = {
      0x1.0000000000000p+0, 0x1.f000000000000p-1, 0x1.e200000000000p-1, 0x1.d400000000000p-1,
      0x1.c700000000000p-1, 0x1.bb00000000000p-1, 0x1.af00000000000p-1, 0x1.a400000000000p-1,
      0x1.9a00000000000p-1, 0x1.9000000000000p-1, 0x1.8600000000000p-1, 0x1.7d00000000000p-1,
      0x1.7400000000000p-1, 0x1.6c00000000000p-1, 0x1.6400000000000p-1, 0x1.5d00000000000p-1,
      0x1.5500000000000p-1, 0x1.4e00000000000p-1, 0x1.4800000000000p-1, 0x1.4100000000000p-1,
      0x1.3b00000000000p-1, 0x1.3500000000000p-1, 0x1.2f00000000000p-1, 0x1.2a00000000000p-1,
      0x1.2500000000000p-1, 0x1.1f00000000000p-1, 0x1.1a00000000000p-1, 0x1.1600000000000p-1,
      0x1.1100000000000p-1, 0x1.0d00000000000p-1, 0x1.0800000000000p-1, 0x1.0400000000000p-1,
      0x1.0000000000000p-1,
  };
  return entries[i];
}
/// -ln log_reciprocal(i)
CUSIGMOID_FN double log_offset(int i) {
  static constexpr double entries[33] = {
      0x0.0p+0, 0x1.0415d89e74444p-5, 0x1.eea31c006b87cp-5, 0x1.700d30aeac0e1p-4,
      0x1.e3707ee30487bp-4, 0x1.28753bc11aba5p-3, 0x1.60b3100b09476p-3, 0x1.95a5adcf7017fp-3,
      0x1.c6ffbc6f00f71p-3, 0x1.f991c6cb3b379p-3, 0x1.16b5ccbacfb73p-2, 0x1.2e9e2bce12286p-2,
      0x1.4718dc271c41bp-2, 0x1.5d5bddf595f30p-2, 0x1.741d876c67bb1p-2, 0x1.8873658327ccfp-2,
      0x1.a0325ed14fda4p-2, 0x1.b56fa04462909p-2, 0x1.c7ff9c74554c9p-2, 0x1.de16b56ef90f0p-2,
      0x1.f168f7fb05c52p-2, 0x1.028d2d6a963f4p-1, 0x1.0c974c89431cep-1, 0x1.151c3f6f29612p-1,
      0x1.1dc619de06944p-1, 0x1.285e0842ca384p-1, 0x1.315da4434068bp-1, 0x1.38ae2171976e7p-1,
      0x1.41f8ff8471d61p-1, 0x1.4987ace0dabb0p-1, 0x1.5322e26867857p-1, 0x1.5af405c3649e0p-1,
      0x1.62e42fefa39efp-1,
  };
  return entries[i];
}
/// -ln log_reciprocal(i) - log_offset(i)
CUSIGMOID_FN double log_offset_lo(int i) {
  static constexpr double entries[33] = {
      0x0.0p+0, 0x1.c05cf1d753622p-59, -0x1.3e4fc93b7b66cp-59, -0x1.72566212cdd05p-61,
      0x1.09ccecd579d99p-58, -0x1.6394d9fa33311p-57, -0x1.5b2623e05016bp-58, 0x1.142c507fb7a3dp-58,
      -0x1.8e58b2c57a4a5p-57, 0x1.f665066f980a2p-57, 0x1.66fbd28b40935p-56, 0x1.8251a3b83d97ap-62,
      0x1.8fb4c14c56eefp-60, -0x1.6541148cbb8a2p-56, 0x1.84a4ee3059583p-56, -0x1.c43eff892d8d0p-58,
      0x1.efa7950fb57e7p-56, 0x1.494b610665378p-56, 0x1.223eadb651b4ap-57, 0x1.19fcdfc8ea4f4p-56,
      0x1.2fd60fce475cfp-59, 0x1.ff6181e8400ccp-55, -0x1.fac191a23c9cdp-56, 0x1.342eb628dba17p-56,
      0x1.b50bb38388177p-57, -0x1.d93cc9506f200p-55, 0x1.6c3a5f12642c9p-57, 0x1.21512aa596ea3p-55,
      0x1.eeba65347de21p-58, 0x1.f68ae35979f60p-55, 0x1.988ba4aea614dp-56, -0x1.6714fbcd8135bp-55,
      0x1.abc9e3b39803fp-56,
  };
  return entries[i];
}
/// (-1)^(i+1) / i
CUSIGMOID_FN double alternating_inverse(int i) {
  static constexpr double entries[13] = {
      0x0.0p+0, 0x1.0000000000000p+0, -0x1.0000000000000p-1, 0x1.5555555555555p-2,
      -0x1.0000000000000p-2, 0x1.999999999999ap-3, -0x1.5555555555555p-3, 0x1.2492492492492p-3,
      -0x1.0000000000000p-3, 0x1.c71c71c71c71cp-4, -0x1.999999999999ap-4, 0x1.745d1745d1746p-4,
      -0x1.5555555555555p-4,
  };
  return entries[i];
}
/// tanh x: the coefficient of x^(2i + 1)
CUSIGMOID_FN double tanh_series(int i) {
  static constexpr double entries[13] = {
      0x1.0000000000000p+0, -0x1.5555555555555p-2, 0x1.1111111111111p-3, -0x1.ba1ba1ba1ba1cp-5,
      0x1.664f4882c10fap-6, -0x1.226e355e6c23dp-7, 0x1.d6d3d0e157de0p-9, -0x1.7da36452b75e3p-10,
      0x1.3558248036744p-11, -0x1.f57d7734d1664p-13, 0x1.967e18afcafadp-14, -0x1.497d8eea25259p-15,
      0x1.0b132d39a6050p-16,
  };
  return entries[i];
}

constexpr double silu_derivative_zero_hi = -0x1.474973c84120bp+0;  // the zero of SiLU', in three parts
constexpr double silu_derivative_zero_mid = -0x1.f8d74bc9ac154p-54;
constexpr double silu_derivative_zero_lo = -0x1.44a50180ba780p-108;
/// SiLU' about its zero: the coefficient of the i-th power of the distance
CUSIGMOID_FN double silu_derivative_series_hi(int i) {
  static constexpr double entries[18] = {
      0x0.0p+0, 0x1.be1410460527fp-3, 0x1.2c563458cc0adp-3, 0x1.353eb573ca457p-6,
      -0x1.f2d0e32bc2994p-7, -0x1.b0f82c498fd2fp-8, 0x1.098e92b8f076dp-13, 0x1.a2a7caf0ee747p-11,
      0x1.8574d136d4cb4p-13, -0x1.57238dca12615p-15, -0x1.f2d8976600f6fp-16, -0x1.8af40fd30a2bcp-19,
      0x1.3ae0f751df483p-19, 0x1.cdb14ef8f6491p-21, -0x1.061994e63271cp-25, -0x1.8dffda8a766aap-24,
      -0x1.4450a9df8b6aep-26, 0x1.3d70fd01a98fbp-28,
  };
  return entries[i];
}
/// the first of them less silu_derivative_series_hi(i)
CUSIGMOID_FN double silu_derivative_series_lo(int i) {
  static constexpr double entries[4] = {
      0x0.0p+0, -0x1.2541062177473p-58, -0x1.ae4095936c303p-57, 0x1.46b855da2e606p-60,
  };
  return entries[i];
}

constexpr double silu_second_derivative_zero_hi = 0x1.331e23ad9de11p+1;  // the zero of SiLU'', in three parts
constexpr double silu_second_derivative_zero_mid = 0x1.a9c55ef03c74ap-53;
constexpr double silu_second_derivative_zero_lo = 0x1.672af2735d856p-110;
/// SiLU'' about its zero: the coefficient of the i-th power of the distance
CUSIGMOID_FN double silu_second_derivative_series_hi(int i) {
  static constexpr double entries[18] = {
      0x0.0p+0, -0x1.76e8b4eb0ea41p-4, 0x1.388203715b23ep-4, -0x1.706e66bf3603bp-6,
      -0x1.e178d8d2391d6p-10, 0x1.fa4e9f742fa77p-9, -0x1.662f848d6c11cp-10, 0x1.e2e4a6611bf4bp-14,
      0x1.94804c550c0fcp-14, -0x1.8e0bb1b9411e3p-15, 0x1.1af1925d34d7ep-17, 0x1.4e83911395334p-20,
      -0x1.3f8fd2d4427b6p-20, 0x1.51a7765845eb5p-22, -0x1.544dd16469785p-27, -0x1.849373225696dp-26,
      0x1.2840743686948p-27, -0x1.392c17b2941b0p-30,
  };
  return entries[i];
}
/// the first of them less silu_second_derivative_series_hi(i)
CUSIGMOID_FN double silu_second_derivative_series_lo(int i) {
  static constexpr double entries[4] = {
      0x0.0p+0, 0x1.70c4911c32fadp-58, 0x1.17a8829cf57fep-60, -0x1.da513b6240ed6p-60,
  };
  return entries[i];
}

// The same in float, for shortcuts.hpp.
constexpr float log2e_float = 0x1.7154760000000p+0f;  // 1 / ln 2
constexpr float log2e_float_rest = 0x1.4ae0c00000000p-26f;  // 1 / ln 2 - log2e_float
constexpr float ln2_float_hi = 0x1.62e4300000000p-1f;  // ln 2
constexpr float ln2_float_lo = -0x1.05c6100000000p-29f;  // ln 2 - ln2_float_hi
/// 2^(i/32)
CUSIGMOID_FN float exp2_float(int i) {
  static constexpr float entries[32] = {
      0x1.0000000000000p+0f, 0x1.059b0e0000000p+0f, 0x1.0b55860000000p+0f, 0x1.11301e0000000p+0f,
      0x1.172b840000000p+0f, 0x1.1d48740000000p+0f, 0x1.2387a60000000p+0f, 0x1.29e9e00000000p+0f,
      0x1.306fe00000000p+0f, 0x1.371a740000000p+0f, 0x1.3dea640000000p+0f, 0x1.44e0860000000p+0f,
      0x1.4bfdae0000000p+0f, 0x1.5342b60000000p+0f, 0x1.5ab07e0000000p+0f, 0x1.6247ec0000000p+0f,
      0x1.6a09e60000000p+0f, 0x1.71f75e0000000p+0f, 0x1.7a11480000000p+0f, 0x1.82589a0000000p+0f,
      0x1.8ace540000000p+0f, 0x1.93737c0000000p+0f, 0x1.9c49180000000p+0f, 0x1.a5503c0000000p+0f,
      0x1.ae89fa0000000p+0f, 0x1.b7f7700000000p+0f, 0x1.c199be0000000p+0f, 0x1.cb720e0000000p+0f,
      0x1.d5818e0000000p+0f, 0x1.dfc9740000000p+0f, 0x1.ea4afa0000000p+0f, 0x1.f507660000000p+0f,
  };
  return entries[i];
}
/// ln(2^(i/32) / exp2_float(i))
CUSIGMOID_FN float exp2_float_rest(int i) {
  static constexpr float entries[32] = {
      0x0.0p+0f, -0x1.9474160000000p-25f, 0x1.8d96d40000000p-25f, -0x1.dda2fe0000000p-25f,
      -0x1.9c0c220000000p-27f, -0x1.a2fbb40000000p-25f, 0x1.9649020000000p-25f, -0x1.2b0dbc0000000p-25f,
      0x1.1250020000000p-25f, -0x1.cde8ce0000000p-26f, 0x1.370be40000000p-25f, 0x1.336de20000000p-30f,
      -0x1.0a35520000000p-25f, -0x1.c541b60000000p-26f, -0x1.00d8ac0000000p-27f, -0x1.6cb2840000000p-25f,
      0x1.26055c0000000p-26f, 0x1.8b2bb80000000p-26f, -0x1.05cb440000000p-25f, -0x1.1c21420000000p-26f,
      0x1.67a1ca0000000p-28f, -0x1.348e560000000p-25f, 0x1.a3b5e40000000p-28f, -0x1.0b7ec80000000p-25f,
      -0x1.f9c3060000000p-27f, -0x1.e4c8860000000p-26f, -0x1.6961b40000000p-28f, -0x1.b5151e0000000p-28f,
      -0x1.a5217c0000000p-28f, -0x1.ab71320000000p-26f, 0x1.61428e0000000p-28f, -0x1.2ad5f80000000p-27f,
  };
  return entries[i];
}
/// 2^(i/4) for i < 4, then 2^((i-4)/32), to 12 bits
CUSIGMOID_FN float exp2_factor(int i) {
  static constexpr float entries[12] = {
      0x1.0000000000000p+0f, 0x1.3060000000000p+0f, 0x1.6a00000000000p+0f, 0x1.ae80000000000p+0f,
      0x1.0000000000000p+0f, 0x1.05a0000000000p+0f, 0x1.0b60000000000p+0f, 0x1.1140000000000p+0f,
      0x1.1720000000000p+0f, 0x1.1d40000000000p+0f, 0x1.2380000000000p+0f, 0x1.29e0000000000p+0f,
  };
  return entries[i];
}
/// ln(2^(i/4) / exp2_factor(i)) and so on, to a multiple of 2^-30
CUSIGMOID_FN float exp2_factor_offset(int i) {
  static constexpr float entries[12] = {
      0x0.0p+0f, 0x1.ab49000000000p-13f, 0x1.c00c000000000p-14f, 0x1.7b9c000000000p-14f,
      0x0.0p+0f, -0x1.35e7000000000p-14f, -0x1.40ea000000000p-13f, -0x1.dc56000000000p-13f,
      0x1.51eb000000000p-13f, 0x1.e54b000000000p-14f, 0x1.ae10000000000p-14f, 0x1.0f7c800000000p-13f,
  };
  return entries[i];
}
/// what that leaves
CUSIGMOID_FN float exp2_factor_rest(int i) {
  static constexpr float entries[12] = {
      0x0.0p+0f, 0x1.792ed80000000p-32f, 0x1.01c9680000000p-32f, 0x1.c91c380000000p-34f,
      0x0.0p+0f, -0x1.cb34e00000000p-32f, -0x1.ab12b60000000p-32f, 0x1.2e950c0000000p-32f,
      0x1.8e8b2e0000000p-35f, -0x1.6042140000000p-33f, 0x1.5246c00000000p-33f, 0x1.569c080000000p-35f,
  };
  return entries[i];
}
/// (e^r - 1 - r)/r^2 for |r| <= ln 2 / 64: the coefficient of r^i
CUSIGMOID_FN float exp_float(int i) {
  static constexpr float entries[3] = {
      0x1.0000000000000p-1f, 0x1.5555b80000000p-3f, 0x1.5555960000000p-5f,
  };
  return entries[i];
}
/// 2^f for |f| <= 1/2: the coefficient of f^i
CUSIGMOID_FN float exp2_series(int i) {
  static constexpr float entries[7] = {
      0x1.0000000000000p+0f, 0x1.62e4300000000p-1f, 0x1.ebfbe00000000p-3f, 0x1.c6afee0000000p-5f,
      0x1.3b2a800000000p-7f, 0x1.5ec8660000000p-10f, 0x1.43e7160000000p-13f,
  };
  return entries[i];
}
/// the same, computed in float to within 2 ulp
CUSIGMOID_FN float exp2_short_series(int i) {
  static constexpr float entries[6] = {
      0x1.0000000000000p+0f, 0x1.62e4240000000p-1f, 0x1.ebf9b40000000p-3f, 0x1.c6baa20000000p-5f,
      0x1.3cec9a0000000p-7f, 0x1.5ab3c00000000p-10f,
  };
  return entries[i];
}
constexpr int log1p_steps = 64;
/// -ln(1/2 + i/128)
CUSIGMOID_FN float log_float(int i) {
  static constexpr float entries[65] = {
      0x1.62e4300000000p-1f, 0x1.5af4060000000p-1f, 0x1.5322e20000000p-1f, 0x1.4b6fd60000000p-1f,
      0x1.43da000000000p-1f, 0x1.3c60800000000p-1f, 0x1.35028a0000000p-1f, 0x1.2dbf560000000p-1f,
      0x1.2696220000000p-1f, 0x1.1f86360000000p-1f, 0x1.188ee40000000p-1f, 0x1.11af820000000p-1f,
      0x1.0ae76e0000000p-1f, 0x1.04360c0000000p-1f, 0x1.fb358a0000000p-2f, 0x1.ee2a160000000p-2f,
      0x1.e148a20000000p-2f, 0x1.d490240000000p-2f, 0x1.c7ff9c0000000p-2f, 0x1.bb96120000000p-2f,
      0x1.af52960000000p-2f, 0x1.a334400000000p-2f, 0x1.973a340000000p-2f, 0x1.8b639a0000000p-2f,
      0x1.7fafa40000000p-2f, 0x1.741d880000000p-2f, 0x1.68ac840000000p-2f, 0x1.5d5bde0000000p-2f,
      0x1.522ae00000000p-2f, 0x1.4718dc0000000p-2f, 0x1.3c25280000000p-2f, 0x1.314f1e0000000p-2f,
      0x1.2696220000000p-2f, 0x1.1bf9960000000p-2f, 0x1.1178e80000000p-2f, 0x1.0713860000000p-2f,
      0x1.f991c60000000p-3f, 0x1.e530f00000000p-3f, 0x1.d103800000000p-3f, 0x1.bd08740000000p-3f,
      0x1.a93ed40000000p-3f, 0x1.95a5ae0000000p-3f, 0x1.823c160000000p-3f, 0x1.6f01280000000p-3f,
      0x1.5bf4060000000p-3f, 0x1.4913d80000000p-3f, 0x1.365fcc0000000p-3f, 0x1.23d7120000000p-3f,
      0x1.1178e80000000p-3f, 0x1.fe89140000000p-4f, 0x1.da72760000000p-4f, 0x1.b6ac880000000p-4f,
      0x1.9335e60000000p-4f, 0x1.700d300000000p-4f, 0x1.4d31160000000p-4f, 0x1.2aa04a0000000p-4f,
      0x1.08598c0000000p-4f, 0x1.ccb73c0000000p-5f, 0x1.894aa20000000p-5f, 0x1.466aee0000000p-5f,
      0x1.0415d80000000p-5f, 0x1.8492520000000p-6f, 0x1.0205660000000p-6f, 0x1.0101580000000p-7f,
      0x0.0p+0f,
  };
  return entries[i];
}
/// -ln(1/2 + i/128) - log_float(i)
CUSIGMOID_FN float log_float_rest(int i) {
  static constexpr float entries[65] = {
      -0x1.05c6100000000p-29f, -0x1.e4db100000000p-28f, 0x1.a19e160000000p-27f, 0x1.f2e1840000000p-26f,
      -0x1.a0db880000000p-26f, 0x1.86d7f60000000p-26f, 0x1.b3b1900000000p-26f, -0x1.09e4180000000p-26f,
      -0x1.d9648e0000000p-26f, -0x1.cf4d3a0000000p-32f, 0x1.e4794c0000000p-30f, 0x1.e3ad540000000p-28f,
      0x1.682a7e0000000p-28f, -0x1.89fc540000000p-29f, 0x1.ef49100000000p-27f, -0x1.297d840000000p-27f,
      -0x1.76364c0000000p-28f, 0x1.b7be9a0000000p-28f, 0x1.d155320000000p-28f, -0x1.1fc7420000000p-28f,
      -0x1.b6e6460000000p-27f, 0x1.127d3c0000000p-29f, 0x1.89ab560000000p-29f, 0x1.1165be0000000p-27f,
      -0x1.09faba0000000p-28f, -0x1.27308a0000000p-27f, -0x1.6395ec0000000p-30f, -0x1.4d41a00000000p-31f,
      0x1.ce28f60000000p-28f, 0x1.38e20e0000000p-29f, -0x1.1999d00000000p-27f, 0x1.d35ce40000000p-30f,
      -0x1.d9648e0000000p-27f, 0x1.ad35ca0000000p-29f, 0x1.13f23e0000000p-29f, 0x1.35618a0000000p-32f,
      0x1.9676700000000p-28f, -0x1.8efede0000000p-35f, -0x1.b354300000000p-28f, -0x1.f109d40000000p-29f,
      -0x1.ba930e0000000p-30f, -0x1.847f400000000p-30f, 0x1.5468f00000000p-29f, 0x1.6ead580000000p-28f,
      0x1.6a87b60000000p-28f, 0x1.99dab00000000p-30f, -0x1.fd4dfe0000000p-28f, 0x1.4938400000000p-28f,
      0x1.13f23e0000000p-30f, -0x1.890aa60000000p-30f, 0x1.c223520000000p-31f, 0x1.b5ab640000000p-29f,
      -0x1.535b3c0000000p-31f, 0x1.5d581c0000000p-29f, -0x1.6fc0aa0000000p-31f, 0x1.11c5ea0000000p-30f,
      -0x1.4c38c00000000p-29f, 0x1.bbb65a0000000p-30f, -0x1.6c09980000000p-30f, -0x1.7a43820000000p-30f,
      0x1.3ce8880000000p-30f, 0x1.1919580000000p-31f, -0x1.db29ee0000000p-32f, -0x1.4ee4320000000p-32f,
      0x0.0p+0f,
  };
  return entries[i];
}
/// ln(1 + e) for 0 <= e <= 1: the coefficient of e^i
CUSIGMOID_FN float log1p_series(int i) {
  static constexpr float entries[10] = {
      0x0.0p+0f, 0x1.fffffe0000000p-1f, -0x1.fffe8c0000000p-2f, 0x1.552d740000000p-2f,
      -0x1.fca1040000000p-3f, 0x1.86b1cc0000000p-3f, -0x1.1692f40000000p-3f, 0x1.3d81820000000p-4f,
      -0x1.dc59780000000p-6f, 0x1.4ff1ba0000000p-8f,
  };
  return entries[i];
}

// What of that is double, for shortcuts to fp64.
constexpr double log2e_double = 0x1.71547652b82fep+0;  // 1 / ln 2
constexpr double ln2_double_hi = 0x1.62e42fefa39efp-1;  // ln 2
constexpr double ln2_double_lo = 0x1.abc9e3b39803fp-56;  // ln 2 - ln2_double_hi
/// ln(2^(i/32) / exp2_hi(i))
CUSIGMOID_FN double exp2_double_rest(int i) {
  static constexpr double entries[32] = {
      0x0.0p+0, 0x1.cd2523567f613p-55, 0x1.79aa65d837b6cp-54, -0x1.556522a2fbd0ep-54,
      -0x1.01b15eaa59348p-55, 0x1.aecf73e3a2f5fp-54, 0x1.68efde3a8a894p-54, 0x1.2f7e16d09ab31p-55,
      0x1.34d754db0abb6p-55, -0x1.24aedcc4b5068p-54, 0x1.59f48a72a4c6dp-55, 0x1.363ed60c2ac11p-59,
      0x1.690cebb7aafb0p-56, -0x1.8dec6bd0f3860p-56, 0x1.063e1e21c5409p-54, -0x1.c33c53bef4da8p-55,
      -0x1.3b3efbf5e2229p-54, -0x1.81f647e5a3ecfp-56, -0x1.b32dcb94da51dp-56, -0x1.369b6f13b3734p-54,
      0x1.db72fc1f0eab4p-55, -0x1.da9b88b6c1e29p-58, 0x1.1affc2b91ce27p-56, -0x1.1bbd1d3bcbb15p-54,
      0x1.c1a7792cb3387p-55, -0x1.8d6f438ad9334p-57, 0x1.36eae30af0cb3p-56, 0x1.76b2c6c921968p-57,
      0x1.4a385a63d07a7p-56, -0x1.2d52107b43e1fp-55, -0x1.ff7128fd391f1p-55, 0x1.a64a931d185eep-55,
  };
  return entries[i];
}
/// (e^r - 1 - r)/r^2 for |r| <= ln 2 / 64: the coefficient of r^i
CUSIGMOID_FN double exp_double(int i) {
  static constexpr double entries[6] = {
      0x1.0000000000000p-1, 0x1.5555555555555p-3, 0x1.555555554e947p-5, 0x1.111111110e10bp-7,
      0x1.6c170c642c955p-10, 0x1.a01a4443ba778p-13,
  };
  return entries[i];
}
/// -ln(1/2 + i/128)
CUSIGMOID_FN double log_double(int i) {
  static constexpr double entries[65] = {
      0x1.62e42fefa39efp-1, 0x1.5af405c3649e0p-1, 0x1.5322e26867857p-1, 0x1.4b6fd6f970c1fp-1,
      0x1.43d9ff2f923c5p-1, 0x1.3c6080c36bfb5p-1, 0x1.35028ad9d8c86p-1, 0x1.2dbf557b0df43p-1,
      0x1.269621134db92p-1, 0x1.1f8635fc61659p-1, 0x1.188ee40f23ca6p-1, 0x1.11af823c75aa8p-1,
      0x1.0ae76e2d054fap-1, 0x1.04360be7603adp-1, 0x1.fb358af7a4884p-2, 0x1.ee2a156b413e5p-2,
      0x1.e148a1a2726cep-2, 0x1.d490246defa6bp-2, 0x1.c7ff9c74554c9p-2, 0x1.bb9611b80e2fbp-2,
      0x1.af5295248cdd0p-2, 0x1.a33440224fa79p-2, 0x1.973a3431356aep-2, 0x1.8b639a88b2df5p-2,
      0x1.7fafa3bd8151cp-2, 0x1.741d876c67bb1p-2, 0x1.68ac83e9c6a14p-2, 0x1.5d5bddf595f30p-2,
      0x1.522ae0738a3d8p-2, 0x1.4718dc271c41bp-2, 0x1.3c25277333184p-2, 0x1.314f1e1d35ce4p-2,
      0x1.269621134db92p-2, 0x1.1bf99635a6b95p-2, 0x1.1178e8227e47cp-2, 0x1.07138604d5862p-2,
      0x1.f991c6cb3b379p-3, 0x1.e530effe71012p-3, 0x1.d1037f2655e7bp-3, 0x1.bd087383bd8adp-3,
      0x1.a93ed3c8ad9e3p-3, 0x1.95a5adcf7017fp-3, 0x1.823c16551a3c2p-3, 0x1.6f0128b756abcp-3,
      0x1.5bf406b543db2p-3, 0x1.4913d8333b561p-3, 0x1.365fcb0159016p-3, 0x1.23d712a49c202p-3,
      0x1.1178e8227e47cp-3, 0x1.fe89139dbd566p-4, 0x1.da727638446a2p-4, 0x1.b6ac88dad5b1cp-4,
      0x1.9335e5d594989p-4, 0x1.700d30aeac0e1p-4, 0x1.4d3115d207eacp-4, 0x1.2aa04a44717a5p-4,
      0x1.08598b59e3a07p-4, 0x1.ccb73cdddb2ccp-5, 0x1.894aa149fb343p-5, 0x1.466aed42de3eap-5,
      0x1.0415d89e74444p-5, 0x1.8492528c8cabfp-6, 0x1.0205658935847p-6, 0x1.010157588de71p-7,
      0x0.0p+0,
  };
  return entries[i];
}
/// -ln(1/2 + i/128) - log_double(i)
CUSIGMOID_FN double log_double_rest(int i) {
  static constexpr double entries[65] = {
      0x1.abc9e3b39803fp-56, -0x1.6714fbcd8135bp-55, 0x1.988ba4aea614dp-56, 0x1.c457b531506f6p-55,
      -0x1.84f481051f71ap-56, 0x1.1930603d87b6ep-56, -0x1.f01ab6065515cp-56, -0x1.b941ee770436bp-56,
      0x1.e0efadd9db02bp-55, -0x1.2164ff40e9817p-56, 0x1.89df1568ca0b0p-55, -0x1.91eee7772c7c2p-55,
      0x1.0d710fcfc4e0dp-55, -0x1.17f9e54e78104p-57, 0x1.7e8f05924d259p-57, -0x1.74b71fb5e57e3p-62,
      -0x1.ac81cc8a4dfb8p-56, 0x1.d7f4d3b3d406bp-56, 0x1.223eadb651b4ap-57, 0x1.6fd02999b21e1p-59,
      0x1.9d56c45dd3e86p-56, -0x1.ba8062860ae23p-57, -0x1.89d2816cf838fp-57, -0x1.70f2f38238303p-56,
      -0x1.219024acd3b77p-58, 0x1.84a4ee3059583p-56, 0x1.a64eadd740178p-58, -0x1.6541148cbb8a2p-56,
      -0x1.8f7e9b38a6979p-57, 0x1.8fb4c14c56eefp-60, -0x1.2ad27e50a8ec6p-56, -0x1.3d69909e5c3dcp-56,
      0x1.e0efadd9db02bp-56, -0x1.12aeb84249223p-57, -0x1.0e63a5f01c691p-57, 0x1.cdb16ed4e9138p-56,
      0x1.f665066f980a2p-57, 0x1.2276041f43042p-59, 0x1.60629242471a2p-57, 0x1.dd355f6a516d7p-60,
      0x1.bcafa9de97203p-57, 0x1.142c507fb7a3dp-58, -0x1.1232ce70be781p-57, -0x1.8de59c21e166cp-57,
      -0x1.1f5b44c0df7e7p-61, -0x1.0d5604930f135p-58, 0x1.7d411a5b944adp-58, -0x1.6e38161051d69p-57,
      -0x1.0e63a5f01c691p-58, -0x1.ac9f4215f9393p-58, 0x1.401fa71733019p-58, -0x1.0057eed1ca59fp-59,
      -0x1.478a85704ccb7p-58, -0x1.72566212cdd05p-61, 0x1.769f42c7842ccp-58, -0x1.d15d38d2fa3f7p-58,
      -0x1.dd7009902bf32p-58, -0x1.e48fb0500efd4p-59, 0x1.a8be97660a23dp-60, -0x1.cdd6f7f4a137ep-59,
      0x1.c05cf1d753622p-59, -0x1.d192d0619fa67p-60, 0x1.27c8e8416e71fp-60, 0x1.46662d417ced0p-62,
      0x0.0p+0,
  };
  return entries[i];
}

}  // namespace constants
}  // namespace CUSIGMOID_TARGET
}  // namespace cusigmoid::engine
