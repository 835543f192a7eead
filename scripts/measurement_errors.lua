-- Errors of measurement: how spread out are the clusters of 82 galaxies, beside what their velocities were
-- measured with?
--
-- Velocities towards Corona Borealis (Postman, Huchra & Geller 1986), measured anew by a poor spectrograph: with errors of
-- 200 km/s, and of 1500 for each fourth galaxy. The mixture is that of the velocities without these errors
-- (Bovy, Hogg & Roweis 2011).
local em = require "emulsion"

local galaxies = em.dataset("galaxies")
local draws = em.model { weights = { 1 }, means = { 0 }, covariances = { 1 } }:sample(galaxies.rows, 2)
local row = 0
local measured = galaxies:with {
  sigma = function()
    row = row + 1
    return row % 4 == 0 and 1.5 or 0.2 -- 1000 km/s, as the velocities are
  end,
}
measured = measured:with { velocity = measured.velocity + measured.sigma * draws.x1 }

local options = { components = 3, covariance = "diagonal", columns = { "velocity" }, restarts = 20, seed = 1 }
local truth = em.fit(galaxies, options)
local plain = em.fit(measured, options)
options.errors = { velocity = "sigma" }
local exact = em.fit(measured, options)

local cases = { { "as published", truth }, { "measured anew", plain }, { "without the errors", exact } }
for _, case in ipairs(cases) do
  local title, model = case[1], case[2]
  print(title)
  for k = 1, model.components do
    print(string.format("  %2.0f %% at %6.0f km/s, spread %5.0f km/s", 100 * model.weights[k],
      1000 * model.means:get(k, 1), 1000 * math.sqrt(model.covariances[k]:get(1, 1))))
  end
end

exact:plot { what = "density", data = measured:select { "velocity" } }:save("galaxies_exact.svg")
