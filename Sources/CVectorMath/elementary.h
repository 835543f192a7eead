#pragma once

#include <stdint.h>
#include <string.h>

#include "cloned.h"

// exp and log without branches, so that loops over lanes vectorise.

// exp(x) = 2^n·exp(r), n = round(x/ln 2), |r| ≤ ½ ln 2; exp(r) by its Taylor polynomial of degree
// 13, whose remainder (½ ln 2)^14/14! ≈ 4e-18 is below half an ulp. ln 2 is split in two so that
// n·ln 2 is exact in its leading part. Below −708 the result is 0: no denormals downstream.
INLINED double lane_exp(double x) {
  const double round_shift = 0x1.8p52;
  const double clamped = x < -708.0 ? -708.0 : (x > 709.0 ? 709.0 : x);
  const double shifted = clamped * 0x1.71547652b82fep+0 + round_shift;
  int64_t bits;
  memcpy(&bits, &shifted, 8);
  const double n = shifted - round_shift;
  const double r = (clamped - n * 0x1.62e42feep-1) - n * 0x1.a39ef35793c76p-33;
  double p = 1.0 / 6227020800.0;
  p = p * r + 1.0 / 479001600.0;
  p = p * r + 1.0 / 39916800.0;
  p = p * r + 1.0 / 3628800.0;
  p = p * r + 1.0 / 362880.0;
  p = p * r + 1.0 / 40320.0;
  p = p * r + 1.0 / 5040.0;
  p = p * r + 1.0 / 720.0;
  p = p * r + 1.0 / 120.0;
  p = p * r + 1.0 / 24.0;
  p = p * r + 1.0 / 6.0;
  p = p * r + 0.5;
  p = p * r * r + r;
  const int64_t exponent = (bits + 1023) << 52;
  double power;
  memcpy(&power, &exponent, 8);
  const double value = power + power * p;
  return x < -708.0 ? 0.0 : (x > 709.782712893384 ? 1.0 / 0.0 : (x != x ? x : value));
}

// log(x) = e·ln 2 + log(m), m in [√½, √2); log(1 + f) = 2 artanh(s), s = f/(2 + f), |s| < 0.1716,
// by its series in s² to s²¹ (remainder below 1e-18), with the cancellation-free form
// f − (f²/2 − s·(f²/2 + R)) of the correction. Normal positive numbers only.
INLINED double lane_log(double x) {
  int64_t bits;
  memcpy(&bits, &x, 8);
  const int64_t offset = bits - 0x3fe6a09e667f3bcdLL;
  const int64_t e = offset >> 52;
  bits -= (int64_t)((uint64_t)e << 52);
  double m;
  memcpy(&m, &bits, 8);
  const double f = m - 1.0, s = f / (2.0 + f), w = s * s;
  double r = 2.0 / 21.0;
  r = r * w + 2.0 / 19.0;
  r = r * w + 2.0 / 17.0;
  r = r * w + 2.0 / 15.0;
  r = r * w + 2.0 / 13.0;
  r = r * w + 2.0 / 11.0;
  r = r * w + 2.0 / 9.0;
  r = r * w + 2.0 / 7.0;
  r = r * w + 2.0 / 5.0;
  r = r * w + 2.0 / 3.0;
  r = r * w;
  const double half = 0.5 * f * f, k = (double)(int32_t)e;
  return k * 0x1.62e42feep-1 - ((half - (s * (half + r) + k * 0x1.a39ef35793c76p-33)) - f);
}
