-- Factor analysers: what makes the wines of three cultivars differ, in thirteen columns?
--
-- A full covariance of 13 columns has 91 numbers, for each of three kinds and 178 wines. Factor
-- analysers explain it by a few factors and what each column has of its own (McNicholas & Murphy 2008).
local em = require "emulsion"

local wine = em.dataset("wine")
local numbers = wine:drop { "label" }
local selection = em.select(numbers, {
  components = 3,
  covariance = { em.factors(1), em.factors(2), em.factors(1, "UCU"), em.factors(2, "CUU"), "VVV" },
  restarts = 20,
  seed = 1,
})

for _, e in ipairs(selection.entries) do
  print(string.format("%-13s %3d parameters  BIC %7.1f", e.covariance, e.free_parameters, e.bic))
end

local best = selection.best
print(string.format("\nagreement with the cultivars, adjusted Rand index: %.3f",
  em.adjusted_rand(best:predict(numbers), wine["label"])))
for k = 1, best.components do
  local factor, own = best.loadings[k]:column(1), best.uniquenesses[k]
  local parts = {}
  for j, name in ipairs(best.columns) do
    local share = factor[j] ^ 2 / (factor[j] ^ 2 + own[j])
    if share > 0.4 then
      parts[#parts + 1] = string.format("%s%s (%.0f %%)", factor[j] < 0 and "less " or "more ", name, 100 * share)
    end
  end
  print(string.format("the first factor of kind %d: %s", k, table.concat(parts, ", ")))
end

best:plot { what = "classification", data = numbers, columns = { "flavanoids", "color_intensity" } }
  :save("wine_factors.svg")
