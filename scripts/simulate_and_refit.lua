-- Simulate and refit: how sure are the groups of galaxies? (The parametric bootstrap.)
--
-- The fitted model draws new catalogues of 82 galaxies; refitting each of them shows how much the
-- estimates vary by chance alone.
local em = require "emulsion"

local galaxies = em.dataset("galaxies")
local model = em.fit(galaxies, { components = 3, seed = 1 })

-- Refitting starts at the model's own parameters, so that components keep their order.
local start = { means = model.means, covariances = model.covariances, weights = model.weights }
local draws = 50
local means, weights = {}, {}
for k = 1, model.components do means[k], weights[k] = {}, {} end
for i = 1, draws do
  local catalogue = model:sample(galaxies.rows, i):drop { "label" }
  local refit = em.fit(catalogue, { components = 3, initializer = start })
  for k = 1, model.components do
    means[k][i], weights[k][i] = refit.means:get(k, 1), refit.weights[k]
  end
end

local function standard_deviation(values)
  local mean, sum = 0, 0
  for _, x in ipairs(values) do mean = mean + x / #values end
  for _, x in ipairs(values) do sum = sum + (x - mean) ^ 2 end
  return math.sqrt(sum / (#values - 1))
end

print(string.format("%d galaxies, log-likelihood %.2f; standard errors from %d refits",
  galaxies.rows, model.loglik, draws))
for k = 1, model.components do
  print(string.format("  %4.1f %% ± %.1f of galaxies at %4.1f ± %.1f thousand km/s",
    100 * model.weights[k], 100 * standard_deviation(weights[k]),
    model.means:get(k, 1), standard_deviation(means[k])))
end
