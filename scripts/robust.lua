-- Outliers: a law with heavy tails, or more components?
--
-- Satellite measurements of 38 pixels in five frequency bands, taken to find bushfire scars (Campbell
-- 1989). Robust methods mark pixels 7 to 11 and 32 to 38 as outlying (Maronna & Yohai 1995).
local em = require "emulsion"

local pixels = em.dataset("bushfire")
local function choose(family)
  local best = em.select(pixels, {
    components = em.range(1, 6),
    covariance = "all",
    families = { family },
    seed = 1,
  }).best
  print(string.format("%-42s %-4s K = %d   BIC %.1f", best.family, best.covariance, best.components, best.bic))
  return best
end

choose("gaussian")
local robust = choose(em.student_t { degrees_of_freedom = "shared" })

print("components of the pixels, by Student's t:")
local label, first = robust:predict(pixels), 1
for i = 1, pixels.rows do
  if i == pixels.rows or label[i + 1] ~= label[i] then
    print(string.format("  %2d to %2d: component %d", first, i, label[i]))
    first = i + 1
  end
end
