#pragma once

#include "cloned.h"

// exp, log and random bits of eight lanes, without branches. The polynomials are minimax ones (Remez'
// algorithm in 50 digits), their errors a small part of an ulp.

// 2^n·exp(r) for n = shifted − 2^52·1.5, |r| ≤ ½ ln 2, by a polynomial of degree 11 (relative error
// 3.6e-18), its odd and even powers side by side, since each step waits for the one before.
INLINED lanes8 exp_of_parts(lanes8 shifted, lanes8 r) {
  const lanes8 w = r * r;
  lanes8 odd = broadcast(0x1.ad7f6b5dc2ef6p-26), even = broadcast(0x1.28ad72bf7e407p-22);
  odd = odd * w + 0x1.71df255430ed3p-19;
  even = even * w + 0x1.a0199a0c78972p-16;
  odd = odd * w + 0x1.a01a012a57064p-13;
  even = even * w + 0x1.6c16c1842a09fp-10;
  odd = odd * w + 0x1.1111111127be6p-7;
  even = even * w + 0x1.555555555087dp-5;
  odd = odd * w + 0x1.55555555554fap-3;
  even = even * w + 0x1.000000000000ap-1;
  lanes8 p = (odd * r + even) * w + r;
  p = p + 1.0;
  return (lanes8)((bits8)p + ((bits8)shifted << 52));
}

// n = round(x/ln 2), plus 2^52·1.5, so that it stands in the low bits.
INLINED lanes8 shifted_exponent(lanes8 x) { return x * 0x1.71547652b82fep+0 + 0x1.8p52; }

// exp(x), 0 below −708 (no denormals downstream). ln 2 is split in two so that n·ln 2 is exact in
// its leading part.
INLINED lanes8 exp_lanes(lanes8 x) {
  const lanes8 high = broadcast(709.782712893384), low = broadcast(-708.0);
  const lanes8 clamped = choose(x < low, low, choose(x > high, high, x));
  const lanes8 shifted = shifted_exponent(clamped), n = shifted - 0x1.8p52;
  const lanes8 r = (clamped - n * 0x1.62e42feep-1) - n * 0x1.a39ef35793c76p-33;
  const lanes8 finite = choose(x > high, broadcast(1.0 / 0.0), exp_of_parts(shifted, r));
  return choose(x < low, broadcast(0.0), choose(x != x, x, finite));
}

// exp(x) for a difference x ≤ 0; 0 below −708, and where x is not a number. ln 2 is one number: its
// error, 3.3e-17·|x| in the exponent, is less than the rounding of the difference.
INLINED lanes8 exp_of_difference(lanes8 x) {
  const lanes8 shifted = shifted_exponent(x), n = shifted - 0x1.8p52;
  const lanes8 r = x - n * 0x1.62e42fefa39efp-1;
  return (lanes8)((x > broadcast(-708.0)) & (bits8)exp_of_parts(shifted, r));
}

// R(w) of 2 artanh(s) = 2s + s·R(s²) for w = s², |s| < 0.1716 (error 2.4e-19).
INLINED lanes8 log_remainder(lanes8 w) {
  lanes8 r = broadcast(0x1.307ffd0154127p-3);
  r = r * w + 0x1.3979374c432eap-3;
  r = r * w + 0x1.7467f6118f0cdp-3;
  r = r * w + 0x1.c71c48bba3d9cp-3;
  r = r * w + 0x1.2492494f0611fp-2;
  r = r * w + 0x1.999999996e3d4p-2;
  r = r * w + 0x1.55555555555d6p-1;
  return r * w;
}

// log(x) of normal positive numbers: e·ln 2 + log(m), m in [√½, √2); log(1 + f) = 2 artanh(s),
// s = f/(2 + f), by 2s + s·R(s²) with the cancellation-free form f − (f²/2 − s·(f²/2 + R)) of the sum.
INLINED lanes8 log_of_normal(lanes8 x) {
  const bits8 offset = (bits8)x - 0x3fe6a09e667f3bcdLL;
  const bits8 e = offset >> 52;
  const lanes8 f = (lanes8)((bits8)x - (e << 52)) - 1.0;
  const lanes8 s = f / (2.0 + f), w = s * s, r = log_remainder(w);
  // Small integers as doubles by way of 2^52·1.5, since AVX2 has no conversion from 64 bits.
  const lanes8 k = (lanes8)(e + (bits8)broadcast(0x1.8p52)) - 0x1.8p52;
  const lanes8 half = 0.5 * f * f;
  return k * 0x1.62e42feep-1 - ((half - (s * (half + r) + k * 0x1.a39ef35793c76p-33)) - f);
}

// log(x) of any number.
INLINED lanes8 log_lanes(lanes8 x) {
  // Denormals are lifted into the normal range; 0, negatives and non-finite ones are passed on.
  const bits8 denormal = x < 0x1p-1022;
  const lanes8 lifted = choose(denormal, x * 0x1p54, x);
  const lanes8 shift = (lanes8)(denormal & (bits8)broadcast(54 * 0x1.62e42fefa39efp-1));
  const lanes8 infinity = broadcast(1.0 / 0.0);
  const lanes8 positive = choose(x < infinity, log_of_normal(lifted) - shift, infinity);
  return choose(x > 0.0, positive, choose(x == 0.0, -infinity, broadcast(0.0 / 0.0)));
}

// log(1 + x) − x without the cancellation of small x: with s = x/(2 + x), 2s − x = −sx, so that it is
// s·(R(s²) − x) with the polynomial above; elsewhere the difference has few digits to lose.
INLINED lanes8 log1p_minus_lanes(lanes8 x) {
  const lanes8 s = x / (2.0 + x), w = s * s;
  const lanes8 near = s * (log_remainder(w) - x);
  const bits8 isNear = (x > -0.2928) & (x < 0.4142);
  const lanes8 far = choose(x < 1.0 / 0.0, log_lanes(1.0 + x) - x, -x);
  return choose(isNear, near, far);
}

typedef uint64_t counts8 __attribute__((vector_size(64), aligned(8)));

// SplitMix64 (Steele, Lea & Flood 2014): the finaliser of key + (i + 1)·γ.
INLINED counts8 random_lanes(uint64_t key, counts8 i) {
  counts8 z = key + (i + 1) * 0x9E3779B97F4A7C15ULL;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31);
}
