-- Choose a model by BIC: of how many kinds are the patients of Reaven & Miller, and of what shape?
--
-- BIC weighs the fit against the number of parameters; smaller is better. A difference of 10 is
-- strong evidence (Kass & Raftery 1995).
local em = require "emulsion"

local patients = em.dataset("diabetes"):drop { "label" }
local selection = em.select(patients, {
  components = em.range(1, 6),
  covariance = { "spherical", "diagonal", "tied", "full" },
  seed = 1,
})

print("the five best of " .. #selection.entries .. " models")
for i = 1, 5 do
  local e = selection.entries[i]
  print(string.format("  %-9s  K = %d  %2d parameters  log-likelihood %8.1f  BIC %7.1f  (+%.1f)",
    e.covariance, e.components, e.free_parameters, e.loglik, e.bic, e.bic - selection.best.bic))
end

local best = selection.best
print(string.format("\nchosen: %d components, %s covariances", best.components, best.covariance))
for k = 1, best.components do
  local means = {}
  for j, name in ipairs(best.columns) do
    means[j] = string.format("%s %.0f", name, best.means:get(k, j))
  end
  print(string.format("  %2.0f %% of patients: %s", 100 * best.weights[k], table.concat(means, ", ")))
end

selection:plot():save("diabetes_bic.svg")
