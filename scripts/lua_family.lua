-- A family of densities written here, among those that are built in: which law do insulin responses follow?
--
-- 145 adults by their response to glucose (Reaven & Miller 1979; the bundled data set `diabetes`). The
-- areas under insulin curves are positive and skew: several normal kinds of people, or fewer of a skew
-- law? The inverse Gaussian law, of first passage times, is not built in. Its density is
--   √(λ/2πx³) exp(−λ(x − μ)²/2μ²x),  x > 0,
-- with the estimates μ = mean of x, 1/λ = mean of 1/x − 1/μ (Tweedie 1957).
local em = require "emulsion"

local inverse_gaussian = em.family {
  name = "inverse_gaussian",
  support = "positive",
  parameters = { "mean", "shape" },
  log_density = function(p, x)
    local v = x:column(1)
    return 0.5 * math.log(p.shape / (2 * math.pi)) - 1.5 * v:log()
      - p.shape / (2 * p.mean ^ 2) * (v - p.mean) ^ 2 / v
  end,
  statistics = function(x, w)
    local v = x:column(1)
    return { n = w:sum(), x = w:dot(v), inverse = w:dot(1 / v) }
  end,
  estimate = function(s)
    local mean = s.x / s.n
    return { mean = mean, shape = 1 / (s.inverse / s.n - 1 / mean) }
  end,
  sample = function(p, random)
    -- Michael, Schucany & Haas (1976).
    local y = p.mean * random:normal() ^ 2
    local v = p.mean + p.mean / (2 * p.shape) * (y - math.sqrt(4 * p.shape * y + y ^ 2))
    return random() <= p.mean / (p.mean + v) and v or p.mean ^ 2 / v
  end,
}

local insulin = em.dataset("diabetes"):select { "insulin" }
local broken = inverse_gaussian:check(insulin)
print("laws of the test kit that it breaks: " .. #broken)

local selection = em.select(insulin, {
  components = em.range(1, 4),
  families = { inverse_gaussian, "gamma", "log_normal", "gaussian" },
  seed = 1,
})
print("family            K  parameters  log-likelihood      BIC")
for i = 1, 8 do
  local entry = selection.entries[i]
  print(string.format("%-16s  %d  %10d  %14.2f  %7.1f", entry.family, entry.components,
    entry.free_parameters, entry.loglik, entry.bic))
end

local best = em.fit(insulin, { components = 2, family = "inverse_gaussian", seed = 1 })
print("two inverse Gaussian components:")
for k = 1, best.components do
  local p = best.parameters[k]
  print(string.format("  weight %.2f, mean %.0f, deviation %.0f", best.weights[k], p.mean,
    math.sqrt(p.mean ^ 3 / p.shape)))
end
