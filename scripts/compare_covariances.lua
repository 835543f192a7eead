-- Compare covariance models: what does it cost to call iris flowers spheres?
--
-- All models have three components. The simpler ones are special cases of `full`, so none of them can
-- fit better; the question is whether the parameters they save are worth what they lose.
local em = require "emulsion"

local iris = em.dataset("iris"):drop { "label" }
local models = { "spherical", "diagonal", "tied", "full" }
local selection = em.select(iris, { components = { 3 }, covariance = models, seed = 1 })

print("covariance  parameters  log-likelihood     BIC     ICL")
for _, name in ipairs(models) do
  local m = selection:get(3, name)
  print(string.format("%-10s  %10d  %14.2f  %6.1f  %6.1f",
    name, m.free_parameters, m.loglik, m.bic, m.icl))
end

local full, tied = selection:get(3, "full"), selection:get(3, "tied")
print(string.format("\n`full` needs %d parameters more than `tied` and gains %.1f nats: %.2f each.",
  full.free_parameters - tied.free_parameters, full.loglik - tied.loglik,
  (full.loglik - tied.loglik) / (full.free_parameters - tied.free_parameters)))
print(string.format("BIC asks for %.2f each, half of ln %d.", math.log(iris.rows) / 2, iris.rows))
print("chosen: " .. selection.best.covariance)
