-- Density and outliers: which eruptions of Old Faithful does the model not expect?
--
-- A row is called unusual when its log-density is below that of 99 % of what the model itself draws.
-- No distance has to be chosen, and a row between two clusters is found as well as one far away.
local em = require "emulsion"

local geyser = em.dataset("faithful")
local model = em.select(geyser, {
  components = em.range(1, 5),
  covariance = { "tied", "full" },
  seed = 1,
}).best

local drawn = model:sample(20000, 1):drop { "label" }
local expected = model:logdensity(drawn):tolist()
table.sort(expected)
local limit = expected[#expected // 100]

local density = model:logdensity(geyser)
local unusual = {}
for i = 1, geyser.rows do
  if density[i] < limit then unusual[#unusual + 1] = i end
end
table.sort(unusual, function(a, b) return density[a] < density[b] end)

print(string.format("%s, K = %d: 1 %% of its draws have a log-density below %.1f",
  model.covariance, model.components, limit))
print(string.format("%d of %d eruptions are below:", #unusual, geyser.rows))
for _, i in ipairs(unusual) do
  print(string.format("  row %3d: %.2f minutes after a wait of %2.0f, log-density %.2f",
    i, geyser["eruptions"][i], geyser["waiting"][i], density[i]))
end
