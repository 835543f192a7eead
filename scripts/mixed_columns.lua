-- Mixed columns: mothers described by numbers, yes and no, and a count, in one model.
--
-- 189 births at Baystate Medical Center, 1986 (Hosmer & Lemeshow 1989; R's `birthwt`). Columns are
-- independent given the component, each under a family of its own; visits to a physician are Poisson
-- or vary more than that. What the model never sees: whether the child weighed less than 2.5 kg.
local em = require "emulsion"

local births = em.dataset("births")
local function mothers(visits)
  return { age = "gaussian", weight = "log_normal", smoker = "bernoulli", visits = visits }
end

local selection = em.select(births, {
  components = em.range(1, 4),
  families = { mothers "poisson", mothers "negative_binomial" },
  seed = 1,
})
print(selection)
print(selection.best)

local component, low = selection.best:predict(births), births["label"]
for k = 1, selection.best.components do
  local count, light = 0, 0
  for i = 1, births.rows do
    if component[i] == k then
      count = count + 1
      if low[i] == "low" then light = light + 1 end
    end
  end
  print(string.format("component %d: %3d mothers, %2.0f %% of the children light", k, count, 100 * light / count))
end
