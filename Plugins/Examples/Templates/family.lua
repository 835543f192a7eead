-- Waiting times without memory: p(x) = r exp(-r x) for x >= 0. Put your own density, sums and estimate in its
-- place; docs/lua-families.md tells of all that a family may have.
local em = require "emulsion"

em.family {
  name = "template",
  support = "non-negative",
  parameters = { "rate" },
  -- ln p of each row of a block: x:column(1) is a Vector.
  log_density = function(p, x) return math.log(p.rate) - p.rate * x:column(1) end,
  -- What adds up over rows of weights w, and what the parameters are for such sums.
  statistics = function(x, w) return { n = w:sum(), x = w:dot(x:column(1)) } end,
  estimate = function(s) return { rate = s.n / s.x } end,
  moments = function(p) return 1 / p.rate, 1 / p.rate ^ 2 end,
  sample = function(p, random) return -math.log(1 - random()) / p.rate end,
}

-- What `emulsion plugin check` tries it on: a few rows, and two components that differ.
return { data = { 0.1, 0.4, 2, 3.5, 11, 25 }, parameters = { { rate = 0.1 }, { rate = 2 } } }
