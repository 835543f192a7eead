-- Predict by conditioning: how long until the next eruption, given how long the last one was?
--
-- A mixture of Gaussians given some of its columns is a mixture of Gaussians in the others, so that
-- the prediction is a whole density and not a line through the middle of two clouds.
local em = require "emulsion"

local geyser = em.dataset("faithful")
local model = em.fit(geyser, { components = 2, seed = 1 })

print("eruption    wait until the next")
for _, minutes in ipairs { 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5 } do
  local wait = model:conditional { given = { eruptions = minutes } }
  local mean, square = 0, 0
  for k = 1, wait.components do
    local m = wait.means:get(k, 1)
    mean = mean + wait.weights[k] * m
    square = square + wait.weights[k] * (wait.covariances[k]:get(1, 1) + m ^ 2)
  end
  print(string.format("%.1f min     %.0f ± %.0f min", minutes, mean, math.sqrt(square - mean ^ 2)))
end
