-- A family of densities written here, among those that are built in.
--
-- Steady-state plasma glucose of 145 adults after insulin, high where it does little (Reaven & Miller
-- 1979; a column of the bundled data set `diabetes`). The column is skew: two or three kinds of people,
-- or one whose law is skew? Gumbel's law, of largest values, is not built in; its density is
--   e^(−z − e^(−z))/β,  z = (x − μ)/β.
-- There is no formula for the best μ and β, so they are left to be searched for.
local em = require "emulsion"

local gumbel = em.family {
  name = "gumbel",
  parameters = { "location", "scale" },
  log_density = function(p, x)
    local z = (x:column(1) - p.location) / p.scale
    return -z - (-z):exp() - math.log(p.scale)
  end,
  initial = function(x)
    local v = x:column(1)
    return { location = v:mean(), scale = ((v - v:mean()) ^ 2):mean() ^ 0.5 }
  end,
  transforms = { scale = "positive" },
  sample = function(p, random) return p.location - p.scale * math.log(-math.log(1 - random())) end,
}

local glucose = em.dataset("diabetes"):select { "sspg" }
print("laws of the test kit that it breaks: " .. #gumbel:check(glucose))

local selection = em.select(glucose, {
  components = em.range(1, 4),
  families = { gumbel, "gamma", "log_normal", "gaussian" },
  seed = 1,
})
print("family      K  parameters  log-likelihood     BIC")
for i = 1, 8 do
  local entry = selection.entries[i]
  print(string.format("%-10s  %d  %10d  %14.2f  %6.1f", entry.family, entry.components,
    entry.free_parameters, entry.loglik, entry.bic))
end

local best = selection.best
local p = best.parameters[1]
print(string.format("chosen: %s, K = %d: location %.0f, scale %.0f", best.family, best.components,
  p.location, p.scale))
