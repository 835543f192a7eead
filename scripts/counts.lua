-- Counts that vary more than Poisson's: several kinds of years, or one kind with a wider law?
--
-- Great inventions and scientific discoveries a year, 1860 to 1959 (The World Almanac and Book of Facts
-- 1975, pages 315 to 318; R's data set `discoveries`), and insects in 72 plots treated with six sprays
-- (Beall 1942; R's `InsectSprays`).
local em = require "emulsion"

local discoveries = em.table { count = {
  5, 3, 0, 2, 0, 3, 2, 3, 6, 1, 2, 1, 2, 1, 3, 3, 3, 5, 2, 4, 4, 0, 2, 3, 7, 12, 3, 10, 9, 2, 3, 7, 7,
  2, 3, 3, 6, 2, 4, 3, 5, 2, 2, 4, 0, 4, 2, 5, 2, 3, 3, 6, 5, 8, 3, 6, 6, 0, 5, 2, 2, 2, 6, 3, 4, 4, 2,
  2, 4, 7, 5, 3, 3, 0, 2, 2, 2, 1, 3, 4, 2, 2, 1, 1, 1, 2, 1, 4, 4, 3, 2, 1, 4, 1, 1, 1, 0, 0, 2, 0,
} }
local insects = em.table { count = {
  10, 7, 20, 14, 14, 12, 10, 23, 17, 20, 14, 13, 11, 17, 21, 11, 16, 14, 17, 17, 19, 21, 7, 13, 0, 1, 7,
  2, 3, 1, 2, 1, 3, 0, 1, 4, 3, 5, 12, 6, 4, 3, 5, 5, 5, 5, 2, 4, 3, 5, 3, 5, 3, 6, 1, 1, 3, 2, 6, 4, 11,
  9, 15, 22, 15, 16, 13, 10, 26, 26, 24, 13,
} }

local function choose(title, data)
  local selection = em.select(data, {
    components = em.range(1, 4),
    families = { "poisson", "negative_binomial" },
    seed = 1,
  })
  print(title)
  print("  family             K  parameters  log-likelihood     BIC")
  for _, entry in ipairs(selection.entries) do
    print(string.format("  %-17s  %d  %10d  %14.2f  %6.1f", entry.family, entry.components,
      entry.free_parameters, entry.loglik, entry.bic))
  end
  local best = selection.best
  print(string.format("  chosen: %s, K = %d", best.family, best.components))
  for k = 1, best.components do
    print(string.format("    weight %.2f, mean %.2f", best.weights[k], best.means:get(k, 1)))
  end
end

choose("Discoveries: one kind of years, whose rate varies from year to year.", discoveries)
choose("Insects: sprays that work and sprays that don't.", insects)
