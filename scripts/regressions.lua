-- Mixtures of regressions: rows that follow different lines, and growth curves of whole groups of rows.
local em = require "emulsion"

-- A musician tuned a tone to the octave of a stretched one (Cohen 1980): either to the true octave, 2,
-- or to the stretched overtone.
local tone = em.dataset("tone")
local lines = em.select(tone, {
  components = em.range(1, 4),
  families = { em.regression("tuned ~ 1"), em.regression("tuned ~ stretch") },
  seed = 1,
})
print(lines)
print(lines.best)

-- Weights of chicks from hatching to day 21 (Crowder & Hand 1990; R's `ChickWeight`): the rows of a chick
-- follow one curve.
local chicks = em.dataset("chicks"):drop { "label" }
local curves = em.select(chicks, {
  components = em.range(1, 4),
  families = {
    em.regression("weight ~ day", { group = "chick" }),
    em.regression("weight ~ day + day^2", { group = "chick" }),
  },
  seed = 1,
})
print(curves)
print(curves.best)
