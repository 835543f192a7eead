-- Noise: which galaxies belong to no cluster?
--
-- Velocities of 82 galaxies from a survey of the Corona Borealis region (Postman, Huchra & Geller 1986; Roeder
-- 1990), in which clusters of galaxies stand out from those between them. A component of constant density takes the
-- latter (Banfield & Raftery 1993), so that no Gaussian has to widen for a few of them.
local em = require "emulsion"

local galaxies = em.dataset("galaxies")
for _, noise in ipairs { false, true } do
  local best = em.select(galaxies, { components = em.range(1, 6), covariance = "all", noise = noise, seed = 1 }).best
  print(string.format("%-8s %-9s K = %d   BIC %.2f", noise and "noise" or "no noise", best.covariance,
    best.components, best.bic))
  if noise then
    print(best)
    local label, velocity, apart = best:predict(galaxies), galaxies[galaxies.names[1]], {}
    for i = 1, galaxies.rows do
      if label[i] == 0 then apart[#apart + 1] = string.format("%.2f", velocity[i]) end
    end
    print("in no cluster: " .. table.concat(apart, " "))
  end
end
